#pragma once

#include <QList>
#include <QSqlRecord>

#include <functional>

namespace signalbox {

/// How a merge tells a model what it is about to do; rows are counted in the list as it stands at that
/// moment.
struct RowMergeHooks
{
    std::function<void(int first, int last)> beginInsert;
    std::function<void()> endInsert;
    std::function<void(int first, int last)> beginRemove;
    std::function<void()> endRemove;
    std::function<void(int from, int to)> beginMove; ///< `to` as in QAbstractItemModel::beginMoveRows
    std::function<void()> endMove;
    std::function<void(int first, int last)> changed;
};

/// Makes rows [first, first + length) of `rows` equal to `fresh`, row by row, matching by key: what is gone
/// is removed, what is new inserted, what moved moved, what differs replaced. A key of `fresh` that stands
/// elsewhere in `rows` is taken from there. Selections and persistent indexes survive because nothing is
/// reset.
void mergeRows(QList<QSqlRecord> &rows, int first, int length, const QList<QSqlRecord> &fresh,
               const RowMergeHooks &hooks);

} // namespace signalbox
