#pragma once

#include "app/core/result.h"
#include "app/database/migrator_ledger.h"
#include "app/database/schema_comparison.h"

#include <optional>

namespace signalbox {

/// Files whose tables somebody else made, and how those differ from what the files would have made.
struct AdoptionPlan
{
    QList<MigrationFile> files;
    QList<SchemaDifference> differences;

    QList<SchemaDifference> withWeight(SchemaDifference::Weight weight) const;
};

/// Compares the tables of the original files that no ledger row speaks of, up to version `to`. Reads only.
/// Refuses when the tables stand in another schema (refuseSecondSet).
Result<AdoptionPlan> planAdoption(PgConnection &connection, const MigrationLedger &ledger,
                                  const QList<MigrationFile> &files, std::optional<qint64> to);

/// Ends the differences that adoption ends: defaults where there were none. Within the caller's transaction,
/// under a lock_timeout of its own.
Done amend(PgConnection &connection, const AdoptionPlan &plan);

/// Sentences for the operator about what was adopted.
QStringList adoptionNotes(const AdoptionPlan &plan, const QString &ledgerTable);

} // namespace signalbox
