#pragma once

#include "app/core/result.h"
#include "app/database/migration_files.h"
#include "app/database/migrator.h"
#include "app/database/migrator_ledger.h"
#include "app/database/pg_connection.h"

#include <QList>

namespace signalbox {

/// What is to be rolled back, of which files.
struct Descent
{
    QList<MigrationFile> files;
    QList<MigrationFile> newestFirst;
    bool evenIfDataIsLost = false;
};

/// Rolls files back in the order given, with their ledger rows, in one transaction. What would be lost is
/// found by doing it up to a savepoint and comparing the tables before and after, so nobody keeps a list of
/// tables. What a file no longer finds of its own is restored first, so that its rollback finds it. Errors:
/// Refused when tables with rows would go, unless `evenIfDataIsLost`.
Result<MigrationReport> rollBack(PgConnection &connection, const MigrationLedger &ledger,
                                 const Descent &descent, const Migrator::Progress &progress);

/// "webhook_jobs (12 rows), events (more than 100000 rows)"
QString lossText(const QList<MigrationReport::Loss> &losses);

/// What rollBack would do, and the rows that would go with the tables that those files made. Reads only;
/// takes no lock that anybody waits for.
Result<MigrationReport> previewRollBack(PgConnection &connection, const MigrationLedger &ledger,
                                        const Descent &descent);

} // namespace signalbox
