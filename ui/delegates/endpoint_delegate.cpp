#include "ui/delegates/endpoint_delegate.h"

#include "models/endpoint_model.h"
#include "ui/charts/sparkline.h"
#include "ui/delegates/record_delegate.h"
#include "ui/theme/theme.h"
#include "ui/widgets/pill.h"

#include <QPainter>

namespace signalbox {

namespace {

using theme::Token;

constexpr int padding = 8;

theme::State pillState(const QString &state)
{
    return state == QStringLiteral("enabled") ? theme::State::Ok : theme::stateOf(state);
}

/// How worrying a success rate is.
theme::State rateState(double rate)
{
    constexpr double good = 0.99;
    constexpr double poor = 0.9;
    return rate >= good ? theme::State::Ok : rate >= poor ? theme::State::Warning : theme::State::Failure;
}

void drawLine(QPainter *painter, const QRect &rect, int alignment, const QString &text, const QFont &font,
              Token colour)
{
    painter->setFont(font);
    painter->setPen(theme::color(colour));
    painter->drawText(rect, alignment | Qt::TextSingleLine,
                      painter->fontMetrics().elidedText(text, Qt::ElideMiddle, rect.width()));
}

void drawTwoLines(QPainter *painter, const QRect &rect, int alignment, const QString &upper,
                  const QString &lower, const QFont &upperFont)
{
    const QRect top(rect.left(), rect.top() + 4, rect.width(), 18);
    drawLine(painter, top, alignment | Qt::AlignVCenter, upper, upperFont, Token::Text);
    drawLine(painter, top.translated(0, 17), alignment | Qt::AlignVCenter, lower, theme::smallFont(),
             Token::Muted);
}

void drawRate(QPainter *painter, const QRect &rect, const QModelIndex &index)
{
    const double rate = index.data(EndpointModel::RawRole).toDouble();
    const QString text = index.data().toString();
    if (text.isEmpty())
        return drawLine(painter, rect, Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("–"),
                        theme::textFont(), Token::Muted);
    constexpr int textWidth = 58;
    const QRect bar = rect.adjusted(0, 0, -textWidth, 0);
    paintBarOf(painter, bar, 1.0, theme::color(Token::Border));
    paintBarOf(painter, bar, rate, theme::stateText(rateState(rate)));
    drawLine(painter, rect, Qt::AlignRight | Qt::AlignVCenter, text, theme::textFont(), Token::Text);
}

void drawTraffic(QPainter *painter, const QRect &rect, const QModelIndex &index)
{
    QList<double> values;
    for (const QVariant &value : index.data(EndpointModel::SparklineRole).toList())
        values.append(value.toDouble());
    constexpr int textWidth = 46;
    painter->save();
    paintSparkline(*painter, QRectF(rect).adjusted(0, 10, -textWidth, -10), values,
                   theme::color(Token::Accent));
    painter->restore();
    drawLine(painter, rect, Qt::AlignRight | Qt::AlignVCenter, index.data().toString(), theme::textFont(),
             Token::Text);
}

void drawNumber(QPainter *painter, const QRect &rect, const QModelIndex &index)
{
    const QString text = index.data().toString();
    const bool isNothing = text.isEmpty() || text == QStringLiteral("0");
    drawLine(painter, rect, Qt::AlignRight | Qt::AlignVCenter, text.isEmpty() ? QStringLiteral("–") : text,
             theme::textFont(), isNothing ? Token::Muted : Token::Text);
    if (isNothing || index.column() != EndpointModel::FailedColumn)
        return;
    painter->setPen(theme::stateText(theme::State::Failure)); // a number that asks to be looked at
    painter->drawText(rect, Qt::AlignRight | Qt::AlignVCenter, text);
}

void drawCell(QPainter *painter, const QRect &rect, const QModelIndex &index)
{
    const auto sibling = [&](int column) { return index.siblingAtColumn(column).data().toString(); };
    switch (index.column()) {
    case EndpointModel::StateColumn: {
        const QString state = index.data(EndpointModel::StateRole).toString();
        paintPill(painter, rect, state, pillState(state));
        return;
    }
    case EndpointModel::IdColumn:
        return drawTwoLines(painter, rect, Qt::AlignLeft, index.data().toString(),
                            sibling(EndpointModel::UrlColumn), theme::strongFont());
    case EndpointModel::SuccessColumn:
        return drawRate(painter, rect, index);
    case EndpointModel::TrafficColumn:
        return drawTraffic(painter, rect, index);
    case EndpointModel::LastDeliveryColumn:
        if (index.data().toString().isEmpty())
            return drawLine(painter, rect, Qt::AlignLeft | Qt::AlignVCenter, EndpointDelegate::tr("never"),
                            theme::textFont(), Token::Muted);
        return drawTwoLines(painter, rect, Qt::AlignLeft, index.data().toString(),
                            sibling(EndpointModel::LastOutcomeColumn), theme::textFont());
    default:
        return drawNumber(painter, rect, index);
    }
}

} // namespace

int EndpointDelegate::widthOf(int column)
{
    switch (column) {
    case EndpointModel::StateColumn:
        return 122;
    case EndpointModel::SuccessColumn:
        return 128;
    case EndpointModel::TrafficColumn:
        return 132;
    case EndpointModel::LastDeliveryColumn:
        return 124;
    case EndpointModel::P95Column:
    case EndpointModel::PendingColumn:
    case EndpointModel::FailedColumn:
        return 68;
    default:
        return 0;
    }
}

void EndpointDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                             const QModelIndex &index) const
{
    const QRect &rect = option.rect;
    if (option.state & QStyle::State_Selected)
        painter->fillRect(rect, theme::color(Token::Selection));
    else if (index.row() == m_hoveredRow)
        painter->fillRect(rect, theme::color(Token::Hover));
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme::color(Token::Border));
    drawCell(painter, rect.adjusted(padding, 0, -padding, -1), index);
}

} // namespace signalbox
