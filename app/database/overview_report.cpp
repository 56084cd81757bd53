#include "app/database/overview_report.h"

#include "app/database/overview_queries.h"
#include "app/database/overview_tables.h"

#include <limits>

namespace signalbox {

namespace {

const QString reportWhat = QStringLiteral("read the overview");
constexpr int bucketsOfAReport = 60;

// From the first row that bears a date to now; an hour where there is none.
Result<qint64> secondsSinceTheFirstRow(PgConnection &connection)
{
    const auto rows = connection.query(QStringLiteral(R"(
SELECT greatest(3600, ceil(extract(epoch FROM now() - min(first.created_at))))::bigint
FROM ((SELECT created_at FROM webhook_deliveries WHERE created_at > '-infinity' ORDER BY created_at LIMIT 1)
      UNION ALL
      (SELECT created_at FROM webhook_jobs WHERE created_at > '-infinity' ORDER BY created_at LIMIT 1)
      UNION ALL
      (SELECT created_at FROM events WHERE created_at > '-infinity' ORDER BY created_at LIMIT 1)) first
WHERE first.created_at < now())"),
                                       {}, reportWhat);
    if (!rows)
        return fail(rows.error());
    const QVariant seconds = rows->constFirst().value(0);
    return seconds.isNull() ? 3'600 : seconds.toLongLong();
}

Done readExactly(PgConnection &connection, Monitoring query, const OverviewRequest &request,
                 OverviewReport &report)
{
    const Reach reach = request.reaches.at(std::size_t(query));
    auto rows = connection.query(
        QStringLiteral("SELECT listed.*, to_json(listed)::text AS signalbox_json FROM (%1) listed")
            .arg(monitoringSql(query, request)),
        monitoringBindings(query, request), reportWhat);
    if (!rows)
        return fail(rows.error());
    MonitoringList &list = report.overview.list(query);
    list = {std::move(*rows), reach, false};
    for (QSqlRecord &row : list.rows) {
        const int json = row.count() - 1;
        report.json.at(std::size_t(query)) << row.value(json).toString().toUtf8();
        row.remove(json);
    }
    return {};
}

} // namespace

Result<OverviewReport> readOverviewReport(PgConnection &connection, const OverviewReportRequest &request)
{
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(transaction.error());
    if (Done done = connection.executeRaw(
            QStringLiteral("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"), reportWhat);
        !done)
        return fail(done.error());
    OverviewRequest wanted = request.overview;
    wanted.buckets = bucketsOfAReport;
    if (request.isEverything) {
        const auto seconds = secondsSinceTheFirstRow(connection);
        if (!seconds)
            return fail(seconds.error());
        // The last bucket is not full yet, so that the others alone must reach back to the first row.
        wanted.windowSeconds = *seconds + *seconds / (bucketsOfAReport - 1) + bucketsOfAReport;
    }
    OverviewReport report;
    for (const Monitoring query : everyMonitoring) {
        if (Done done = readExactly(connection, query, wanted, report); !done)
            return fail(done.error());
    }
    wanted.scanBudgetMs = std::numeric_limits<int>::max(); // nothing is sampled
    auto figures = readOverviewFigures(connection, wanted);
    if (!figures)
        return fail(figures.error());
    figures->monitoring = std::move(report.overview.monitoring);
    report.overview = std::move(*figures);
    if (Done done = transaction->commit(); !done)
        return fail(done.error());
    return report;
}

} // namespace signalbox
