#pragma once

#include "app/core/profile.h"
#include "app/core/result.h"
#include "app/core/secret.h"

#include <QString>

namespace signalbox {

/// Whether the server itself refuses writes in the session (design §2.6).
enum class Access { ReadOnly, ReadWrite };

/// All that is needed to open a connection. Empty members are left to libpq's defaults.
struct ConnectionSettings
{
    QString host; ///< name, address or directory of a Unix socket
    int port = 0;
    QString database;
    QString user;
    Secret password;
    QString sslMode;
    QString extraOptions; ///< further "key=value;" pairs for QPSQL, from a URI
    int connectTimeoutSeconds = 5;

    /// Parses a libpq URI or keyword string through libpq itself. Errors: Usage.
    static Result<ConnectionSettings> fromUri(const QString &uri);
    static ConnectionSettings fromProfile(const ConnectionProfile &profile, const Secret &password);

    /// "user@host:port/database", for messages; never the password.
    QString label() const;
};

} // namespace signalbox
