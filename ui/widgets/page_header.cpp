#include "ui/widgets/page_header.h"

#include "ui/widgets/controls.h"

#include <QHBoxLayout>
#include <QLabel>

namespace signalbox {

PageHeader::PageHeader(const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_title(makeLabel(title, theme::titleFont(), this))
    , m_subtitle(makeLabel({}, theme::textFont(), this))
    , m_age(makeLabel({}, theme::strongFont(), this))
    , m_beside(new QHBoxLayout)
    , m_right(new QHBoxLayout)
{
    m_subtitle->setForegroundRole(QPalette::PlaceholderText);
    m_subtitle->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3 * theme::step);
    m_beside->setSpacing(2 * theme::step);
    m_right->setSpacing(2 * theme::step);
    layout->addWidget(m_title);
    layout->addLayout(m_beside);
    layout->addWidget(m_subtitle, 1);
    layout->addWidget(m_age);
    layout->addLayout(m_right);
    m_age->hide();
    setFixedHeight(8 * theme::step);
}

void PageHeader::setSubtitle(const QString &text, const QString &toolTip)
{
    m_subtitle->setText(text);
    m_subtitle->setToolTip(toolTip);
}

void PageHeader::setAge(const QString &text)
{
    m_age->setText(text);
    m_age->setVisible(!text.isEmpty());
}

QString PageHeader::subtitle() const
{
    return m_subtitle->text();
}

void PageHeader::addBesideTitle(QWidget *widget)
{
    m_beside->addWidget(widget);
}

void PageHeader::addAtRight(QWidget *widget)
{
    m_right->addWidget(widget);
}

} // namespace signalbox
