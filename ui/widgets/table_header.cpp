#include "ui/widgets/table_header.h"

#include "ui/delegates/cell_delegate.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace signalbox {

TableHeader::TableHeader(QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
{
    setSectionsClickable(true);
    setSectionsMovable(true);
    setHighlightSections(false);
    setMinimumSectionSize(48);
    setFont(theme::smallFont());
    setAccessibleName(tr("Columns"));
}

void TableHeader::setOrder(int column, bool descending)
{
    m_orderColumn = column;
    m_descending = descending;
    viewport()->update();
}

QSize TableHeader::sizeHint() const
{
    return {QHeaderView::sizeHint().width(), theme::rowHeight};
}

void TableHeader::paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const
{
    painter->fillRect(rect, theme::color(theme::Token::Surface));
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme::color(theme::Token::Border));
    const auto *paged = qobject_cast<const PagedSqlModel *>(model());
    if (!paged)
        return;
    const bool right = CellDelegate::isRightAligned(paged->columns().at(logicalIndex));
    QString title = model()->headerData(logicalIndex, Qt::Horizontal).toString();
    const bool orders = logicalIndex == m_orderColumn;
    if (orders)
        title += m_descending ? QStringLiteral(" ▾") : QStringLiteral(" ▴");
    painter->setFont(font());
    painter->setPen(theme::color(orders ? theme::Token::Text : theme::Token::Muted));
    const QRect body = rect.adjusted(cellPadding, 0, -cellPadding, -1);
    painter->drawText(body, Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft),
                      painter->fontMetrics().elidedText(title, Qt::ElideRight, body.width()));
}

} // namespace signalbox
