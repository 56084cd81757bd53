#pragma once

#include "app/core/profile.h"
#include "app/core/result.h"
#include "app/core/secret.h"

#include <QList>
#include <QMap>
#include <QString>

#include <utility>

namespace signalbox {

/// Whether the server itself refuses writes in the session (design §2.6).
enum class Access { ReadOnly, ReadWrite };

/// All that is needed to open a connection, and what may be done over it. Empty members are left to libpq's
/// defaults.
struct ConnectionSettings
{
    QString host; ///< name, address or directory of a Unix socket; several with commas
    int port = 0; ///< of all hosts; where they differ it is in parameters
    QString database;
    QString user;
    Secret password;
    QString sslMode;
    /// libpq's further parameters as an address gave them: passfile, requirepeer, gssencmode, options …
    QMap<QString, QString> parameters;
    int connectTimeoutSeconds = 5;
    /// Travels with the settings: whoever opens a session with them gets no more than this.
    Access access = Access::ReadWrite;

    /// Parses a libpq URI or keyword string through libpq itself. Errors: Usage, also for parameters that
    /// would change how we speak to the server (replication, client_encoding).
    static Result<ConnectionSettings> fromUri(const QString &uri);
    static ConnectionSettings fromProfile(const ConnectionProfile &profile, const Secret &password);

    /// The same, for a session that only reads.
    ConnectionSettings forReading() const;

    /// Everything as libpq's keywords and values, except how the session is set up.
    QList<std::pair<QString, QString>> libpqParameters() const;

    /// "user@host:port/database", for messages; never the password.
    QString label() const;
};

} // namespace signalbox
