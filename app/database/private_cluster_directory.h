#pragma once

#include "app/core/result.h"
#include "app/database/private_cluster_process.h"

#include <QString>

#include <optional>

namespace signalbox {

/// Makes sure that the directory is there, belongs to the server's account (to ourselves, where there is
/// none) and is closed to others. As root it gives away only an empty directory, and only on a path that
/// nobody else can turn elsewhere meanwhile; what the account can make itself is left to it. Errors: Refused
/// when others use it, or when somebody else decides where the path leads.
Done prepareServerDirectory(const QString &path, const std::optional<ServerAccount> &account);

/// Whether root alone decides where this path leads: each of its parents is root's and closed to writing by
/// others, or sticky, and the links on the way are root's too, the last part included.
bool onlyRootDecides(const QString &path);

} // namespace signalbox
