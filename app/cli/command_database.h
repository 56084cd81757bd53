#pragma once

#include "app/cli/command_line.h"
#include "app/core/profile.h"
#include "app/core/proxy.h"
#include "app/core/result.h"
#include "app/database/connection_settings.h"
#include "app/database/pg_connection.h"

#include <memory>

namespace signalbox {

class PrivateCluster;

/// The database a command works on: --db, else DATABASE_URL, else --profile, else the private cluster (design
/// §8). Holds the private cluster while the command runs.
class CommandDatabase
{
public:
    /// Starts the private cluster when it is meant; creates it, or a database in it, only for who is going to
    /// write. Errors: Usage for an unreadable URI or an unknown profile, NotFound where a reader finds no
    /// cluster or database yet.
    static Result<CommandDatabase> locate(const CommandLine &line, Access access);
    ~CommandDatabase();
    CommandDatabase(CommandDatabase &&) noexcept;

    const ConnectionSettings &settings() const { return m_settings; }

    /// The proxy of the profile, with its password from the keychain; none for an address.
    const Proxy &proxy() const { return m_proxy; }

    /// Starts the private cluster's server again where it died; nothing to do for any other server. Waits for
    /// it.
    Done revive() const;

    /// Connects; the schema may be in any state. Errors: Refused when writes are asked for and the profile or
    /// the server is read-only.
    Result<std::unique_ptr<PgConnection>> connect(Access access) const;
    /// Connects to a database that has our schema. For writing the private cluster is migrated when it is not
    /// up to date; else, and with any other server, that is Refused.
    Result<std::unique_ptr<PgConnection>> connectMigrated(Access access) const;

private:
    CommandDatabase();
    Done useProfile(const QString &name, Access access);
    Result<ConnectionSettings> clusterSettings(ConnectionProfile::Kind kind, Access access);
    Done useProxy(const ConnectionProfile &profile);

    ConnectionSettings m_settings;
    std::unique_ptr<PrivateCluster> m_cluster;
    Proxy m_proxy;
    QString m_profile; ///< its name; empty for an address
};

/// --proxy.
Option proxyOption();
/// Where deliveries go through: --proxy, else SIGNALBOX_PROXY, else the profile's. Errors: Usage.
Result<Proxy> chosenProxy(const CommandLine &line, const CommandDatabase &database);

/// locate and connectMigrated at once, for the many commands that need a connection and nothing else. Members
/// are destroyed in the right order: the connection before its cluster.
struct OpenDatabase
{
    CommandDatabase database;
    std::unique_ptr<PgConnection> connection;
};
Result<OpenDatabase> openDatabase(const CommandLine &line, Access access);

} // namespace signalbox
