#include "app/cli/command_database.h"

#include "app/cli/output.h"
#include "app/cli/wait_for.h"
#include "app/database/cluster_opener.h"
#include "app/database/console_rights_query.h"
#include "app/database/migrator.h"
#include "app/database/private_cluster.h"
#include "app/platform/keychain_credential_store.h"
#include "app/platform/settings.h"
#include "app/platform/settings_profile_store.h"

namespace signalbox {

namespace {

Result<ConnectionProfile> findProfile(const QString &name)
{
    const SettingsProfileStore store(standardSettingsFile());
    const QList<ConnectionProfile> profiles = store.profiles();
    for (const ConnectionProfile &profile : profiles) {
        if (profile.name == name)
            return profile;
    }
    return fail(Error::Kind::Usage, QStringLiteral("profile"),
                QStringLiteral("there is none named \"%1\"").arg(name));
}

// Without a keychain, or without an entry, libpq still has PGPASSWORD and ~/.pgpass.
Secret storedPassword(const QString &profile)
{
    KeychainCredentialStore store;
    const auto password = waitFor<Secret>(
        [&](QObject *context, const Reply<Secret> &reply) { store.readPassword(profile, context, reply); });
    return password.value_or(Secret());
}

} // namespace

CommandDatabase::CommandDatabase() = default;
CommandDatabase::~CommandDatabase() = default;
CommandDatabase::CommandDatabase(CommandDatabase &&) noexcept = default;

Result<CommandDatabase> CommandDatabase::locate(const CommandLine &line, Access access)
{
    CommandDatabase database;
    const QString given = line.value(QStringLiteral("db"));
    const QString profile = line.value(QStringLiteral("profile"));
    const QString address = given.isEmpty() ? qEnvironmentVariable("DATABASE_URL") : given;
    if (!address.isEmpty()) {
        auto settings = ConnectionSettings::fromUri(address);
        if (!settings)
            return fail(settings.error());
        database.m_settings = *settings;
        return database;
    }
    const QString name = profile.isEmpty() ? SettingsProfileStore::privateProfile().name : profile;
    if (Done done = database.useProfile(name, access); !done)
        return fail(done.error());
    return database;
}

Done CommandDatabase::useProfile(const QString &name, Access access)
{
    const auto profile = findProfile(name);
    if (!profile)
        return fail(profile.error());
    m_profile = name;
    if (profile->kind == ConnectionProfile::Kind::Server) {
        m_settings = ConnectionSettings::fromProfile(*profile, storedPassword(name));
        return useProxy(*profile);
    }
    const auto settings = clusterSettings(profile->kind, access);
    if (!settings)
        return fail(settings.error());
    m_settings = *settings;
    m_settings.access = profile->readOnly ? Access::ReadOnly : Access::ReadWrite;
    return {};
}

// Who only looks is surprised by a database that he made by looking.
Result<ConnectionSettings> CommandDatabase::clusterSettings(ConnectionProfile::Kind kind, Access access)
{
    const ClusterLocation location = ClusterLocation::standard();
    const QString elsewhere =
        QStringLiteral("signalbox or signalbox migrate up creates it; --db or --profile "
                       "names another database, --profile demo the demo's");
    if (access == Access::ReadOnly && !PrivateCluster::exists(location))
        return fail(Error::Kind::NotFound, QStringLiteral("open the private cluster"),
                    QStringLiteral("there is none yet"), elsewhere);
    auto cluster = PrivateCluster::acquire(
        location, [](const QString &text) { printMessage(QStringLiteral("private cluster: ") + text); });
    if (!cluster)
        return fail(cluster.error());
    m_cluster = std::move(*cluster);
    if (access == Access::ReadWrite)
        return m_cluster->ensureDatabase(clusterDatabase(kind));
    auto settings = m_cluster->existingDatabase(clusterDatabase(kind));
    if (!settings && settings.error().kind == Error::Kind::NotFound)
        settings.error().hint = elsewhere;
    return settings;
}

Done CommandDatabase::useProxy(const ConnectionProfile &profile)
{
    const auto proxy = readProxy(profile.proxy);
    if (!proxy)
        return fail(proxy.error());
    m_proxy = *proxy;
    if (!m_proxy.user.isEmpty())
        m_proxy.password = storedPassword(proxyCredentialName(profile.name));
    return {};
}

Done CommandDatabase::revive() const
{
    return m_cluster ? m_cluster->ensureRunning() : Done();
}

Result<std::unique_ptr<PgConnection>> CommandDatabase::connect(Access access) const
{
    if (access == Access::ReadOnly)
        return PgConnection::open(m_settings.forReading());
    if (m_settings.access == Access::ReadOnly)
        return fail(Error::Kind::Refused, QStringLiteral("open ") + m_settings.label(),
                    QStringLiteral("the profile \"%1\" is read-only").arg(m_profile),
                    QStringLiteral("choose a profile that may write"));
    return PgConnection::open(m_settings);
}

Result<std::unique_ptr<PgConnection>> CommandDatabase::connectMigrated(Access access) const
{
    if (m_cluster && access == Access::ReadWrite) {
        // Ours to keep up to date, whatever the profile may do in it.
        ConnectionSettings owned = m_settings;
        owned.access = Access::ReadWrite;
        const auto migrating = PgConnection::open(owned);
        if (!migrating)
            return fail(migrating.error());
        if (const auto report = Migrator(**migrating).up(); !report)
            return fail(report.error());
        return connect(access);
    }
    auto connection = connect(access);
    if (!connection)
        return connection;
    if (Done fits = checkSchema(**connection, QStringLiteral("open ") + m_settings.label()); !fits)
        return fail(fits.error());
    return connection;
}

Option proxyOption()
{
    return {"proxy", "URL",
            "http://[user:password@]host:port or socks5://...; else SIGNALBOX_PROXY, else the profile's"};
}

Result<Proxy> chosenProxy(const CommandLine &line, const CommandDatabase &database)
{
    const QString given = line.has(QStringLiteral("proxy")) ? line.value(QStringLiteral("proxy"))
                                                            : qEnvironmentVariable("SIGNALBOX_PROXY");
    if (given.isEmpty())
        return database.proxy();
    auto proxy = readProxy(given);
    if (!proxy)
        proxy.error().kind = Error::Kind::Usage;
    return proxy;
}

Result<OpenDatabase> openDatabase(const CommandLine &line, Access access)
{
    auto database = CommandDatabase::locate(line, access);
    if (!database)
        return fail(database.error());
    auto connection = database->connectMigrated(access);
    if (!connection)
        return fail(connection.error());
    return OpenDatabase{std::move(*database), std::move(*connection)};
}

} // namespace signalbox
