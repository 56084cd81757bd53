#pragma once

#include "models/record_list_model.h"

#include <QStyledItemDelegate>

namespace signalbox {

/// Draws the cells of short record lists: pills, mono names, and numbers with a bar beside them.
class RecordDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit RecordDelegate(const QList<RecordColumn> &columns, QObject *parent = nullptr);

    void setHoveredRow(int row) { m_hoveredRow = row; }
    int hoveredRow() const { return m_hoveredRow; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    /// Of the text or pill, without a bar.
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    void paintBar(QPainter *painter, const QRect &rect, const QModelIndex &index) const;
    void paintText(QPainter *painter, const QRect &rect, const QModelIndex &index) const;

    QList<RecordColumn> m_columns;
    int m_hoveredRow = -1;
};

/// A bar of `part` (0..1) of the rectangle's width, 7 px high; what is not nothing is at least 2 px long.
void paintBarOf(QPainter *painter, const QRect &rect, double part, const QColor &colour);

} // namespace signalbox
