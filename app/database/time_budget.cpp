#include "app/database/time_budget.h"

#include "app/core/sql_state.h"

namespace signalbox {

Result<std::optional<QList<QSqlRecord>>> readWithin(PgConnection &connection, int milliseconds,
                                                    const QString &what, const RowsRead &read)
{
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(transaction.error());
    if (const Done limited =
            connection.executeRaw(QStringLiteral("SET LOCAL statement_timeout = %1").arg(milliseconds), what);
        !limited)
        return fail(limited.error());
    auto rows = read();
    if (!rows && isOutOfTime(rows.error()))
        return std::optional<QList<QSqlRecord>>();
    if (!rows)
        return fail(rows.error());
    if (const Done ended = transaction->commit(); !ended)
        return fail(ended.error());
    return std::optional(std::move(*rows));
}

} // namespace signalbox
