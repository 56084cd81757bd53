#include "ui/widgets/row_list.h"

#include "ui/widgets/pill.h"

#include <QPainter>
#include <QStyledItemDelegate>

namespace signalbox {

namespace {

enum Role { LeadRole = Qt::UserRole + 1, TextRole, PillRole, RightRole, IdRole };

class RowDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {100, theme::rowHeight};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, theme::color(theme::Token::Selection));
        else if (option.state & QStyle::State_MouseOver)
            painter->fillRect(option.rect, theme::color(theme::Token::Hover));
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                          theme::color(theme::Token::Border));
        QRect rest = option.rect.adjusted(6, 0, -6, -1);
        const QString right = index.data(RightRole).toString();
        painter->setFont(m_text);
        painter->setPen(theme::color(theme::Token::Muted));
        painter->drawText(rest, Qt::AlignRight | Qt::AlignVCenter, right);
        rest.setRight(rest.right() - painter->fontMetrics().horizontalAdvance(right) - 10);
        if (const QString state = index.data(PillRole).toString(); !state.isEmpty())
            rest.setLeft(rest.left() + paintPill(painter, rest, state, theme::stateOf(state)) + 10);
        const QString lead = index.data(LeadRole).toString();
        painter->setFont(m_mono);
        painter->setPen(theme::color(theme::Token::Text));
        painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(lead, Qt::ElideRight, rest.width()));
        rest.setLeft(rest.left() + painter->fontMetrics().horizontalAdvance(lead) + 10);
        painter->setFont(m_text);
        painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data(TextRole).toString(), Qt::ElideRight,
                                                            qMax(0, rest.width())));
    }

private:
    const QFont m_mono = theme::monoFont();
    const QFont m_text = theme::smallFont();
};

} // namespace

RowList::RowList(const QString &accessibleName, QWidget *parent)
    : QListWidget(parent)
{
    setAccessibleName(accessibleName);
    setFrameShape(QFrame::NoFrame);
    setItemDelegate(new RowDelegate(this));
    setMouseTracking(true);
    setUniformItemSizes(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    connect(this, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem *item) { emit rowActivated(item->data(IdRole).toString()); });
}

void RowList::setRows(const QList<RowListItem> &rows)
{
    if (rows == m_rows)
        return;
    m_rows = rows;
    const QString current = currentItem() ? currentItem()->data(IdRole).toString() : QString();
    clear();
    for (const RowListItem &row : rows) {
        auto *item = new QListWidgetItem(this);
        item->setData(IdRole, row.id);
        item->setData(LeadRole, row.lead);
        item->setData(TextRole, row.text);
        item->setData(PillRole, row.state);
        item->setData(RightRole, row.right);
        item->setToolTip(row.toolTip);
        item->setData(Qt::AccessibleTextRole,
                      QStringList{row.lead, row.text, row.state, row.right}.join(QLatin1Char(' ')));
        if (!current.isEmpty() && row.id == current)
            setCurrentItem(item);
    }
}

} // namespace signalbox
