#include "ui/delegates/cell_delegate.h"

#include "models/display_text.h"
#include "ui/widgets/pill.h"

#include <QFontMetrics>
#include <QPainter>

namespace signalbox {

namespace {

using Show = ModelColumn::Show;

bool isMono(const ModelColumn &column)
{
    static const QStringList fields = {QStringLiteral("id"),           QStringLiteral("job_id"),
                                       QStringLiteral("event_type"),   QStringLiteral("correlation_id"),
                                       QStringLiteral("causation_id"), QStringLiteral("stream_id"),
                                       QStringLiteral("payload")};
    return fields.contains(column.field);
}

bool isMuted(const ModelColumn &column)
{
    static const QStringList fields = {QStringLiteral("error"), QStringLiteral("last_error"),
                                       QStringLiteral("payload"), QStringLiteral("held")};
    return fields.contains(column.field);
}

// The model counts in characters; what they take depends on the font and on what is known of the content.
int bodyWidth(const ModelColumn &column, const QFontMetrics &mono, const QFontMetrics &text)
{
    switch (column.show) {
    case Show::State:
        return pillWidth(column.field == QLatin1String("outcome") ? QStringLiteral("sent, no answer")
                                                                  : QStringLiteral("processing"));
    case Show::Time:
        return text.horizontalAdvance(QStringLiteral("59 min ago"));
    case Show::Number:
    case Show::Milliseconds:
    case Show::Code:
        return text.horizontalAdvance(QStringLiteral("9,999"));
    case Show::Id:
        return isMono(column) && column.field != QLatin1String("stream_id")
                   ? mono.horizontalAdvance(QStringLiteral("00000000…00000"))
                   : text.horizontalAdvance(QLatin1Char('x')) * column.widthInCharacters * 4 / 5;
    case Show::Text:
        break;
    }
    return (isMono(column) ? mono : text).horizontalAdvance(QLatin1Char('x')) * column.widthInCharacters * 7 /
           8;
}

QColor codeColour(const QString &code)
{
    if (code.startsWith(QLatin1Char('2')))
        return theme::stateText(theme::State::Ok);
    return theme::stateText(code.startsWith(QLatin1Char('3')) ? theme::State::Warning
                                                              : theme::State::Failure);
}

// The words of the database, as they are read.
QString pillText(const QString &state)
{
    static const QHash<QString, QString> words = {
        {QStringLiteral("no-answer"), CellDelegate::tr("sent, no answer")},
        {QStringLiteral("never-connected"), CellDelegate::tr("never connected")},
    };
    return words.value(state, state);
}

} // namespace

CellDelegate::CellDelegate(const QList<ModelColumn> &columns, QObject *parent)
    : QStyledItemDelegate(parent)
{
    for (const ModelColumn &column : columns) {
        m_styles.append({column.show, isMono(column) ? theme::monoFont() : theme::textFont(), isMuted(column),
                         isRightAligned(column)});
    }
}

bool CellDelegate::isRightAligned(const ModelColumn &column)
{
    return column.show == Show::Number || column.show == Show::Milliseconds || column.show == Show::Time;
}

int CellDelegate::widthOf(const ModelColumn &column)
{
    static const QFontMetrics mono(theme::monoFont());
    static const QFontMetrics text(theme::textFont());
    constexpr int arrowWidth = 14;
    constexpr int slack = 5; // sizes are rounded on the way
    const int title =
        QFontMetrics(theme::smallFont()).horizontalAdvance(column.title) + (column.sortable ? arrowWidth : 0);
    return qMax(title, bodyWidth(column, mono, text)) + slack + 2 * cellPadding;
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    return {index.data().toString().size() > 40 ? 320 : 120, theme::rowHeight};
}

void CellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    const QRect &rect = option.rect;
    if (option.state & QStyle::State_Selected)
        painter->fillRect(rect, theme::color(theme::Token::Selection));
    else if (index.row() == m_hoveredRow)
        painter->fillRect(rect, theme::color(theme::Token::Hover));
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme::color(theme::Token::Border));

    const CellStyle &style = m_styles.at(index.column());
    const QRect body = rect.adjusted(cellPadding, 0, -cellPadding, -1);
    if (style.show == Show::State) {
        const QString state = index.data(PagedSqlModel::StateRole).toString();
        if (!state.isEmpty())
            paintPill(painter, body, pillText(state), theme::stateOf(state));
        return;
    }
    paintText(painter, body, style, index);
}

void CellDelegate::paintText(QPainter *painter, const QRect &rect, const CellStyle &style,
                             const QModelIndex &index) const
{
    const QString text = index.data().toString();
    const int alignment = Qt::AlignVCenter | (style.rightAligned ? Qt::AlignRight : Qt::AlignLeft);
    painter->setFont(style.font);
    if (text.isEmpty()) {
        painter->setPen(theme::color(theme::Token::Muted));
        painter->drawText(rect, alignment, QStringLiteral("–"));
        return;
    }
    if (style.show == Show::Code)
        painter->setPen(codeColour(text));
    else
        painter->setPen(theme::color(style.muted ? theme::Token::Muted : theme::Token::Text));
    // Only texts that could be too long are measured exactly; the preview of a payload may be thousands of
    // characters.
    const QFontMetrics metrics = painter->fontMetrics();
    const QVariant alike = index.data(PagedSqlModel::AlikeRole);
    const QString shown = alike.isValid() && !text.contains(QChar(0x2026))
                              ? elidedAlike(text.left(400), alike.toLongLong(),
                                            [&](const QString &part) {
                                                return metrics.horizontalAdvance(part) <= rect.width();
                                            })
                              : metrics.elidedText(text.left(400), Qt::ElideRight, rect.width());
    painter->drawText(rect, alignment | Qt::TextSingleLine, shown);
}

} // namespace signalbox
