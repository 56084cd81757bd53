#include "ui/widgets/navigation_rail.h"

#include "models/display_text.h"
#include "ui/theme/icons.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/navigation_item.h"

#include <QHBoxLayout>
#include <QIcon>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int railWidth = 200;

QWidget *makeBrand(QWidget *parent)
{
    auto *brand = new QWidget(parent);
    auto *logo = new QLabel(brand);
    logo->setPixmap(QIcon(QStringLiteral(":/icons/signalbox.svg")).pixmap(QSize(26, 26)));
    QFont font = theme::strongFont();
    font.setPixelSize(15);
    auto *layout = new QHBoxLayout(brand);
    layout->setContentsMargins(6, 4, 0, 12);
    layout->setSpacing(10);
    layout->addWidget(logo);
    layout->addWidget(makeLabel(QStringLiteral("Signalbox"), font, brand));
    layout->addStretch(1);
    return brand;
}

} // namespace

NavigationRail::NavigationRail(QWidget *parent)
    : QWidget(parent)
    , m_pages(new QVBoxLayout)
    , m_dot(new StateDot(this))
    , m_workerState(makeLabel({}, theme::textFont(), this))
    , m_workerFigures(makeMutedLabel({}, this))
    , m_workersButton(makeButton({}, this, QStringLiteral("flat")))
    , m_workerButton(makeButton({}, this, QStringLiteral("flat")))
{
    setFixedWidth(railWidth);
    setAccessibleName(tr("Pages"));
    m_pages->setSpacing(2);
    m_dot->setFixedSize(m_dot->sizeHint());
    for (QPushButton *button : {m_workersButton, m_workerButton})
        button->setIconSize(QSize(16, 16));
    m_workersButton->setIcon(theme::icon(QStringLiteral("more")));
    m_workersButton->setToolTip(tr("Who delivers from this database (W)"));
    m_workersButton->setAccessibleName(tr("Workers"));
    auto *worker = new QHBoxLayout;
    worker->setSpacing(2 * theme::step);
    worker->addWidget(m_dot);
    worker->addWidget(m_workerState);
    worker->addStretch(1);
    worker->addWidget(m_workersButton);
    worker->addWidget(m_workerButton);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 14);
    layout->setSpacing(theme::step);
    layout->addWidget(makeBrand(this));
    layout->addLayout(m_pages);
    layout->addStretch(1);
    layout->addLayout(worker);
    layout->addWidget(m_workerFigures);
    connect(m_workerButton, &QPushButton::clicked, this, &NavigationRail::workerToggled);
    connect(m_workersButton, &QPushButton::clicked, this, &NavigationRail::workersRequested);
    setWorker({}, tr("Not connected"), 0, 0);
}

void NavigationRail::addPage(const QString &id, const QString &title, const QString &iconName,
                             const QString &shortcut)
{
    auto *item = new NavigationItem(id, title, iconName, this);
    item->setToolTip(QStringLiteral("%1 (%2)").arg(title, shortcut));
    connect(item, &QAbstractButton::clicked, this, [this, id] {
        setCurrent(id);
        emit pageChosen(id);
    });
    m_pages->addWidget(item);
    m_items.append(item);
}

NavigationItem *NavigationRail::itemOf(const QString &id) const
{
    for (NavigationItem *item : m_items) {
        if (item->id() == id)
            return item;
    }
    return nullptr;
}

void NavigationRail::setCurrent(const QString &id)
{
    for (NavigationItem *item : std::as_const(m_items))
        item->setChecked(item->id() == id);
}

void NavigationRail::setCount(const QString &id, const QString &count, bool isAlarming,
                              const QString &toolTip)
{
    NavigationItem *item = itemOf(id);
    if (!item)
        return;
    item->setCount(count, isAlarming);
    if (!toolTip.isEmpty())
        item->setToolTip(toolTip);
}

void NavigationRail::setWorker(const WorkerStatus &status, const QString &obstacle, qint64 otherWorkers,
                               qint64 vanished)
{
    const bool isElsewhere = status.state == WorkerStatus::State::Stopped && otherWorkers > 0;
    const bool isRunning = status.state == WorkerStatus::State::Running;
    const bool hasProblem = !status.problems.isEmpty();
    m_dot->setState(hasProblem                                      ? theme::State::Failure
                    : isRunning || isElsewhere                      ? theme::State::Ok
                    : status.state == WorkerStatus::State::Draining ? theme::State::Warning
                                                                    : theme::State::Held);
    m_workerState->setText(isRunning || isElsewhere                        ? tr("Delivering")
                           : status.state == WorkerStatus::State::Draining ? tr("Stopping …")
                                                                           : tr("Not delivering"));
    QString figures = tr("Start the worker to deliver");
    if (isElsewhere)
        figures = otherWorkers == 1 ? tr("1 worker elsewhere") : tr("%1 workers elsewhere").arg(otherWorkers);
    if (hasProblem)
        figures = status.problems.join(QStringLiteral("; "));
    else if (status.state != WorkerStatus::State::Stopped)
        figures = tr("%1/s · %2 in flight")
                      .arg(numberText(qRound64(status.perSecond)), numberText(status.inFlight));
    else if (!obstacle.isEmpty())
        figures = obstacle;
    if (vanished > 0 && !hasProblem)
        figures = vanished == 1 ? tr("1 worker vanished") : tr("%1 workers vanished").arg(vanished);
    m_workerFigures->setText(
        m_workerFigures->fontMetrics().elidedText(figures, Qt::ElideRight, railWidth - 26));
    m_workerFigures->setToolTip(tr("%1 delivered, %2 failed, %3 jobs made of events since the start\n%4")
                                    .arg(numberText(status.delivered), numberText(status.failed),
                                         numberText(status.fannedOut),
                                         status.problems.join(QLatin1Char('\n')))
                                    .trimmed());
    m_workerButton->setIcon(theme::icon(isRunning ? QStringLiteral("stop") : QStringLiteral("start")));
    const QString tip = isRunning ? tr("Stop delivering (Ctrl+D)") : tr("Start delivering (Ctrl+D)");
    m_workerButton->setToolTip(isRunning || obstacle.isEmpty() ? tip : obstacle);
    m_workerButton->setAccessibleName(tip);
    m_workerButton->setEnabled(isRunning || obstacle.isEmpty());
}

void NavigationRail::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme::color(theme::Token::Rail));
    const QColor line = theme::color(theme::Token::Border);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), line);
    painter.fillRect(QRect(12, m_workerState->y() - 14, width() - 25, 1), line);
}

} // namespace signalbox
