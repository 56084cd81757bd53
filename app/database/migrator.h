#pragma once

#include "app/core/result.h"
#include "app/database/migration_files.h"
#include "app/database/pg_connection.h"

#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>

namespace signalbox {

/// One line of `migrate status`.
struct MigrationStatus
{
    enum class Checksum {
        Pending,           ///< not applied
        Same,              ///< applied from exactly our bytes
        Incomplete,        ///< applied from exactly our bytes, and part of what it made is gone
        DiffersCompatible, ///< made by psql or from other bytes; the catalog shows what we need
        Differs,           ///< made from other bytes and not what we need
        Unknown            ///< a version of the host program, none of ours
    };

    qint64 version = 0;
    QString description;
    std::optional<QDateTime> installedOn;
    Checksum checksum = Checksum::Pending;
    QString ledger;          ///< table that holds its row; empty when there is none
    bool isDirty = false;    ///< the ledger says it began and did not finish
    bool isAdopted = false;  ///< its row was written without running it: the tables were there
    QStringList differences; ///< for Differs: what the catalog lacks
    QStringList missing;     ///< what it made, or would have made with its tables, and is not there
    bool isUsable = true;    ///< nothing that is missing stops the program
};

/// What `up` or `down` did.
struct MigrationReport
{
    struct Step
    {
        enum class Kind { Applied, Adopted, Restored, RolledBack };
        Kind kind = Kind::Applied;
        qint64 version = 0;
        QString description;
        qint64 milliseconds = 0;
    };
    struct Loss
    {
        QString table;
        qint64 rows = 0; ///< counted up to 100,001
    };

    QList<Step> steps;
    QStringList notes;  ///< sentences for the operator
    QList<Loss> losses; ///< rows that `down` dropped
};

/// Brings the schema of one database up and down, with sqlx's ledger and lock (design §3, Ledger and
/// Adoption). Blocks its thread; works in the first schema of the search path. Needs a connection without a
/// statement timeout.
class Migrator
{
public:
    using Progress = std::function<void(QString)>;

    explicit Migrator(PgConnection &connection, Progress progress = {},
                      const QString &directory = embeddedMigrations());

    /// Reads only, also in a read-only session: every version of ours and every foreign row of the ledgers.
    Result<QList<MigrationStatus>> status();
    /// Applies what is pending, up to and including `to`. Errors of a file say file, line and PostgreSQL's
    /// message and leave nothing of that file behind.
    Result<MigrationReport> up(std::optional<qint64> to = {});
    /// Rolls back every version above `to` (all without it), newest first, all or nothing. Refuses to drop
    /// tables that hold rows, naming them, unless told otherwise.
    Result<MigrationReport> down(std::optional<qint64> to, bool evenIfDataIsLost);

    /// What down would do, with the rows that would be lost. Reads only.
    Result<MigrationReport> previewDown(std::optional<qint64> to);

private:
    PgConnection &m_connection;
    Progress m_progress;
    QString m_directory;
};

} // namespace signalbox
