#include "app/cli/command_database.h"
#include "app/cli/follow_run.h"
#include "app/cli/output.h"
#include "app/cli/row_output.h"
#include "app/cli/sub_commands.h"
#include "app/core/filter.h"
#include "app/database/console_rights_query.h"
#include "app/database/page_queries.h"
#include "app/database/table_sql.h"

namespace signalbox {

namespace {

constexpr int defaultLimit = 100;
constexpr int largestLimit = 1'000'000;

QStringList terminalColumns(Table table)
{
    switch (table) {
    case Table::Jobs:
        return {"id",           "status",       "endpoint_id", "event_type", "attempts",
                "max_attempts", "next_attempt", "created_at",  "last_error"};
    case Table::Deliveries:
        return {"id",          "endpoint_id", "event_type", "attempt", "outcome",
                "status_code", "duration_ms", "created_at", "error"};
    case Table::Events:
        return {"id", "stream_id", "version", "event_type", "created_at", "payload"};
    case Table::Streams:
        break;
    }
    return {"id", "current_version", "created_at", "updated_at"};
}

template <Table table> CommandResult list(const CommandContext &context)
{
    const auto format = chosenFormat(context.line);
    if (!format)
        return fail(format.error());
    const auto limit = context.line.number(QStringLiteral("limit"), 1, largestLimit);
    if (!limit)
        return fail(limit.error());
    const auto filter = parseFilter(context.line.value(QStringLiteral("filter")), table);
    if (!filter)
        return fail(filter.error());
    const bool follows = context.line.has(QStringLiteral("follow"));
    if (follows && *format == RowFormat::Json)
        return fail(Error::Kind::Usage, context.command.name,
                    QStringLiteral("--follow prints lines, which an array is not"),
                    QStringLiteral("--format jsonl, csv or table"));
    auto database = openDatabase(context.line, Access::ReadOnly);
    if (!database)
        return fail(database.error());
    if (const Done allowed = checkGrants(*database->connection, readingOf(table),
                                         QStringLiteral("list ") + tableSql(table).name);
        !allowed)
        return fail(allowed.error());
    const RowSet shape{listedColumns(table), terminalColumns(table), {}};
    const int depth = limit->value_or(defaultLimit);
    if (follows)
        return followRows(*database, {shape, *format, depth, [&filter](PgConnection &connection, int most) {
                                          return listTable(connection, table, *filter, most);
                                      }});
    const auto rows = listTable(*database->connection, table, *filter, depth);
    if (!rows)
        return fail(rows.error());
    printRows({shape.columns, shape.tableColumns, *rows}, *format, context.command.group(),
              database->database.settings().label());
    return 0;
}

template <Table table> Command listCommand(const QString &name)
{
    return {name + QStringLiteral(" list"),
            {},
            QStringLiteral("print %1, newest first").arg(name),
            {{"filter", "EXPR", "words: " + filterFieldNames(table).join(' ')},
             formatOption(),
             {"limit", "N", QStringLiteral("rows at most; %1 by default").arg(defaultLimit)},
             {"follow", {}, "go on with rows that come or change, oldest first, until interrupted"}},
            0,
            0,
            list<table>};
}

} // namespace

QList<Command> listCommands()
{
    return {listCommand<Table::Jobs>(QStringLiteral("jobs")),
            listCommand<Table::Deliveries>(QStringLiteral("deliveries")),
            listCommand<Table::Events>(QStringLiteral("events")),
            listCommand<Table::Streams>(QStringLiteral("streams"))};
}

} // namespace signalbox
