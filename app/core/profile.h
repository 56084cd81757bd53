#pragma once

#include "app/core/result.h"
#include "app/core/secret.h"

#include <QList>
#include <QString>
#include <QStringList>

class QObject;

namespace signalbox {

/// A saved connection. Holds no password: that lives in the system keychain only.
struct ConnectionProfile
{
    enum class Kind { PrivateCluster, Demo, Server };

    QString name;
    Kind kind = Kind::Server;
    QString host;
    int port = 5432;
    QString database;
    QString user;
    QString sslMode = QStringLiteral("prefer");
    QString rootCertificateFile; ///< PEM files; empty: libpq's defaults
    QString certificateFile;
    QString keyFile;
    QString environment; ///< shown in the top bar, e.g. "PRODUCTION"
    QString environmentColour =
        QStringLiteral("held"); ///< a state token of the theme: ok, warning, failure ...
    bool readOnly = false;
    QString
        proxy; ///< that deliveries go through, e.g. http://user@host:3128, without a password; empty: none
};

/// What an address (a libpq URI) says, with the password that stood in it.
struct AddressedProfile
{
    ConnectionProfile profile;
    Secret password;
};

/// Name under which the keychain keeps the password of a profile's proxy.
QString proxyCredentialName(const QString &profile);

/// libpq's values of sslmode, weakest first.
const QStringList &sslModes();
/// Shared by dialog and store. `what` of the error is the field: name, host, port, database, user, sslmode or
/// proxy. Text that may carry a password (a URI, key=value) is refused.
Done validateProfile(const ConnectionProfile &profile);

/// Saved profiles. The private cluster is always there and cannot be removed.
class ProfileStore
{
public:
    virtual ~ProfileStore() = default;
    virtual QList<ConnectionProfile> profiles() const = 0;
    virtual Done saveProfile(const ConnectionProfile &profile) = 0;
    virtual Done removeProfile(const QString &name) = 0;
};

/// The system keychain. Replies with Kind::Unavailable where there is none; nothing is stored elsewhere then.
class CredentialStore
{
public:
    virtual ~CredentialStore() = default;
    virtual void readPassword(const QString &profile, QObject *context, Reply<Secret> reply) = 0;
    virtual void writePassword(const QString &profile, const Secret &password, QObject *context,
                               Reply<bool> reply) = 0;
    virtual void removePassword(const QString &profile, QObject *context, Reply<bool> reply) = 0;
};

/// Moves the password of a connection that was renamed: writes it under the new name, reads it back, and only
/// then removes the old one. Replies whether there was one; on an error the old one is still there.
void movePassword(CredentialStore &store, const QString &from, const QString &to, QObject *context,
                  const Reply<bool> &reply);

/// Switches the console to another database; outcome through ConsoleSignals.
class Connector
{
public:
    virtual ~Connector() = default;
    virtual ConnectionProfile currentProfile() const = 0;
    virtual void connectTo(const ConnectionProfile &profile, const Secret &password) = 0;
    virtual void retryNow() = 0;
    /// The fields of a libpq URI. Errors: Usage for one that cannot be read, Refused for what a saved
    /// connection has no field for.
    virtual Result<AddressedProfile> readAddress(const QString &address) const = 0;
    /// Tries settings without switching; replies with the server's version text.
    virtual void testConnection(const ConnectionProfile &profile, const Secret &password, QObject *context,
                                Reply<QString> reply) = 0;
};

} // namespace signalbox
