#include "ui/delegates/record_delegate.h"

#include "ui/theme/theme.h"
#include "ui/widgets/pill.h"

#include <QPainter>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int padding = 6;

QString shownText(const QModelIndex &index)
{
    const QString text = index.data().toString();
    return text.isEmpty() ? QStringLiteral("–") : text;
}

QFont fontOf(const RecordColumn &column)
{
    return column.show == RecordColumn::Show::Mono ? theme::monoFont() : theme::smallFont();
}

QColor barColour(const RecordColumn &column, const QModelIndex &index)
{
    if (!column.state.isEmpty())
        return theme::stateText(theme::stateFromName(column.state));
    return theme::stateText(
        theme::stateOf(index.siblingAtColumn(0).data(RecordListModel::StateRole).toString()));
}

} // namespace

void paintBarOf(QPainter *painter, const QRect &rect, double part, const QColor &colour)
{
    if (part <= 0 || rect.width() < 2)
        return;
    constexpr qreal height = 7;
    const qreal width = std::max(2.0, part * rect.width());
    const QRectF bar(rect.left(), rect.top() + (rect.height() - height) / 2, width, height);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    QColor fill = colour;
    fill.setAlphaF(0.85F);
    painter->setBrush(fill);
    painter->drawRoundedRect(bar, std::min(2.0, width / 2), 2);
    painter->restore();
}

RecordDelegate::RecordDelegate(const QList<RecordColumn> &columns, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_columns(columns)
{
}

void RecordDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                           const QModelIndex &index) const
{
    const QRect &rect = option.rect;
    if (option.state & QStyle::State_Selected)
        painter->fillRect(rect, theme::color(theme::Token::Selection));
    else if (index.row() == m_hoveredRow)
        painter->fillRect(rect, theme::color(theme::Token::Hover));
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme::color(theme::Token::Border));

    const QRect body = rect.adjusted(padding, 0, -padding, -1);
    const RecordColumn &column = m_columns.at(index.column());
    if (column.show == RecordColumn::Show::State) {
        const QString word = index.data(RecordListModel::StateRole).toString();
        paintPill(painter, body, word, theme::stateOf(word));
        return;
    }
    if (column.bar != RecordColumn::Bar::None)
        paintBar(painter, body, index);
    paintText(painter, body, index);
}

QSize RecordDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const RecordColumn &column = m_columns.at(index.column());
    const int width = column.show == RecordColumn::Show::State
                          ? pillWidth(index.data(RecordListModel::StateRole).toString())
                          : QFontMetrics(fontOf(column)).size(Qt::TextSingleLine, shownText(index)).width();
    return {width + 2 * padding, theme::rowHeight};
}

void RecordDelegate::paintBar(QPainter *painter, const QRect &rect, const QModelIndex &index) const
{
    // All bars of a column end before the same line, whatever their number's length.
    const int numbers = QFontMetrics(theme::smallFont())
                            .horizontalAdvance(index.data(RecordListModel::WidestTextRole).toString());
    const QRect room = rect.adjusted(0, 0, -numbers - padding, 0);
    paintBarOf(painter, room, index.data(RecordListModel::BarRole).toDouble(),
               barColour(m_columns.at(index.column()), index));
}

void RecordDelegate::paintText(QPainter *painter, const QRect &rect, const QModelIndex &index) const
{
    const RecordColumn &column = m_columns.at(index.column());
    const auto alignment = Qt::Alignment(index.data(Qt::TextAlignmentRole).toInt());
    painter->setFont(fontOf(column));
    const bool secondary = column.show == RecordColumn::Show::Age || index.data().toString().isEmpty();
    painter->setPen(theme::color(secondary ? theme::Token::Muted : theme::Token::Text));
    const QString shown = painter->fontMetrics().elidedText(shownText(index), Qt::ElideMiddle, rect.width());
    painter->drawText(rect, int(alignment) | Qt::TextSingleLine, shown);
}

} // namespace signalbox
