#include "ui/widgets/toast.h"

#include "ui/theme/icons.h"
#include "ui/widgets/controls.h"

#include <QEvent>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int shownForMs = 6'000;
constexpr int toastWidth = 380;
constexpr int distance = 20;

} // namespace

Toast::Toast(QWidget *window)
    : QWidget(window)
    , m_notice(new Notice(this))
{
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
    m_timer.setInterval(shownForMs);
    connect(&m_timer, &QTimer::timeout, this, &QWidget::hide);
    connect(close, &QPushButton::clicked, this, &QWidget::hide);
    window->installEventFilter(this);
}

void Toast::showMessage(const QString &text, bool isError)
{
    m_notice->setContent(isError ? theme::State::Failure : theme::State::Ok,
                         isError ? tr("Failed:") : tr("Done:"), text);
    if (isError)
        m_timer.stop();
    else
        m_timer.start();
    show();
    place();
    raise();
}

void Toast::place()
{
    setFixedWidth(toastWidth);
    const int height = qMax(44, m_notice->heightForWidth(toastWidth));
    setGeometry((parentWidget()->width() - toastWidth) / 2, parentWidget()->height() - height - distance,
                toastWidth, height);
}

bool Toast::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && isVisible())
        place();
    return QWidget::eventFilter(watched, event);
}

} // namespace signalbox
