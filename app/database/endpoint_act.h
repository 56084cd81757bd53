#pragma once

#include "app/database/pg_connection.h"

#include <functional>

namespace signalbox {

/// What an operator does to one endpoint.
struct EndpointAct
{
    QString id;
    QString what;      ///< names the act, in errors and in signalbox_changes
    QString sql;       ///< one changing statement that answers the endpoint's id
    Bindings bindings; ///< its values
    QString reason;    ///< kept in signalbox_changes; may be empty
    /// The endpoint itself keeps the reason too: a role that may not write signalbox_changes can still act.
    bool isReasonStored = false;
    std::function<Done()> precondition; ///< runs before the statement, in its transaction; may be empty
    std::function<Done()> consequence;  ///< runs behind it; may be empty
};

/// Runs an act and tells consoles and workers, in one transaction; answers the id. Errors: NotFound when the
/// statement answers nothing.
Result<QString> actOnEndpoint(PgConnection &connection, const EndpointAct &act);

/// Makes the next probe of tripped breakers due, whose verdict was about a URL that is no more: `endpoints`
/// is a query for their ids. A role that may not move breakers leaves them to their time.
Done probeSoon(PgConnection &connection, const QString &endpoints, const Bindings &bindings,
               const QString &what);

tl::unexpected<Error> noSuchEndpoint(const QString &what, const QString &id);

} // namespace signalbox
