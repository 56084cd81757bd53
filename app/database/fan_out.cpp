#include "app/database/fan_out.h"

#include "app/database/fan_out_batch.h"
#include "app/database/fan_out_jobs.h"
#include "app/database/fan_out_origin.h"

namespace signalbox {

namespace {

// The server is short of something, or somebody was in the way: less at a time may do.
bool asksForLess(const QString &sqlState)
{
    return sqlState == QLatin1String("57014") || sqlState.startsWith(QLatin1String("53")) ||
           sqlState == QLatin1String("40P01") || sqlState == QLatin1String("40001") ||
           sqlState == QLatin1String("55P03");
}

// An upgrade of the server leaves rows and transaction numbers as they are.
Done takeOverCluster(PgConnection &connection)
{
    const auto taken = connection.execute(QStringLiteral(R"(
UPDATE signalbox_fan_out
SET system_identifier = (SELECT system_identifier FROM pg_control_system()), updated_at = now())"),
                                          {}, QStringLiteral("note the upgraded cluster"));
    if (!taken)
        return fail(taken.error());
    return {};
}

// The event alone, however many jobs it brings.
constexpr FanOutSize oneEvent{1, 1'000'000'000};

Result<FanOutResult> passAsMuch(PgConnection &connection, const FanOutSize &size)
{
    auto result = passBatch(connection, size);
    const bool isTooMuch = result && result->events == 0 && !result->reachedFence;
    return isTooMuch ? passBatch(connection, oneEvent) : result;
}

// Bisects: a batch with a bad row is tried in halves until the row is alone, and then set aside.
Result<FanOutResult> passSome(PgConnection &connection, int maxEvents, qint64 endpoints, FanOutPace &pace)
{
    for (;;) {
        const FanOutSize size = pace.size(maxEvents, endpoints);
        auto result = passAsMuch(connection, size);
        if (result) {
            pace.passed(size, *result);
            return result;
        }
        const QString sqlState = result.error().sqlState;
        if (isRowFault(sqlState) && size.events == 1)
            return passOneByOne(connection);
        if (!isRowFault(sqlState) && !asksForLess(sqlState))
            return result;
        pace.failed(size);
        if (asksForLess(sqlState) && size.events == 1)
            return result;
        if (asksForLess(sqlState)) {
            FanOutResult less;
            less.reachedFence = false;
            return less; // between two tries the caller looks whether it shall go on
        }
    }
}

Done expectOneRow(const Result<qint64> &changed)
{
    if (!changed)
        return fail(changed.error());
    if (*changed != 1)
        return fail(noFanOutRow());
    return {};
}

} // namespace

Result<FanOutResult> fanOut(PgConnection &connection, int maxEvents, FanOutPace &pace)
{
    const auto point = readFanOutPoint(connection);
    if (!point)
        return fail(point.error());
    FanOutResult result;
    result.enabled = point->enabled;
    if (point->enabled)
        result.stopped = point->stopped;
    if (!point->enabled || !point->stopped.isEmpty())
        return result;
    if (point->isUpgraded) {
        if (Done taken = takeOverCluster(connection); !taken)
            return fail(taken.error());
    }
    if (!point->waiting)
        return result;
    return passSome(connection, maxEvents, point->endpoints, pace);
}

Result<FanOutResult> fanOut(PgConnection &connection, int maxEvents)
{
    FanOutPace pace;
    return fanOut(connection, maxEvents, pace);
}

Result<bool> fanOutReachedFence(PgConnection &connection)
{
    const auto point = readFanOutPoint(connection);
    if (!point)
        return fail(point.error());
    return !point->enabled || !point->stopped.isEmpty() || !point->waiting;
}

Done enableFanOut(PgConnection &connection, FanOutStart start, const QString &reason)
{
    const QString what = QStringLiteral("turn fan-out on");
    const auto point = readFanOutPoint(connection);
    if (!point)
        return fail(point.error());
    if (!point->stopped.isEmpty())
        return fail(Error::Kind::Refused, what, point->stopped);
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(transaction.error());
    const Done on =
        expectOneRow(connection.execute(QStringLiteral(R"(
UPDATE signalbox_fan_out
SET enabled = true,
    txid = CASE WHEN :from_now::boolean THEN pg_snapshot_xmin(pg_current_snapshot()) ELSE txid END,
    position = CASE WHEN :from_now::boolean THEN 0 ELSE position END,
    updated_at = now())"),
                                        {{QStringLiteral(":from_now"), start == FanOutStart::Now}}, what));
    if (!on)
        return on;
    if (Done noted = noteFanOutAct(connection, what, reason); !noted)
        return noted;
    return transaction->commit();
}

Done disableFanOut(PgConnection &connection, const QString &reason)
{
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(transaction.error());
    const Done off = expectOneRow(
        connection.execute(QStringLiteral("UPDATE signalbox_fan_out SET enabled = false, updated_at = now()"),
                           {}, QStringLiteral("turn fan-out off")));
    if (!off)
        return off;
    if (Done noted = noteFanOutAct(connection, QStringLiteral("turn fan-out off"), reason); !noted)
        return noted;
    return transaction->commit();
}

Done noteFanOutAct(PgConnection &connection, const QString &action, const QString &reason)
{
    if (reason.trimmed().isEmpty())
        return {};
    const auto noted = connection.execute(
        QStringLiteral("INSERT INTO signalbox_changes (action, reason, selection, changed) "
                       "VALUES (:action::text, :reason::text, 'fan-out', 1)"),
        {{QStringLiteral(":action"), action}, {QStringLiteral(":reason"), reason.trimmed()}}, action);
    if (!noted)
        return fail(noted.error());
    return {};
}

} // namespace signalbox
