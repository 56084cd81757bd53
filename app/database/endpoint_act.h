#pragma once

#include "app/database/pg_connection.h"

#include <functional>

namespace signalbox {

/// Runs one changing statement that answers the endpoint's id, what follows from it, and tells consoles and
/// workers, in one transaction. `what` names the act in errors. Errors: NotFound when the statement answers
/// nothing.
Result<QString> actOnEndpoint(PgConnection &connection, const QString &sql, const Bindings &bindings,
                              const QString &id, const QString &what,
                              const std::function<Done()> &consequence = {});

tl::unexpected<Error> noSuchEndpoint(const QString &what, const QString &id);

} // namespace signalbox
