#include "ui/panes/attempt_list.h"

#include "models/display_text.h"
#include "models/display_zone.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QStyledItemDelegate>

namespace signalbox {

namespace {

constexpr int lineHeight = 40;
constexpr int shownLines = 5;

enum Role { IdRole = Qt::UserRole + 1, NumberRole, OutcomeRole, StateRole, DetailRole, DurationRole };

class AttemptDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {100, lineHeight};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (option.state & QStyle::State_MouseOver || option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, theme::color(theme::Token::Hover));
        const QColor ink = theme::stateText(theme::stateOf(index.data(StateRole).toString()));
        paintDot(painter, option.rect, ink, index);

        const QRect body = option.rect.adjusted(22, 3, -4, 0);
        const QRect top(body.left(), body.top(), body.width(), 18);
        const QRect bottom(body.left(), top.bottom() + 1, body.width(), 16);
        const QString number = index.data(NumberRole).toString();
        painter->setFont(m_strong);
        painter->setPen(theme::color(theme::Token::Text));
        painter->drawText(top, Qt::AlignLeft | Qt::AlignVCenter, number);
        const int advance = painter->fontMetrics().horizontalAdvance(number) + 8;
        painter->setFont(m_text);
        painter->drawText(top, Qt::AlignRight | Qt::AlignVCenter, index.data(DurationRole).toString());
        painter->setPen(ink);
        painter->drawText(top.adjusted(advance, 0, -70, 0), Qt::AlignLeft | Qt::AlignVCenter,
                          index.data(OutcomeRole).toString());
        painter->setFont(m_small);
        painter->setPen(theme::color(theme::Token::Muted));
        painter->drawText(bottom, Qt::AlignLeft | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data(DetailRole).toString(),
                                                            Qt::ElideMiddle, bottom.width()));
    }

private:
    static void paintDot(QPainter *painter, const QRect &rect, const QColor &ink, const QModelIndex &index)
    {
        const int x = rect.left() + 9;
        const int y = rect.top() + 12;
        const bool isLast = index.row() == index.model()->rowCount() - 1;
        const QColor line = theme::color(theme::Token::Border);
        if (index.row() > 0)
            painter->fillRect(QRect(x, rect.top(), 1, 12), line);
        if (!isLast)
            painter->fillRect(QRect(x, y, 1, rect.height() - 12), line);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(ink);
        painter->drawEllipse(QRectF(x - 4, y - 4.5, 9, 9));
        painter->restore();
    }

    const QFont m_strong = theme::strongFont();
    const QFont m_text = theme::textFont();
    const QFont m_small = theme::smallFont();
};

QString detailText(const QSqlRecord &delivery)
{
    QString detail = delivery.value(QStringLiteral("error")).toString();
    if (detail.isEmpty())
        detail = delivery.value(QStringLiteral("response_body")).toString().left(160).simplified();
    if (detail.isEmpty())
        detail = delivery.value(QStringLiteral("note")).toString();
    const QString time = clockText(delivery.value(QStringLiteral("created_at")).toDateTime());
    return detail.isEmpty() ? time : QStringLiteral("%1 · %2").arg(detail, time);
}

// A row that another program wrote has no number.
QString numberText(const QSqlRecord &attempt)
{
    if (attempt.value(QStringLiteral("is_test")).toBool())
        return AttemptList::tr("test");
    const QVariant number = attempt.value(QStringLiteral("attempt"));
    return number.isNull() ? QStringLiteral("#–") : QStringLiteral("#%1").arg(number.toInt());
}

} // namespace

QString tookText(const QSqlRecord &delivery)
{
    const QVariant duration = delivery.value(QStringLiteral("duration_ms"));
    return duration.isNull() ? QStringLiteral("–") : durationText(duration.toLongLong());
}

QString outcomeText(const QSqlRecord &delivery)
{
    const QVariant code = delivery.value(QStringLiteral("status_code"));
    if (!code.isNull())
        return QStringLiteral("HTTP %1").arg(code.toInt());
    const QString outcome = delivery.value(QStringLiteral("outcome")).toString();
    if (outcome == QLatin1String("no-answer"))
        return AttemptList::tr("sent, no answer");
    if (outcome == QLatin1String("never-connected"))
        return AttemptList::tr("never connected");
    return outcome.isEmpty() ? AttemptList::tr("no answer recorded") : outcome;
}

QString outcomeState(const QSqlRecord &delivery)
{
    const QVariant code = delivery.value(QStringLiteral("status_code"));
    if (code.isNull())
        return delivery.value(QStringLiteral("outcome")).toString();
    return code.toInt() >= 200 && code.toInt() <= 299 ? QStringLiteral("succeeded")
                                                      : QStringLiteral("failed");
}

QString clockText(const QDateTime &time)
{
    const QDateTime shown = shownTime(time);
    const bool isToday = shown.date() == shownTime(QDateTime::currentDateTimeUtc()).date();
    return shown.toString(isToday ? QStringLiteral("HH:mm:ss") : QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

AttemptList::AttemptList(QWidget *parent)
    : QListWidget(parent)
{
    setAccessibleName(tr("Attempts"));
    setFrameShape(QFrame::NoFrame);
    setItemDelegate(new AttemptDelegate(this));
    setMouseTracking(true);
    setUniformItemSizes(true);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(this, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem *item) { emit attemptActivated(item->data(IdRole).toString()); });
}

void AttemptList::setAttempts(const QList<QSqlRecord> &attempts)
{
    if (attempts == m_attempts)
        return;
    m_attempts = attempts;
    clear();
    for (const QSqlRecord &attempt : attempts) {
        auto *item = new QListWidgetItem(this);
        const QString number = numberText(attempt);
        item->setData(IdRole, attempt.value(QStringLiteral("id")).toString());
        item->setData(NumberRole, number);
        item->setData(OutcomeRole, outcomeText(attempt));
        item->setData(StateRole, outcomeState(attempt));
        item->setData(DetailRole, detailText(attempt));
        item->setData(DurationRole, tookText(attempt));
        const QString error = attempt.value(QStringLiteral("error")).toString();
        item->setToolTip(absoluteTime(attempt.value(QStringLiteral("created_at")).toDateTime()) +
                         (error.isEmpty() ? QString() : QLatin1Char('\n') + error));
        item->setData(Qt::AccessibleTextRole,
                      QStringLiteral("%1 %2 %3").arg(number, outcomeText(attempt), detailText(attempt)));
    }
    setFixedHeight(sizeHint().height());
}

QSize AttemptList::sizeHint() const
{
    return {300, qMin(qMax(1, int(m_attempts.size())), shownLines) * lineHeight};
}

} // namespace signalbox
