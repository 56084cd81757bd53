#include "app/database/row_estimate.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace signalbox {

Result<TableSize> estimateTable(PgConnection &connection, const QString &table)
{
    // A partitioned table has no pages of its own; pg_partition_tree of a plain one is empty.
    const auto rows = connection.query(QStringLiteral(R"(
SELECT coalesce(sum(greatest(part.reltuples, 0) / greatest(part.relpages, 1) * size.blocks), 0)::bigint AS rows,
       coalesce(sum(size.blocks), 0)::bigint AS blocks
FROM (SELECT :table::regclass AS relid UNION SELECT relid FROM pg_partition_tree(:table::regclass)) member
JOIN pg_class part ON part.oid = member.relid AND part.relkind IN ('r', 'm')
CROSS JOIN LATERAL (SELECT pg_relation_size(part.oid) / current_setting('block_size')::integer AS blocks) size)"),
                                       {{":table", table}}, QStringLiteral("estimate rows"));
    if (!rows)
        return fail(rows.error());
    const QSqlRecord &row = rows->constFirst();
    return TableSize{row.value(0).toLongLong(), row.value(1).toLongLong()};
}

Result<qint64> expectedRows(PgConnection &connection, const QString &sql, const Bindings &bindings)
{
    const auto rows = connection.query(QStringLiteral("EXPLAIN (FORMAT JSON) ") + sql, bindings,
                                       QStringLiteral("estimate rows"));
    if (!rows)
        return fail(rows.error());
    const auto plan =
        nlohmann::json::parse(rows->constFirst().value(0).toString().toStdString(), nullptr, false);
    const auto expected = nlohmann::json::json_pointer("/0/Plan/Plan Rows");
    if (plan.is_discarded() || !plan.contains(expected) || !plan[expected].is_number())
        return fail(Error::Kind::Failed, QStringLiteral("estimate rows"),
                    QStringLiteral("the server's plan cannot be read"));
    return qint64(plan[expected].get<double>());
}

double samplePercent(const TableSize &size)
{
    constexpr double wantedBlocks = 2'000;
    return std::min(100.0, 100.0 * wantedBlocks / double(std::max<qint64>(size.blocks, 1)));
}

} // namespace signalbox
