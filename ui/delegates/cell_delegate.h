#pragma once

#include "models/paged_sql_model.h"

#include <QFont>
#include <QList>
#include <QStyledItemDelegate>

namespace signalbox {

/// Draws the cells of paged tables: pills, mono ids, right-aligned numbers and times, muted secondary text.
/// Fonts and styles are chosen once per column, since painting happens for every cell of every refresh.
class CellDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit CellDelegate(const QList<ModelColumn> &columns, QObject *parent = nullptr);

    void setHoveredRow(int row) { m_hoveredRow = row; }
    int hoveredRow() const { return m_hoveredRow; }

    static bool isRightAligned(const ModelColumn &column);
    /// Default width in pixels of a column, padding included.
    static int widthOf(const ModelColumn &column);

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    struct CellStyle
    {
        ModelColumn::Show show = ModelColumn::Show::Text;
        QFont font;
        bool muted = false;
        bool rightAligned = false;
    };
    void paintText(QPainter *painter, const QRect &rect, const CellStyle &style,
                   const QModelIndex &index) const;

    QList<CellStyle> m_styles;
    int m_hoveredRow = -1;
};

inline constexpr int cellPadding = 8;

} // namespace signalbox
