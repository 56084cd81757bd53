#pragma once

#include <QStyledItemDelegate>

namespace signalbox {

/// Draws the endpoint list in rows of two lines: id above URL, a bar for the success rate, a sparkline for
/// the traffic of the last hour, last delivery above its outcome.
class EndpointDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    static constexpr int rowHeight = 44;
    /// Width of a column in px; 0 takes the rest.
    static int widthOf(int column);

    void setHoveredRow(int row) { m_hoveredRow = row; }
    int hoveredRow() const { return m_hoveredRow; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;

private:
    int m_hoveredRow = -1;
};

} // namespace signalbox
