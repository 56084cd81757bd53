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
    DescribedDatabase();
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
    CommandOutcome signalbox(const QStringList &arguments)
    {
        return CommandRunner(m_settings).run(arguments);
    }
    CommandOutcome shell(const QString &command, const QString &input = {}, const QString &directory = {});

    const ConnectionSettings &settings() const { return m_settings; }
    PgConnection &connection();
    QVariant value(const QString &sql);

private:
    std::shared_ptr<PrivateCluster> m_cluster;
    ConnectionSettings m_settings;
    std::unique_ptr<PgConnection> m_connection;
    QTemporaryDir m_directory;
};

} // namespace signalbox
