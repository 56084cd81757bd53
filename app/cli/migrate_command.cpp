#include "app/cli/command_database.h"
#include "app/cli/consent.h"
#include "app/cli/output.h"
#include "app/cli/row_output.h"
#include "app/cli/slow_progress.h"
#include "app/cli/sub_commands.h"
#include "app/database/migration_plan.h"
#include "app/database/migrator_rollback.h"

#include <limits>

namespace signalbox {

namespace {

QString checksumWord(MigrationStatus::Checksum checksum)
{
    switch (checksum) {
    case MigrationStatus::Checksum::Pending:
        return QStringLiteral("pending");
    case MigrationStatus::Checksum::Same:
        return QStringLiteral("same");
    case MigrationStatus::Checksum::Incomplete:
        return QStringLiteral("incomplete");
    case MigrationStatus::Checksum::DiffersCompatible:
        return QStringLiteral("differs but compatible");
    case MigrationStatus::Checksum::Differs:
        return QStringLiteral("differs");
    case MigrationStatus::Checksum::Unknown:
        break;
    }
    return QStringLiteral("unknown");
}

QSqlRecord statusRow(const MigrationStatus &migration)
{
    QSqlRecord row;
    const auto add = [&row](const char *name, const QVariant &value) {
        addField(row, QLatin1String(name), value);
    };
    const QVariant none(QMetaType::fromType<QString>());
    add("version", migration.version);
    add("description", migration.description);
    add("installed_on",
        migration.installedOn ? QVariant(migration.installedOn->toUTC().toString(Qt::ISODate)) : none);
    add("checksum", checksumWord(migration.checksum));
    add("ledger", migration.ledger.isEmpty() ? none : QVariant(migration.ledger));
    return row;
}

CommandResult status(const CommandContext &context)
{
    const auto format = chosenFormat(context.line);
    if (!format)
        return fail(format.error());
    const auto database = CommandDatabase::locate(context.line, Access::ReadOnly);
    if (!database)
        return fail(database.error());
    const auto connection = database->connect(Access::ReadOnly);
    if (!connection)
        return fail(connection.error());
    const auto migrations = Migrator(**connection).status();
    if (!migrations)
        return fail(migrations.error());
    const QStringList columns{"version", "description", "installed_on", "checksum", "ledger"};
    RowSet set{columns, columns, {}};
    for (const MigrationStatus &migration : *migrations) {
        set.rows << statusRow(migration);
        const QString name = QStringLiteral("migration %1: ").arg(migration.version);
        if (migration.isDirty)
            printMessage(name + QStringLiteral("it began and did not finish"));
        for (const QString &difference : migration.differences)
            printMessage(name + difference);
        if (!migration.missing.isEmpty())
            printMessage(name + QStringLiteral("missing: ") + migration.missing.join(QStringLiteral(", ")));
    }
    printData(formatRows(set, *format));
    if (Done alone = refuseSecondSet(**connection); !alone)
        printMessage(alone.error().line());
    return 0;
}

CommandResult plan(const CommandContext &context)
{
    const auto to = context.line.number(QStringLiteral("to"), 0, std::numeric_limits<int>::max());
    if (!to)
        return fail(to.error());
    const auto database = CommandDatabase::locate(context.line, Access::ReadOnly);
    if (!database)
        return fail(database.error());
    const auto connection = database->connect(Access::ReadOnly);
    if (!connection)
        return fail(connection.error());
    const auto plan =
        planMigration(**connection, *to ? std::optional<qint64>(**to) : std::optional<qint64>());
    if (!plan)
        return fail(plan.error());
    printData(plan->toSql().toUtf8());
    if (!plan->isPossible())
        printMessage(QStringLiteral("migrate up: refuses these tables; the statements above make them fit"));
    return 0;
}

QString stepWord(MigrationReport::Step::Kind kind)
{
    switch (kind) {
    case MigrationReport::Step::Kind::Applied:
        return QStringLiteral("applied");
    case MigrationReport::Step::Kind::Adopted:
        return QStringLiteral("adopted");
    case MigrationReport::Step::Kind::Restored:
        return QStringLiteral("restored");
    case MigrationReport::Step::Kind::RolledBack:
        break;
    }
    return QStringLiteral("rolled back");
}

void printReport(const MigrationReport &report)
{
    for (const MigrationReport::Step &step : report.steps)
        printLine(QStringLiteral("%1 %2 %3 (%4 ms)")
                      .arg(stepWord(step.kind))
                      .arg(step.version, 3, 10, QLatin1Char('0'))
                      .arg(step.description)
                      .arg(step.milliseconds));
    for (const QString &note : report.notes)
        printMessage(note);
    if (report.steps.isEmpty())
        printMessage(QStringLiteral("migrations: nothing to do"));
}

Result<std::optional<qint64>> chosenVersion(const CommandLine &line)
{
    const auto to = line.number(QStringLiteral("to"), 0, std::numeric_limits<int>::max());
    if (!to)
        return fail(to.error());
    return *to ? std::optional<qint64>(**to) : std::nullopt;
}

CommandResult up(const CommandContext &context)
{
    const auto to = chosenVersion(context.line);
    if (!to)
        return fail(to.error());
    const auto database = CommandDatabase::locate(context.line, Access::ReadWrite);
    if (!database)
        return fail(database.error());
    const auto connection = database->connect(Access::ReadWrite);
    if (!connection)
        return fail(connection.error());
    SlowProgress progress;
    const auto report = Migrator(**connection, [&](const QString &text) { progress.tell(text); }).up(*to);
    if (!report)
        return fail(report.error());
    printReport(*report);
    return 0;
}

// Below the newest of our versions that is applied: one step.
Result<qint64> oneStepDown(Migrator &migrator)
{
    const auto applied = migrator.previewDown(0);
    if (!applied)
        return fail(applied.error());
    return applied->steps.isEmpty() ? 0 : applied->steps.constFirst().version - 1;
}

void printPreview(const MigrationReport &report)
{
    for (const MigrationReport::Step &step : report.steps)
        printLine(QStringLiteral("would roll back %1 %2")
                      .arg(step.version, 3, 10, QLatin1Char('0'))
                      .arg(step.description));
    if (!report.losses.isEmpty())
        printLine(QStringLiteral("would lose ") + lossText(report.losses));
    if (report.steps.isEmpty())
        printLine(QStringLiteral("nothing to roll back"));
}

CommandResult down(const CommandContext &context)
{
    const auto consent = consentOf(context, ReasonIs::Optional);
    if (!consent)
        return fail(consent.error());
    const auto to = chosenVersion(context.line);
    if (!to)
        return fail(to.error());
    const auto database = CommandDatabase::locate(context.line, consent->access());
    if (!database)
        return fail(database.error());
    const auto connection = database->connect(consent->access());
    if (!connection)
        return fail(connection.error());
    SlowProgress progress;
    Migrator migrator(**connection, [&](const QString &text) { progress.tell(text); });
    const auto version = *to ? Result<qint64>(**to) : oneStepDown(migrator);
    if (!version)
        return fail(version.error());
    const auto report = consent->isGiven() ? migrator.down(*version, true) : migrator.previewDown(*version);
    if (!report)
        return fail(report.error());
    if (!consent->isGiven()) {
        printPreview(*report);
        return consent->leave();
    }
    printReport(*report);
    return 0;
}

} // namespace

QList<Command> migrateCommands()
{
    return {
        {"migrate status",
         {},
         "versions of the schema and what became of them",
         {formatOption()},
         0,
         0,
         status},
        {"migrate plan",
         {},
         "what up would do, and the SQL that would make foreign tables fit",
         {{"to", "V", "last version to apply"}},
         0,
         0,
         plan},
        {"migrate up", {}, "apply what is pending", {{"to", "V", "last version to apply"}}, 0, 0, up},
        {"migrate down",
         {},
         "roll back one version, or all above V; without --yes it says what would go",
         QList<Option>{{"to", "V", "version to stay; everything above is rolled back; 0: all"}} +
             consentOptions(),
         0,
         0,
         down},
    };
}

} // namespace signalbox
