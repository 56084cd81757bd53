#include "app/cli/command_database.h"
#include "app/cli/consent.h"
#include "app/cli/listing.h"
#include "app/cli/output.h"
#include "app/cli/sub_commands.h"
#include "app/database/fan_out.h"
#include "app/database/fan_out_rebase.h"
#include "app/database/fan_out_skipped.h"

#include <QElapsedTimer>
#include <QUuid>

namespace signalbox {

namespace {

constexpr int listedSkipped = 100;
constexpr int tellEveryMs = 2'000;

tl::unexpected<Error> wrong(const CommandContext &context, const QString &why)
{
    return fail(Error::Kind::Usage, context.command.name, why);
}

QSqlRecord statusRow(const FanOutStatus &status)
{
    QSqlRecord row;
    addField(row, QStringLiteral("enabled"), status.enabled);
    addField(row, QStringLiteral("stopped"), status.stopped);
    addField(row, QStringLiteral("checkpoint"), status.checkpoint);
    addField(row, QStringLiteral("waiting"), status.waiting);
    addField(row, QStringLiteral("skipped"), status.skipped);
    return row;
}

void printStatus(const FanOutStatus &status)
{
    printLine(QStringLiteral("fan-out is %1")
                  .arg(!status.enabled            ? QStringLiteral("off")
                       : status.stopped.isEmpty() ? QStringLiteral("on")
                                                  : QStringLiteral("on and stands still")));
    if (!status.stopped.isEmpty())
        printLine(status.stopped);
    printLine(QStringLiteral("checkpoint %1").arg(status.checkpoint));
    printLine(QStringLiteral("events after it: %1%2")
                  .arg(status.waiting)
                  .arg(status.waiting < FanOutStatus::waitingCap ? QString() : QStringLiteral(" or more")));
    printLine(QStringLiteral("put aside: %1%2")
                  .arg(status.skipped)
                  .arg(status.skipped > 0 ? QStringLiteral(" (`signalbox fan-out skipped` lists them)")
                                          : QString()));
}

CommandResult showStatus(const CommandContext &context)
{
    const auto listing = openListing(context.line);
    if (!listing)
        return fail(listing.error());
    const auto status = readFanOutStatus(listing->connection());
    if (!status)
        return fail(status.error());
    if (listing->format == RowFormat::Table) {
        printStatus(*status);
        return 0;
    }
    const QSqlRecord row = statusRow(*status);
    QStringList columns;
    for (int i = 0; i < row.count(); ++i)
        columns << row.fieldName(i);
    printData(formatRows({columns, columns, {row}}, listing->format));
    return 0;
}

CommandResult turnOn(const CommandContext &context)
{
    const QString from = context.line.value(QStringLiteral("from"));
    if (!from.isEmpty() && from != QLatin1String("now") && from != QLatin1String("checkpoint"))
        return wrong(context, QStringLiteral("--from is now or checkpoint"));
    const auto database = openDatabase(context.line, Access::ReadWrite);
    if (!database)
        return fail(database.error());
    const FanOutStart start =
        from == QLatin1String("checkpoint") ? FanOutStart::Checkpoint : FanOutStart::Now;
    if (Done done = enableFanOut(*database->connection, start, givenReason(context.line)); !done)
        return fail(done.error());
    printLine(QStringLiteral("on"));
    return 0;
}

CommandResult turnOff(const CommandContext &context)
{
    const auto act = openWithConsent(context);
    if (!act)
        return fail(act.error());
    if (!act->consent.isGiven()) {
        printLine(QStringLiteral("events appended from now on would not become jobs"));
        return act->consent.leave();
    }
    if (Done done = disableFanOut(*act->database.connection, act->consent.reason()); !done)
        return fail(done.error());
    printLine(QStringLiteral("off"));
    return 0;
}

Result<RebasePoint> chosenPoint(const CommandContext &context)
{
    const QString from = context.line.value(QStringLiteral("from"));
    if (from.isEmpty() || from == QLatin1String("now"))
        return RebasePoint{};
    if (from == QLatin1String("checkpoint"))
        return RebasePoint{RebasePoint::From::Checkpoint, 0};
    bool isNumber = false;
    const qint64 position = from.toLongLong(&isNumber);
    if (!isNumber || position < 0)
        return wrong(context, QStringLiteral("--from is now, checkpoint or the position of an event"));
    return RebasePoint{RebasePoint::From::Position, position};
}

void printPreview(const RebasePreview &preview)
{
    printLine(QStringLiteral("%1 events and %2 endpoints were restored from another cluster")
                  .arg(preview.restoredEvents)
                  .arg(preview.restoredEndpoints));
    printLine(QStringLiteral("%1 events since the restore have no job").arg(preview.withoutJob));
    printLine(QStringLiteral("%1 events would go through fan-out; those that have their jobs get no others")
                  .arg(preview.fannedOut));
}

CommandResult rebase(const CommandContext &context)
{
    const auto point = chosenPoint(context);
    if (!point)
        return fail(point.error());
    const auto act = openWithConsent(context);
    if (!act)
        return fail(act.error());
    PgConnection &connection = *act->database.connection;
    const auto preview = previewRebase(connection, *point);
    if (!preview)
        return fail(preview.error());
    printPreview(*preview);
    if (!act->consent.isGiven())
        return act->consent.leave();
    QElapsedTimer sinceTold;
    sinceTold.start();
    const auto tell = [&sinceTold](const ActionProgress &progress) {
        if (!sinceTold.hasExpired(tellEveryMs))
            return;
        sinceTold.start();
        printMessage(QStringLiteral("fan-out rebase: %1 of %2").arg(progress.done).arg(progress.total));
    };
    if (Done done = rebaseFanOut(connection, *point, act->consent.reason(), tell); !done)
        return fail(done.error());
    printLine(QStringLiteral("rebased"));
    return 0;
}

CommandResult showSkipped(const CommandContext &context)
{
    const auto listing = openListing(context.line);
    if (!listing)
        return fail(listing.error());
    const auto rows = listSkipped(listing->connection(), listedSkipped);
    if (!rows)
        return fail(rows.error());
    const QStringList columns{"event_id", "endpoint_id", "event_type", "sqlstate", "reason", "skipped_at"};
    printData(formatRows({columns, columns, *rows}, listing->format));
    return 0;
}

CommandResult replay(const CommandContext &context)
{
    const QString event = context.line.value(QStringLiteral("event"));
    if (!event.isEmpty() && QUuid::fromString(event).isNull())
        return wrong(context, QStringLiteral("--event is the id of an event"));
    const auto database = openDatabase(context.line, Access::ReadWrite);
    if (!database)
        return fail(database.error());
    const auto result = replaySkipped(*database->connection, event);
    if (!result)
        return fail(result.error());
    printLine(QString::number(result->jobs));
    if (result->left > 0)
        printMessage(QStringLiteral("fan-out replay: %1 stay put aside").arg(result->left));
    return result->left > 0 ? 1 : 0;
}

} // namespace

QList<Command> fanOutCommands()
{
    return {
        {"fan-out status", {}, "whether events become jobs", {formatOption()}, 0, 0, showStatus},
        {"fan-out on",
         {},
         "make jobs of events",
         {{"from", "now|checkpoint", "where to start; now when it is not given"}, reasonOption()},
         0,
         0,
         turnOn},
        {"fan-out off", {}, "make no more jobs of events", consentOptions(), 0, 0, turnOff},
        {"fan-out rebase",
         {},
         "go on after rows were restored from another cluster",
         QList<Option>{
             {"from", "now|checkpoint|POSITION",
              "which events become jobs: none that is there, those since the restore, those after a "
              "position"}} +
             consentOptions(),
         0,
         0,
         rebase},
        {"fan-out skipped", {}, "events that no job could be made of", {formatOption()}, 0, 0, showSkipped},
        {"fan-out replay",
         {},
         "try those again; prints the number of jobs made",
         {{"event", "ID", "this event alone"}},
         0,
         0,
         replay}};
}

} // namespace signalbox
