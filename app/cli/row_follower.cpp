#include "app/cli/row_follower.h"

#include "app/database/page_queries.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int deepest = 1'000'000;

// Payloads never change; everything else may.
QString keyOf(const QSqlRecord &row)
{
    QStringList values;
    for (int column = 0; column < row.count(); ++column) {
        if (!isJsonColumn(row.fieldName(column)))
            values << row.value(column).toString();
    }
    return values.join(QChar(0x1f));
}

} // namespace

RowFollower::RowFollower(Read read, int depth)
    : m_read(std::move(read))
    , m_depth(depth)
{
}

Result<QList<QSqlRecord>> RowFollower::next()
{
    for (int depth = m_depth;; depth = qMin(depth * 4, deepest)) {
        auto rows = m_read(depth);
        if (!rows)
            return rows;
        QSet<QString> keys;
        QList<QSqlRecord> fresh;
        for (const QSqlRecord &row : *rows) {
            const QString key = keyOf(row);
            keys.insert(key);
            if (!m_seen.contains(key))
                fresh.prepend(row);
        }
        const bool reachesSeen = m_isFirst || fresh.size() < rows->size();
        if (!reachesSeen && !m_seen.isEmpty() && rows->size() == depth && depth < deepest)
            continue;
        m_isFirst = false;
        m_seen = keys;
        return fresh;
    }
}

} // namespace signalbox
