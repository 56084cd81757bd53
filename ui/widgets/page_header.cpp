#include "ui/widgets/page_header.h"

#include "ui/widgets/controls.h"

#include <QHBoxLayout>
#include <QLabel>

namespace signalbox {

class PageHeader::Subtitle final : public QLabel
{
public:
    explicit Subtitle(QWidget *parent)
        : QLabel(parent)
    {
        setFont(theme::textFont());
        setTextFormat(Qt::PlainText);
        setForegroundRole(QPalette::PlaceholderText);
        setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    }

    void setWhole(const QString &text, const QString &toolTip)
    {
        m_whole = text;
        m_hint = toolTip;
        fit();
    }

    QString whole() const { return m_whole; }

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        QLabel::resizeEvent(event);
        fit();
    }

    void showEvent(QShowEvent *event) override
    {
        QLabel::showEvent(event);
        fit();
    }

private:
    void fit()
    {
        static const QString separator = QStringLiteral(" · ");
        QStringList parts = m_whole.split(separator);
        const auto isTooWide = [this, &parts] {
            return fontMetrics().horizontalAdvance(parts.join(separator)) > contentsRect().width();
        };
        while (isVisible() && parts.size() > 1 && isTooWide())
            parts.removeLast();
        const QString shown = parts.join(separator);
        setText(shown);
        const bool isWhole = shown == m_whole;
        setToolTip(isWhole ? m_hint : QStringList{m_whole, m_hint}.join(QLatin1Char('\n')).trimmed());
    }

    QString m_whole;
    QString m_hint;
};

PageHeader::PageHeader(const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_title(makeLabel(title, theme::titleFont(), this))
    , m_subtitle(new Subtitle(this))
    , m_age(makeLabel({}, theme::strongFont(), this))
    , m_beside(new QHBoxLayout)
    , m_right(new QHBoxLayout)
{
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
    m_subtitle->setWhole(text, toolTip);
}

void PageHeader::setAge(const QString &text)
{
    m_age->setText(text);
    m_age->setVisible(!text.isEmpty());
}

QString PageHeader::subtitle() const
{
    return m_subtitle->whole();
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
