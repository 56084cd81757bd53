#include "ui/panes/attempt_list.h"

#include "models/display_text.h"
#include "models/display_zone.h"
#include "ui/panes/attempt_details.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int lineHeight = 40;
constexpr int shownLines = 5;
constexpr int arrowPixels = 12;
constexpr qsizetype partOfBody = 4'096; ///< characters of an answer that an attempt comes with

enum Role {
    IdRole = Qt::UserRole + 1,
    NumberRole,
    OutcomeRole,
    StateRole,
    DetailRole,
    DurationRole,
    UnfoldedRole
};

class AttemptDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        return {100, index.data(UnfoldedRole).toBool() ? lineHeight + AttemptDetails::height : lineHeight};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QRect line(option.rect.left(), option.rect.top(), option.rect.width(), lineHeight);
        if (option.state & QStyle::State_MouseOver || option.state & QStyle::State_Selected)
            painter->fillRect(line, theme::color(theme::Token::Hover));
        if (option.state & QStyle::State_HasFocus)
            painter->fillRect(QRect(line.left(), line.top(), 2, line.height()),
                              theme::color(theme::Token::Accent));
        const QColor ink = theme::stateText(theme::stateOf(index.data(StateRole).toString()));
        paintDot(painter, option.rect, ink, index);

        paintArrow(painter, line, index.data(UnfoldedRole).toBool());
        const QRect body = line.adjusted(22, 3, -18, 0);
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
    static void paintArrow(QPainter *painter, const QRect &line, bool isUnfolded)
    {
        const QPixmap arrow =
            theme::iconPixmap(isUnfolded ? QStringLiteral("previous") : QStringLiteral("next"), arrowPixels,
                              theme::color(theme::Token::Muted), painter->device()->devicePixelRatioF());
        painter->drawPixmap(line.right() - arrowPixels - 1, line.top() + 6, arrow);
    }

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
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(this, &QListWidget::itemClicked, this,
            [this](const QListWidgetItem *item) { toggle(item->data(IdRole).toString()); });
}

// New attempts come at the top; those that were there stay as they are, so that an answer somebody reads is
// not taken away.
void AttemptList::setAttempts(const QList<QSqlRecord> &attempts)
{
    if (attempts == m_attempts)
        return;
    const qsizetype added = attempts.size() - m_attempts.size();
    const bool isLonger = !m_attempts.isEmpty() && added > 0 && attempts.mid(added) == m_attempts;
    m_attempts = attempts;
    if (isLonger) {
        for (qsizetype index = added - 1; index >= 0; --index)
            insertItem(0, makeItem(attempts.at(index)));
    } else {
        const QString unfolded = std::exchange(m_unfolded, {});
        clear();
        for (const QSqlRecord &attempt : attempts)
            addItem(makeItem(attempt));
        if (QListWidgetItem *item = itemOf(unfolded))
            unfold(item);
    }
    setFixedHeight(sizeHint().height());
}

QListWidgetItem *AttemptList::makeItem(const QSqlRecord &attempt) const
{
    auto *item = new QListWidgetItem;
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
    return item;
}

QListWidgetItem *AttemptList::itemOf(const QString &deliveryId) const
{
    for (int row = 0; row < count(); ++row) {
        if (!deliveryId.isEmpty() && item(row)->data(IdRole).toString() == deliveryId)
            return item(row);
    }
    return nullptr;
}

QSqlRecord AttemptList::currentAttempt() const
{
    return currentRow() >= 0 && currentRow() < m_attempts.size() ? m_attempts.at(currentRow()) : QSqlRecord();
}

void AttemptList::toggle(const QString &deliveryId)
{
    const bool wasUnfolded = deliveryId == m_unfolded;
    fold();
    QListWidgetItem *item = itemOf(deliveryId);
    if (item && !wasUnfolded)
        unfold(item);
    setFixedHeight(sizeHint().height());
    if (item)
        scrollToItem(item, PositionAtTop);
}

void AttemptList::toggleNewest()
{
    if (count() == 0)
        return;
    setCurrentRow(0);
    toggle(item(0)->data(IdRole).toString());
}

void AttemptList::unfold(QListWidgetItem *item)
{
    m_unfolded = item->data(IdRole).toString();
    item->setData(UnfoldedRole, true);
    // The line itself stays the list's: only what lies below it is covered.
    auto *place = new QWidget(this);
    auto *layout = new QVBoxLayout(place);
    layout->setContentsMargins(0, lineHeight, 0, 0);
    const QSqlRecord attempt = m_attempts.at(row(item));
    auto *details = new AttemptDetails(attempt, place);
    layout->addWidget(details);
    connect(details, &AttemptDetails::deliveryRequested, this, &AttemptList::attemptActivated);
    setItemWidget(item, place);
    details->chainAfter(this);
    if (attempt.value(QStringLiteral("response_body")).toString().size() >= partOfBody)
        emit bodyRequested(m_unfolded);
}

void AttemptList::fold()
{
    QListWidgetItem *item = itemOf(m_unfolded);
    m_unfolded.clear();
    if (!item)
        return;
    removeItemWidget(item);
    item->setData(UnfoldedRole, false);
}

void AttemptList::setBody(const QString &deliveryId, const QString &body)
{
    if (deliveryId == m_unfolded)
        findChild<AttemptDetails *>()->setBody(body);
}

void AttemptList::keyPressEvent(QKeyEvent *event)
{
    const QString id = currentItem() ? currentItem()->data(IdRole).toString() : QString();
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (id.isEmpty())
        QListWidget::keyPressEvent(event);
    else if (isEnter && event->modifiers() & Qt::ControlModifier)
        emit attemptActivated(id);
    else if (isEnter || event->key() == Qt::Key_Space)
        toggle(id);
    else if (event->matches(QKeySequence::Copy))
        QGuiApplication::clipboard()->setText(currentItem()->data(Qt::AccessibleTextRole).toString());
    else
        QListWidget::keyPressEvent(event);
}

void AttemptList::focusInEvent(QFocusEvent *event)
{
    QListWidget::focusInEvent(event);
    if (currentRow() < 0 && count() > 0)
        setCurrentRow(0); // so that one sees where the keys go
}

QSize AttemptList::sizeHint() const
{
    const int lines = qMin(qMax(1, int(m_attempts.size())), shownLines) * lineHeight;
    return {300, m_unfolded.isEmpty() ? lines : lines + AttemptDetails::height};
}

} // namespace signalbox
