#pragma once

#include "app/core/result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>
#include <sys/types.h>
#include <vector>

namespace signalbox {

// The one place of the program that waits for processes. Everything here blocks its thread, so it is called
// from PrivateCluster only, which never runs on the GUI thread.

/// The system user the server's processes run as.
struct ServerAccount
{
    uid_t user = 0;
    gid_t group = 0;
    std::vector<gid_t> groups;
    QString name;
    QString home;

    /// `postgres` when we are root, because PostgreSQL refuses to run as root; none otherwise: we run it
    /// ourselves. Errors: NotFound when that user is missing.
    static Result<std::optional<ServerAccount>> forThisProcess();

    /// The first parent of `path` that this user cannot enter, or empty.
    QString firstClosedParent(const QString &path) const;
};

struct ProgramCall
{
    QString program;
    QStringList arguments;
    QString workingDirectory;
    std::optional<ServerAccount> account; ///< none: as ourselves
    int timeoutSeconds = 120;
    QByteArray input = {}; ///< for its stdin
};

struct ProgramResult
{
    int exitCode = 0;
    QByteArray output; ///< stdout and stderr
};

/// Runs a program to its end with an environment free of PG* variables and with C messages. Another account
/// gets nothing else of our environment than what programs need, as it may hold secrets, and a session of its
/// own, as it could type into our terminal. Errors: it could not be started, crashed or took too long; an
/// exit code other than 0 is a result.
Result<ProgramResult> runProgram(const ProgramCall &call);

/// Looks at `condition` every 20 ms until it holds or the time is over.
bool waitUntil(const std::function<bool()> &condition, int timeoutMs);

/// PostgreSQL's processes that work on this data folder: it is their working directory. Includes what a
/// killed server left behind.
std::vector<pid_t> serverProcessesIn(const QString &directory);

} // namespace signalbox
