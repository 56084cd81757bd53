#pragma once

#include "app/core/result.h"
#include "app/database/migration_files.h"
#include "app/database/migrator.h"
#include "app/database/migrator_ledger.h"
#include "app/database/pg_connection.h"
#include "app/database/schema_adoption.h"

#include <QElapsedTimer>
#include <QList>
#include <QMap>
#include <QStringList>

#include <optional>

namespace signalbox {

/// One pass of `migrate up` under the lock: adopts what is there, applies what is pending. What was done is
/// in the report also when it ends in an error; a further pass goes on from there.
class MigrationAscent
{
public:
    MigrationAscent(PgConnection &connection, const Migrator::Progress &progress,
                    const QList<MigrationFile> &files, std::optional<qint64> to, MigrationReport &report);
    Done run();

private:
    using LeftOut = QMap<qint64, QStringList>; ///< by version: what a backup of some tables left out

    Done readLedger();
    Done adopt();
    Done record(const AdoptionPlan &plan, const LeftOut &leftOut);
    Result<LeftOut> findLeftOut(const AdoptionPlan &plan) const;
    Done restore();
    Done closeOpenFunctions();
    Done grant();
    Done apply(const MigrationFile &file);
    Done refuseOtherBytes(const MigrationFile &file) const;
    Done applyInTransaction(const MigrationFile &file, const QElapsedTimer &clock);
    Done applyAlone(const MigrationFile &file, const QElapsedTimer &clock);
    bool wasMadeByOthers() const;
    Done switchFanOutOff();
    Done tellFanOut();
    bool isWanted(const MigrationFile &file) const;

    PgConnection &m_connection;
    const Migrator::Progress &m_progress;
    const QList<MigrationFile> &m_files;
    std::optional<qint64> m_to;
    MigrationReport &m_report;
    std::optional<MigrationLedger> m_ledger;
};

} // namespace signalbox
