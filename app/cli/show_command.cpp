#include "app/cli/command_database.h"
#include "app/cli/output.h"
#include "app/cli/row_output.h"
#include "app/cli/sub_commands.h"
#include "app/core/filter.h"
#include "app/database/console_rights_query.h"
#include "app/database/detail_queries.h"
#include "app/database/page_queries.h"
#include "app/database/table_sql.h"

namespace signalbox {

namespace {

QString kindOf(Table table)
{
    switch (table) {
    case Table::Jobs:
        return QStringLiteral("job");
    case Table::Deliveries:
        return QStringLiteral("delivery");
    case Table::Events:
        return QStringLiteral("event");
    case Table::Streams:
        break;
    }
    return QStringLiteral("stream");
}

// The one row that an id, or the beginning of one, names. Secrets and credentials are left out as in lists.
Result<QSqlRecord> namedRow(PgConnection &connection, Table table, const QString &word)
{
    const QString what = QStringLiteral("show ") + kindOf(table);
    const auto filter = parseFilter(QStringLiteral("id:") + quoteFilterValue(word), table);
    if (!filter) {
        Error error = filter.error();
        return fail(Error::Kind::Usage, what, error.why, error.hint);
    }
    constexpr int enoughToTell = 2;
    const auto rows = listTable(connection, table, *filter, enoughToTell);
    if (!rows)
        return fail(rows.error());
    if (rows->isEmpty())
        return fail(Error::Kind::NotFound, what,
                    QStringLiteral("there is no %1 %2").arg(kindOf(table), word));
    if (rows->size() > 1)
        return fail(Error::Kind::Refused, what, QStringLiteral("more than one id begins with %1").arg(word),
                    QStringLiteral("give more of it"));
    return rows->constFirst();
}

/// One row and what belongs to it.
struct Shown
{
    QSqlRecord row;
    QStringList columns;
    QList<QPair<QString, QString>> texts; ///< title and text of what is printed below the row: the payload
    QString partsName;                    ///< "deliveries", "events", "jobs"
    RowSet parts;
};

Result<Shown> showJob(PgConnection &connection, const QString &word)
{
    const auto row = namedRow(connection, Table::Jobs, word);
    if (!row)
        return fail(row.error());
    const auto detail = readJobDetail(connection, row->value(QStringLiteral("id")).toString());
    if (!detail)
        return fail(detail.error());
    Shown shown{*row, listedColumns(Table::Jobs), {}, QStringLiteral("deliveries"), {}};
    if (!detail->held.code.isEmpty())
        shown.texts.append({QStringLiteral("waits"), detail->held.text});
    shown.texts.append({QStringLiteral("payload"), detail->payload.text});
    shown.parts = {{"id", "attempt", "outcome", "status_code", "duration_ms", "error", "response_body",
                    "response_headers", "request_headers", "is_test", "worker_id", "created_at"},
                   {"attempt", "created_at", "outcome", "status_code", "duration_ms", "error"},
                   detail->attempts};
    return shown;
}

Result<Shown> showDelivery(PgConnection &connection, const QString &word)
{
    const auto row = namedRow(connection, Table::Deliveries, word);
    if (!row)
        return fail(row.error());
    const auto detail = readDeliveryDetail(connection, row->value(QStringLiteral("id")).toString());
    if (!detail)
        return fail(detail.error());
    Shown shown{*row, listedColumns(Table::Deliveries), {}, {}, {}};
    shown.texts = {{QStringLiteral("payload"), detail->payload.text},
                   {QStringLiteral("response"), detail->delivery.value("response_body").toString()}};
    return shown;
}

Result<Shown> showEvent(PgConnection &connection, const QString &word)
{
    const auto row = namedRow(connection, Table::Events, word);
    if (!row)
        return fail(row.error());
    const auto detail = readEventDetail(connection, row->value(QStringLiteral("id")).toString());
    if (!detail)
        return fail(detail.error());
    Shown shown{*row, listedColumns(Table::Events), {}, QStringLiteral("jobs"), {}};
    shown.texts = {{QStringLiteral("payload"), detail->payload.text},
                   {QStringLiteral("metadata"), detail->metadata.text}};
    const QStringList columns{"id", "endpoint_id", "status", "run", "created_at"};
    shown.parts = {columns, columns, detail->jobs};
    return shown;
}

Result<Shown> showStream(PgConnection &connection, const QString &id)
{
    const auto detail = readStreamDetail(connection, id);
    if (!detail)
        return fail(detail.error());
    Shown shown{detail->stream, listedColumns(Table::Streams), {}, QStringLiteral("events"), {}};
    if (!detail->latestSnapshot.text.isEmpty())
        shown.texts.append({QStringLiteral("latest snapshot"), detail->latestSnapshot.text});
    const QStringList columns{"id", "version", "event_type", "created_at"};
    shown.parts = {columns, columns, detail->events};
    return shown;
}

Result<Shown> read(PgConnection &connection, Table table, const QString &word)
{
    switch (table) {
    case Table::Jobs:
        return showJob(connection, word);
    case Table::Deliveries:
        return showDelivery(connection, word);
    case Table::Events:
        return showEvent(connection, word);
    case Table::Streams:
        break;
    }
    return showStream(connection, word);
}

void print(const Shown &shown)
{
    QStringList columns = shown.columns;
    for (const auto &[title, text] : shown.texts)
        columns.removeAll(title); // printed whole below
    printData(formatFields(shown.row, columns));
    for (const auto &[title, text] : shown.texts) {
        if (!text.isEmpty())
            printData('\n' + title.toUtf8() + '\n' + linesText(text) + '\n');
    }
    if (shown.partsName.isEmpty())
        return;
    printData('\n' + shown.partsName.toUtf8() + '\n');
    printData(shown.parts.rows.isEmpty() ? QByteArray("none\n") : formatRows(shown.parts, RowFormat::Table));
}

template <Table table> CommandResult show(const CommandContext &context)
{
    const auto format = chosenFormat(context.line);
    if (!format)
        return fail(format.error());
    if (*format == RowFormat::Csv)
        return fail(Error::Kind::Usage, context.command.name,
                    QStringLiteral("one row with its parts is no csv"), QStringLiteral("table or json"));
    const auto database = openDatabase(context.line, Access::ReadOnly);
    if (!database)
        return fail(database.error());
    if (const Done allowed =
            checkGrants(*database->connection, readingOf(table), QStringLiteral("show ") + kindOf(table));
        !allowed)
        return fail(allowed.error());
    const auto shown = read(*database->connection, table, context.line.words().constFirst());
    if (!shown)
        return fail(shown.error());
    if (*format == RowFormat::Table)
        print(*shown);
    else
        printData(formatObject(shown->row, shown->columns, shown->partsName, shown->parts));
    return 0;
}

template <Table table> Command showCommand(const QString &group)
{
    return {group + QStringLiteral(" show"),
            "ID",
            QStringLiteral("print one %1 and what belongs to it").arg(kindOf(table)),
            {formatOption()},
            1,
            1,
            show<table>};
}

} // namespace

QList<Command> showCommands()
{
    return {showCommand<Table::Jobs>(QStringLiteral("jobs")),
            showCommand<Table::Deliveries>(QStringLiteral("deliveries")),
            showCommand<Table::Events>(QStringLiteral("events")),
            showCommand<Table::Streams>(QStringLiteral("streams"))};
}

} // namespace signalbox
