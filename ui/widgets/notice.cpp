#include "ui/widgets/notice.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

namespace signalbox {

Notice::Notice(QWidget *parent, int cornerRadius)
    : QWidget(parent)
    , m_radius(cornerRadius)
    , m_label(new QLabel(this))
    , m_layout(new QHBoxLayout(this))
{
    m_label->setTextFormat(Qt::RichText);
    m_label->setWordWrap(true);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_layout->setContentsMargins(3 * theme::step, 2 * theme::step, 3 * theme::step, 2 * theme::step);
    m_layout->addWidget(m_label, 1);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

void Notice::setContent(theme::State state, const QString &lead, const QString &text)
{
    if (state == m_state && lead == m_lead && text == m_body)
        return; // what somebody chose of the text stays chosen
    m_state = state;
    m_lead = lead;
    m_body = text;
    m_plainText = text.isEmpty() ? lead : lead + QLatin1Char(' ') + text;
    setAccessibleName(m_plainText);
    showText();
    update();
}

void Notice::addAtRight(QWidget *widget)
{
    m_layout->addWidget(widget, 0, Qt::AlignVCenter);
}

void Notice::showText()
{
    m_label->setText(
        QStringLiteral("<span style=\"color:%1\"><b>%2</b></span> <span style=\"color:%3\">%4</span>")
            .arg(theme::stateText(m_state).name(), m_lead.toHtmlEscaped(),
                 theme::color(theme::Token::Text).name(),
                 m_body.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"))));
}

void Notice::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme::stateGround(m_state));
    painter.drawRoundedRect(rect(), m_radius, m_radius);
}

void Notice::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showText();
}

} // namespace signalbox
