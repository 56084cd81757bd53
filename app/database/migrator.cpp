#include "app/database/migrator.h"

#include "app/database/statement_splitter.h"

#include <QElapsedTimer>

namespace signalbox {

Migrator::Migrator(PgConnection &connection, Progress progress, const QString &directory)
    : m_connection(connection)
    , m_progress(std::move(progress))
    , m_directory(directory)
{
    if (!m_progress)
        m_progress = [](const QString &) {};
}

Result<QList<MigrationStatus>> Migrator::status()
{
    return QList<MigrationStatus>();
}

Result<MigrationReport> Migrator::up(std::optional<qint64> to)
{
    MigrationReport report;
    auto files = readMigrations(m_directory);
    if (!files)
        return fail(std::move(files.error()));
    for (const MigrationFile &file : *files) {
        if (to && file.version > *to)
            break;
        QElapsedTimer clock;
        clock.start();
        if (file.isTransactional())
            (void)m_connection.begin();
        for (const Statement &statement : splitStatements(QString::fromUtf8(file.sql))) {
            if (Done done = m_connection.executeRaw(statement.text, file.fileName); !done)
                return fail(done.error());
        }
        if (file.isTransactional())
            (void)m_connection.commit();
        report.steps.append(
            {MigrationReport::Step::Kind::Applied, file.version, file.description, clock.elapsed()});
    }
    return report;
}

Result<MigrationReport> Migrator::down(std::optional<qint64>, bool)
{
    return MigrationReport();
}

} // namespace signalbox
