#include "app/database/migration_plan.h"

#include "app/database/schema_inventory.h"

#include <algorithm>

namespace signalbox {

namespace {

using Weight = SchemaDifference::Weight;

QStringList named(const QString &word, const QList<MigrationFile> &files)
{
    QStringList lines;
    for (const MigrationFile &file : files)
        lines << QStringLiteral("-- %1 %2 %3")
                     .arg(word)
                     .arg(file.version, 3, 10, QLatin1Char('0'))
                     .arg(file.description);
    return lines;
}

QStringList remedies(const QString &title, const QList<SchemaDifference> &differences)
{
    if (differences.isEmpty())
        return {};
    QStringList lines{QString(), QStringLiteral("-- ") + title};
    for (const SchemaDifference &difference : differences)
        lines << QStringLiteral("-- ") + difference.sentence << difference.remedy;
    return lines;
}

} // namespace

bool MigrationPlan::isPossible() const
{
    return adoption.withWeight(Weight::Refused).isEmpty();
}

QString MigrationPlan::toSql() const
{
    QStringList lines =
        named(QStringLiteral("adopt"), adoption.files) + named(QStringLiteral("apply"), pending);
    for (const QString &name : missing)
        lines << QStringLiteral("-- restore ") + name;
    if (lines.isEmpty())
        lines << QStringLiteral("-- nothing to do");
    lines += remedies(QStringLiteral("migrate up refuses to start until these are run:"),
                      adoption.withWeight(Weight::Refused));
    lines += remedies(QStringLiteral("migrate up runs these itself:"), adoption.withWeight(Weight::Amended));
    lines += remedies(
        QStringLiteral(
            "Signalbox works without these; they would make the tables as the description has them:"),
        adoption.withWeight(Weight::Tolerated));
    return lines.join('\n') + '\n';
}

Result<MigrationPlan> planMigration(PgConnection &connection, std::optional<qint64> to,
                                    const QString &directory)
{
    const auto files = readMigrations(directory);
    if (!files)
        return fail(files.error());
    const auto ledger = MigrationLedger::read(connection, *files);
    if (!ledger)
        return fail(ledger.error());
    auto adoption = planAdoption(connection, *ledger, *files, to);
    if (!adoption)
        return fail(std::move(adoption.error()));
    const auto missing = missingObjects(connection, *ledger, *files);
    if (!missing)
        return fail(missing.error());
    MigrationPlan plan{std::move(*adoption), {}, shortNamesOf(*missing)};
    for (const MigrationFile &file : *files) {
        const bool isAdopted =
            std::any_of(plan.adoption.files.cbegin(), plan.adoption.files.cend(),
                        [&file](const MigrationFile &each) { return each.version == file.version; });
        if ((!to || file.version <= *to) && !ledger->rowOf(file) && !isAdopted)
            plan.pending.append(file);
    }
    return plan;
}

} // namespace signalbox
