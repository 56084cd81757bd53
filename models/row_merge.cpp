#include "models/row_merge.h"

#include "app/core/page.h"

#include <QSet>
#include <QStringList>

namespace signalbox {

namespace {

QStringList keysOf(const QList<QSqlRecord> &rows)
{
    QStringList keys;
    keys.reserve(rows.size());
    for (const QSqlRecord &row : rows)
        keys.append(rowKey(row));
    return keys;
}

QSet<QString> asSet(const QStringList &keys)
{
    return {keys.cbegin(), keys.cend()};
}

// Removes the rows of [first, end) whose keys are not wanted, run by run from the back; returns the new end.
int removeOthers(QList<QSqlRecord> &rows, int first, int end, const QSet<QString> &wanted,
                 const RowMergeHooks &hooks)
{
    int last = end - 1;
    while (last >= first) {
        if (wanted.contains(rowKey(rows.at(last)))) {
            --last;
            continue;
        }
        int from = last;
        while (from > first && !wanted.contains(rowKey(rows.at(from - 1))))
            --from;
        hooks.beginRemove(from, last);
        rows.remove(from, last - from + 1);
        hooks.endRemove();
        end -= last - from + 1;
        last = from - 1;
    }
    return end;
}

class Placing
{
public:
    Placing(QList<QSqlRecord> &rows, const QList<QSqlRecord> &fresh, const RowMergeHooks &hooks)
        : m_rows(rows)
        , m_fresh(fresh)
        , m_hooks(hooks)
        , m_keys(keysOf(rows))
        , m_known(asSet(m_keys))
    {
    }

    void placeFrom(int first)
    {
        int next = 0;
        int row = first;
        while (next < m_fresh.size()) {
            const QString key = rowKey(m_fresh.at(next));
            if (!m_known.contains(key)) {
                const int count = insertRun(row, next);
                next += count;
                row += count;
                continue;
            }
            if (row >= m_keys.size() || m_keys.at(row) != key)
                row = moveHere(key, row);
            update(row++, m_fresh.at(next++));
        }
        reportChanges();
    }

private:
    int insertRun(int row, int next)
    {
        int count = 1;
        while (next + count < m_fresh.size() && !m_known.contains(rowKey(m_fresh.at(next + count))))
            ++count;
        reportChanges();
        m_hooks.beginInsert(row, row + count - 1);
        m_rows.insert(row, count, QSqlRecord());
        m_keys.insert(row, count, QString());
        for (int i = 0; i < count; ++i) {
            m_rows[row + i] = m_fresh.at(next + i);
            m_keys[row + i] = rowKey(m_fresh.at(next + i));
        }
        m_hooks.endInsert();
        return count;
    }

    // Returns where the row stands then: one less than asked for when it came from above.
    int moveHere(const QString &key, int row)
    {
        const int from = int(m_keys.indexOf(key));
        reportChanges();
        if (from == row - 1)
            return from;
        m_hooks.beginMove(from, row);
        const int to = from < row ? row - 1 : row;
        m_rows.move(from, to);
        m_keys.move(from, to);
        m_hooks.endMove();
        return to;
    }

    void update(int row, const QSqlRecord &fresh)
    {
        if (m_rows.at(row) == fresh)
            return;
        m_rows[row] = fresh;
        if (m_changedLast == row - 1 && m_changedFirst >= 0) {
            m_changedLast = row;
            return;
        }
        reportChanges();
        m_changedFirst = m_changedLast = row;
    }

    void reportChanges()
    {
        if (m_changedFirst >= 0)
            m_hooks.changed(m_changedFirst, m_changedLast);
        m_changedFirst = m_changedLast = -1;
    }

    QList<QSqlRecord> &m_rows;
    const QList<QSqlRecord> &m_fresh;
    const RowMergeHooks &m_hooks;
    QStringList m_keys; ///< of m_rows, kept beside them: moved rows are looked for often
    const QSet<QString> m_known;
    int m_changedFirst = -1;
    int m_changedLast = -1;
};

} // namespace

void mergeRows(QList<QSqlRecord> &rows, int first, int length, const QList<QSqlRecord> &fresh,
               const RowMergeHooks &hooks)
{
    removeOthers(rows, first, first + length, asSet(keysOf(fresh)), hooks);
    Placing(rows, fresh, hooks).placeFrom(first);
}

} // namespace signalbox
