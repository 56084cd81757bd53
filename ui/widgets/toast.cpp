#include "ui/widgets/toast.h"

#include "ui/theme/icons.h"
#include "ui/widgets/controls.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int plainWidth = 380;
constexpr int widthWithButtons = 560;
constexpr int distance = 20;

} // namespace

Toast::Toast(QWidget *window)
    : QWidget(window)
    , m_notice(new Notice(this))
    , m_buttonBox(new QWidget(m_notice))
    , m_buttonRow(new QHBoxLayout(m_buttonBox))
{
    m_buttonRow->setContentsMargins(0, 0, 0, 0);
    m_buttonRow->setSpacing(3 * theme::step);
    m_notice->addAtRight(m_buttonBox);
    auto *close = makeButton({}, m_notice, QStringLiteral("flat"));
    close->setIcon(theme::icon(QStringLiteral("close")));
    close->setIconSize(QSize(12, 12));
    close->setAccessibleName(tr("Dismiss"));
    close->setFocusPolicy(Qt::NoFocus);
    m_notice->addAtRight(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_notice);
    hide();
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &QWidget::hide);
    connect(close, &QPushButton::clicked, this, &QWidget::hide);
    window->installEventFilter(this);
}

void Toast::showMessage(const QString &text, bool isError)
{
    ToastNotice notice;
    notice.state = isError ? theme::State::Failure : theme::State::Ok;
    notice.lead = isError ? tr("Failed:") : tr("Done:");
    notice.text = text;
    if (isError)
        notice.shownForMs = 0;
    showNotice(notice);
}

void Toast::showNotice(const ToastNotice &notice)
{
    if (notice.isUpdate && (!isVisible() || notice.id != m_id))
        return;
    m_id = notice.id;
    m_notice->setContent(notice.state, notice.lead, notice.text);
    setButtons(notice.buttons);
    if (notice.shownForMs > 0)
        m_timer.start(notice.shownForMs);
    else
        m_timer.stop();
    show();
    place();
    raise();
}

// They take no focus, so that keys go on working in the page; pages have keys for what they offer.
void Toast::setButtons(const QList<ToastButton> &buttons)
{
    for (QPushButton *button : std::as_const(m_buttons)) {
        button->hide();
        button->deleteLater();
    }
    m_buttons.clear();
    for (const ToastButton &each : buttons) {
        QPushButton *button = makeButton(each.text, m_buttonBox, QStringLiteral("link"));
        button->setFocusPolicy(Qt::NoFocus);
        button->setCursor(Qt::PointingHandCursor);
        connect(button, &QPushButton::clicked, this, each.act);
        m_buttonRow->addWidget(button);
        button->show();
        m_buttons.append(button);
    }
    m_buttonBox->setVisible(!buttons.isEmpty());
}

void Toast::place()
{
    const int width =
        qMin(m_buttons.isEmpty() ? plainWidth : widthWithButtons, parentWidget()->width() - 2 * distance);
    setFixedWidth(width);
    m_notice->layout()->activate();
    const int height = qMax(44, m_notice->heightForWidth(width));
    setGeometry((parentWidget()->width() - width) / 2, parentWidget()->height() - height - distance, width,
                height);
}

bool Toast::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && isVisible())
        place();
    return QWidget::eventFilter(watched, event);
}

} // namespace signalbox
