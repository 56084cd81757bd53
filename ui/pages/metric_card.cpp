#include "ui/pages/metric_card.h"

#include "ui/charts/sparkline.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>

namespace signalbox {

/// The figure, in a colour that is looked up when it is drawn: a palette of its own would be lost when the
/// style sheet is set again.
class MetricCard::Figure final : public QLabel
{
public:
    explicit Figure(QWidget *parent)
        : QLabel(QStringLiteral("–"), parent)
    {
        setFont(theme::figureFont());
        setTextFormat(Qt::PlainText);
    }

    void setAlarming(bool alarming)
    {
        m_alarming = alarming;
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setFont(font());
        painter.setPen(m_alarming ? theme::stateText(theme::State::Failure)
                                  : theme::color(theme::Token::Text));
        painter.drawText(contentsRect(), int(alignment()) | Qt::TextSingleLine, text());
    }

private:
    bool m_alarming = false;
};

MetricCard::MetricCard(const QString &title, const QString &state, QWidget *parent)
    : Card(parent)
    , m_title(makeMutedLabel(title, this))
    , m_figure(new Figure(this))
    , m_note(makeMutedLabel({}, this))
    , m_trend(new Sparkline(state, this))
{
    auto *layout = new QGridLayout(this);
    layout->setContentsMargins(14, 10, 14, 10);
    layout->setHorizontalSpacing(2 * theme::step);
    layout->setVerticalSpacing(2);
    layout->addWidget(m_title, 0, 0, 1, 2);
    layout->addWidget(m_figure, 1, 0);
    layout->addWidget(m_note, 2, 0, 1, 2);
    layout->addWidget(m_trend, 1, 1, Qt::AlignVCenter);
    layout->setColumnStretch(1, 1);
    m_trend->setMinimumWidth(40);
    m_trend->setMaximumWidth(130);
    m_trend->setFixedHeight(32);
    m_note->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long note must not widen the row
    m_note->setTextFormat(Qt::PlainText);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setFixedHeight(96);
    setMinimumWidth(160);
}

void MetricCard::setTitle(const QString &title)
{
    m_title->setText(title);
}

void MetricCard::setFigure(const QString &figure, const QString &note, const QString &details)
{
    m_figure->setText(figure);
    m_noteText = note;
    showNote();
    m_note->setToolTip(note);
    setToolTip(details);
    setAccessibleName(m_title->text() + QLatin1String(": ") + figure);
    setAccessibleDescription(details.isEmpty() ? note : note + QStringLiteral(". ") + details);
}

void MetricCard::setAlarming(bool alarming)
{
    m_figure->setAlarming(alarming);
}

void MetricCard::setTrend(const QList<double> &values, const QString &toolTip)
{
    m_trend->setValues(values);
    m_trend->setToolTip(toolTip);
}

QString MetricCard::figure() const
{
    return m_figure->text();
}

QString MetricCard::note() const
{
    return m_noteText;
}

void MetricCard::showNote()
{
    m_note->setText(m_note->fontMetrics().elidedText(m_noteText, Qt::ElideRight, m_note->width()));
}

void MetricCard::resizeEvent(QResizeEvent *event)
{
    Card::resizeEvent(event);
    layout()->activate(); // the label has its new width only then
    showNote();
}

void MetricCard::enterEvent(QEnterEvent *)
{
    m_hovered = true;
    update();
}

void MetricCard::leaveEvent(QEvent *)
{
    m_hovered = false;
    update();
}

void MetricCard::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        emit activated();
}

void MetricCard::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)
        emit activated();
    else
        Card::keyPressEvent(event);
}

void MetricCard::paintEvent(QPaintEvent *event)
{
    Card::paintEvent(event);
    if (!m_hovered && !hasFocus())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme::color(theme::Token::Accent));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme::radius, theme::radius);
}

} // namespace signalbox
