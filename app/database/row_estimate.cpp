#include "app/database/row_estimate.h"

#include <algorithm>

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

double samplePercent(const TableSize &size)
{
    constexpr double wantedBlocks = 2'000;
    return std::min(100.0, 100.0 * wantedBlocks / double(std::max<qint64>(size.blocks, 1)));
}

} // namespace signalbox
