#include "app/cli/command_database.h"
#include "app/cli/output.h"
#include "app/cli/row_output.h"
#include "app/cli/sub_commands.h"
#include "app/database/overview_report.h"
#include "app/database/overview_tables.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace signalbox {

namespace {

struct NamedRange
{
    const char *word;
    qint64 seconds;
};

constexpr std::array<NamedRange, 5> ranges{
    {{"5m", 300}, {"1h", 3'600}, {"24h", 86'400}, {"7d", 604'800}, {"30d", 2'592'000}}};
const QString everything = QStringLiteral("all");
const QString defaultRange = QStringLiteral("1h");

/// What --range asks for; without it, what the schema's description asks.
Result<OverviewReportRequest> chosenRange(const CommandLine &line)
{
    OverviewReportRequest request;
    if (!line.has(QStringLiteral("range")))
        return request;
    const QString word = line.value(QStringLiteral("range"));
    if (word == everything) {
        request.isEverything = true;
        request.overview.reaches.fill(Reach::All);
        return request;
    }
    const auto range = std::find_if(ranges.cbegin(), ranges.cend(), [&word](const NamedRange &one) {
        return word == QLatin1String(one.word);
    });
    if (range == ranges.cend())
        return fail(Error::Kind::Usage, QStringLiteral("command line"),
                    QStringLiteral("unknown range \"%1\"").arg(word),
                    QStringLiteral("5m, 1h, 24h, 7d, 30d or all"));
    request.overview.windowSeconds = range->seconds;
    request.overview.reaches.fill(Reach::Range);
    return request;
}

QString rangeWord(const CommandLine &line)
{
    return line.has(QStringLiteral("range")) ? line.value(QStringLiteral("range")) : defaultRange;
}

QString reachWord(Reach reach, const QString &range)
{
    return reach == Reach::All ? everything : range;
}

nlohmann::ordered_json figure(const std::optional<double> &value)
{
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

/// The figures of the window's cards. Percentiles come from bins of 5 %.
nlohmann::ordered_json cardsOf(const Overview &overview, const QString &range)
{
    return {{"range", range.toStdString()},
            {"from", overview.from.toString(Qt::ISODate).toStdString()},
            {"to", overview.to.toString(Qt::ISODate).toStdString()},
            {"due_now", overview.due.ready.rows},
            {"oldest_due_seconds", figure(overview.due.oldestReadySeconds)},
            {"due_throttled", overview.due.throttled.rows},
            {"due_breaker", overview.due.breaker.rows},
            {"due_disabled", overview.due.disabled.rows},
            {"attempts", overview.attemptsLast},
            {"delivered", overview.deliveredLast},
            {"failed", overview.failedLast()},
            {"p50_ms", figure(overview.p50Ms)},
            {"p95_ms", figure(overview.p95Ms)},
            {"percentiles", "estimated"},
            {"endpoints", overview.endpoints},
            {"failing_endpoints", overview.failingEndpoints()},
            {"disabled_endpoints", overview.disabledEndpoints},
            {"fan_out_enabled", overview.fanOutEnabled},
            {"event_lag_seconds", figure(overview.eventLagSeconds)},
            {"fence_holder", overview.fenceHolder.toStdString()}};
}

QByteArray asJson(const OverviewReport &report, const QString &range)
{
    nlohmann::ordered_json said;
    for (const Monitoring query : everyMonitoring) {
        const MonitoringList &list = report.overview.list(query);
        said[monitoringName(query).toStdString()] = {{"range", reachWord(list.reach, range).toStdString()},
                                                     {"precision", list.isEstimated ? "estimated" : "exact"}};
    }
    QByteArray text = "{\n\"range\": \"" + range.toUtf8() +
                      "\",\n\"lists\": " + QByteArray::fromStdString(said.dump()) +
                      ",\n\"cards\": " + QByteArray::fromStdString(cardsOf(report.overview, range).dump());
    for (const Monitoring query : everyMonitoring) {
        const QList<QByteArray> &rows = report.json.at(std::size_t(query));
        text += ",\n\"" + monitoringName(query).toUtf8() + "\": [";
        text += rows.isEmpty() ? "]" : "\n" + rows.join(",\n") + "\n]";
    }
    return text + "\n}\n";
}

QByteArray asTables(const OverviewReport &report, const QString &range)
{
    QByteArray text;
    for (const Monitoring query : everyMonitoring) {
        const MonitoringList &list = report.overview.list(query);
        text += monitoringName(query).toUtf8() + " (" + reachWord(list.reach, range).toUtf8() + ")\n";
        if (list.rows.isEmpty()) {
            text += "no rows\n\n";
            continue;
        }
        QStringList columns;
        for (int column = 0; column < list.rows.constFirst().count(); ++column)
            columns << list.rows.constFirst().fieldName(column);
        text += formatRows({columns, columns, list.rows}, RowFormat::Table) + '\n';
    }
    return text;
}

CommandResult run(const CommandContext &context)
{
    const auto request = chosenRange(context.line);
    if (!request)
        return fail(request.error());
    const auto format = chosenFormat(context.line);
    if (!format)
        return fail(format.error());
    if (*format == RowFormat::Csv)
        return fail(Error::Kind::Usage, QStringLiteral("command line"),
                    QStringLiteral("six lists are no CSV"), QStringLiteral("table or json"));
    const auto database = openDatabase(context.line, Access::ReadOnly);
    if (!database)
        return fail(database.error());
    const auto report = readOverviewReport(*database->connection, *request);
    if (!report)
        return fail(report.error());
    const QString range = rangeWord(context.line);
    printData(*format == RowFormat::Json ? asJson(*report, range) : asTables(*report, range));
    return 0;
}

} // namespace

Command overviewCommand()
{
    return {QStringLiteral("overview"),
            {},
            QStringLiteral("print the figures of the Overview, counted exactly"),
            {{QStringLiteral("range"), QStringLiteral("5m|1h|24h|7d|30d|all"),
              QStringLiteral("what is counted; without it everything, and deliveries of the last hour")},
             {QStringLiteral("format"), QStringLiteral("table|json"), QStringLiteral("table by default")}},
            0,
            0,
            run};
}

} // namespace signalbox
