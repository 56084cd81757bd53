#pragma once

#include "app/database/pg_connection.h"
#include "app/database/private_cluster.h"
#include "tests/cli/command_runner.h"

#include <QString>
#include <QTemporaryDir>

#include <memory>

namespace signalbox {

/// Database better_auth and role "user", as the description's commands name them, and those commands: the
/// files of tests/seed hold them word for word.
class DescribedDatabase
{
public:
    DescribedDatabase(); ///< on the private cluster that tests share
    /// On the server of these settings, whose user is its superuser.
    explicit DescribedDatabase(const ConnectionSettings &server);
    ~DescribedDatabase();
    DescribedDatabase(const DescribedDatabase &) = delete;

    /// An empty database in the place of the one that is there.
    void recreate();
    /// A file of tests/seed: a shell script, in a directory of its own, or SQL by psql, where the migrations
    /// are.
    CommandOutcome runFile(const QString &name);
    CommandOutcome psql(const QString &sql)
    {
        return shell(QStringLiteral("psql -U user -d better_auth -f -"), sql);
    }
    /// The program, as "user".
    CommandOutcome signalbox(const QStringList &arguments, const QByteArray &input = {})
    {
        return as(QStringLiteral("user")).run(arguments, input);
    }
    CommandRunner as(const QString &role) const;
    CommandOutcome shell(const QString &command, const QString &input = {}, const QString &directory = {});
    /// 500 events of 50 streams, one snapshot, 3 endpoints, 20 completed jobs of ep_1, one attempt each.
    void insertRows();

    PgConnection &connection();
    QVariant value(const QString &sql);

private:
    std::shared_ptr<PrivateCluster> m_cluster; ///< null on another server
    ConnectionSettings m_server;
    ConnectionSettings m_settings;
    std::unique_ptr<PgConnection> m_connection;
    QTemporaryDir m_directory;
};

} // namespace signalbox
