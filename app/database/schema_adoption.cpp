#include "app/database/schema_adoption.h"

#include <algorithm>

namespace signalbox {

namespace {

using Weight = SchemaDifference::Weight;

// Sentences beyond these are counted, not listed: the plan has them all.
constexpr qsizetype mostListed = 16;

QString listed(const QStringList &all)
{
    QString text = all.mid(0, mostListed).join(QStringLiteral("; "));
    if (all.size() > mostListed)
        text += QStringLiteral("; and %1 more").arg(all.size() - mostListed);
    return text;
}

} // namespace

QList<SchemaDifference> AdoptionPlan::withWeight(SchemaDifference::Weight weight) const
{
    return SchemaComparison{true, differences}.withWeight(weight);
}

Result<AdoptionPlan> planAdoption(PgConnection &connection, const MigrationLedger &ledger,
                                  const QList<MigrationFile> &files, std::optional<qint64> to)
{
    AdoptionPlan plan;
    if (Done alone = refuseSecondSet(connection); !alone)
        return fail(std::move(alone.error()));
    for (const MigrationFile &file : files) {
        if ((to && file.version > *to) || !isOriginalMigration(file) || ledger.rowOf(file))
            continue;
        const auto comparison = compareWithCatalog(connection, file);
        if (!comparison)
            return fail(comparison.error());
        if (!comparison->exists)
            continue;
        plan.differences += comparison->differences;
        plan.files.append(file);
    }
    return plan;
}

Done amend(PgConnection &connection, const AdoptionPlan &plan)
{
    const QList<SchemaDifference> amended = plan.withWeight(Weight::Amended);
    if (amended.isEmpty())
        return {};
    QStringList script{QStringLiteral("SET LOCAL lock_timeout = '5s';")};
    for (const SchemaDifference &difference : amended)
        script << difference.remedy;
    return connection.executeRaw(script.join('\n'), QStringLiteral("give columns their defaults"));
}

QStringList adoptionNotes(const AdoptionPlan &plan, const QString &ledgerTable)
{
    QStringList notes{
        QStringLiteral("Tables that were there already are compatible and were adopted; their rows, "
                       "functions and views are untouched (ledger %1)")
            .arg(ledgerTable)};
    const QList<SchemaDifference> amended = plan.withWeight(Weight::Amended);
    if (!amended.isEmpty())
        notes << QStringLiteral("Columns that had no default have one now: ") +
                     listed(
                         sentencesOf(amended).replaceInStrings(QStringLiteral(" has no default"), QString()));
    const QList<SchemaDifference> tolerated = plan.withWeight(Weight::Tolerated);
    if (!tolerated.isEmpty())
        notes << QStringLiteral(
                     "Signalbox works with these differences; migrate plan prints the SQL that would end "
                     "them: ") +
                     listed(sentencesOf(tolerated));
    return notes;
}

} // namespace signalbox
