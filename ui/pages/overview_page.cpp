#include "ui/pages/overview_page.h"

#include "models/display_zone.h"
#include "ui/dialogs/fan_out_dialog.h"
#include "ui/dialogs/range_dialog.h"
#include "ui/pages/overview_board.h"
#include "ui/pages/page_obstacle.h"
#include "ui/pages/range_switch.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/notice.h"
#include "ui/widgets/page_header.h"

#include <QAction>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int hourRange = 1;
/// At least this many times the last answer's cost lies between two requests, so that a large database is not
/// kept busy.
constexpr qint64 restFactor = 10;

const QString zoneSetting = QStringLiteral("window/timeZone");
constexpr int utcChoice = 0;
constexpr int localChoice = 1;

} // namespace

OverviewPage::OverviewPage(const ConsoleServices &services, QWidget *parent)
    : ConsolePage(parent)
    , m_services(services)
    , m_header(new PageHeader(tr("Overview"), this))
    , m_range(new RangeSwitch(namedRangeLabels(), this))
    , m_past(makeButton({}, this))
    , m_zone(new RangeSwitch({tr("UTC"), tr("Local")}, this))
    , m_problem(new Notice(this))
    , m_fanOut(new Notice(this))
    , m_fanOutButton(makeButton({}, m_fanOut))
    , m_board(new OverviewBoard(this))
    , m_empty(new EmptyState(this))
    , m_stack(new QStackedLayout)
{
    buildHeader();
    buildZone();
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_board);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4 * theme::step, 3 * theme::step, 4 * theme::step, 0);
    layout->setSpacing(3 * theme::step);
    layout->addWidget(m_header);
    layout->addWidget(m_problem);
    layout->addWidget(m_fanOut);
    layout->addLayout(m_stack, 1);
    m_stack->addWidget(scroll);
    m_stack->addWidget(m_empty);
    connect(m_board, &OverviewBoard::linkActivated, this, &ConsolePage::pageRequested);
    connect(m_board, &OverviewBoard::reachesChanged, this, &OverviewPage::request);
    connect(m_board, &OverviewBoard::rangeChosen, this, &OverviewPage::showPast);
    if (m_services.signals_)
        connect(m_services.signals_, &ConsoleSignals::connectionStatusChanged, this,
                &OverviewPage::takeStatus);
    else
        m_status.state = ConnectionStatus::State::Connected;
    showState();
}

void OverviewPage::buildHeader()
{
    m_range->setCurrent(hourRange);
    m_range->setAccessibleName(tr("Range"));
    m_header->addBesideTitle(m_range);
    for (int index = 0; index < int(namedRangeLabels().size()); ++index) {
        QAction *action =
            makeAction(tr("Show the %1").arg(namedRange(index).spoken), QString::number(index + 1), this);
        connect(action, &QAction::triggered, m_range, [this, index] { m_range->choose(index); });
        m_actions.append(action);
    }
    connect(m_range, &RangeSwitch::chosen, this, [this](int index) {
        const bool wasPast = m_pastRange.has_value();
        leavePast();
        if (wasPast && index == m_range->current())
            request();
    });
    connect(m_range, &RangeSwitch::currentChanged, this, &OverviewPage::request);
    QAction *other = makeAction(tr("Another range…"), QStringLiteral("/"), this);
    other->setIconText(tr("Other…"));
    connect(other, &QAction::triggered, this, &OverviewPage::askForRange);
    m_header->addBesideTitle(makeActionButton(other, this));
    QAction *failing = makeAction(tr("Show the failing endpoints"), QStringLiteral("F"), this);
    connect(failing, &QAction::triggered, this,
            [this] { emit pageRequested(QStringLiteral("endpoints"), QStringLiteral("failing"), {}); });
    m_actions << other << failing;
    m_header->addBesideTitle(m_past);
    m_past->hide();
    m_past->setToolTip(tr("Leave the chosen range (Esc)"));
    m_leavePast = makeAction(tr("Leave the chosen range"), QStringLiteral("Esc"), this);
    m_leavePast->setEnabled(false);
    connect(m_past, &QPushButton::clicked, m_leavePast, &QAction::trigger);
    connect(m_leavePast, &QAction::triggered, this, [this] {
        leavePast();
        request();
    });
    m_actions.append(m_leavePast);
    m_problem->hide();
    m_fanOut->hide();
    m_fanOut->addAtRight(m_fanOutButton);
    connect(m_fanOutButton, &QPushButton::clicked, this, &OverviewPage::acceptFanOutOffer);
}

void OverviewPage::buildZone()
{
    const bool isUtc = QSettings().value(zoneSetting).toString() == QLatin1String("utc");
    setDisplayZone(isUtc ? DisplayZone::Utc : DisplayZone::Local);
    m_zone->setCurrent(isUtc ? utcChoice : localChoice);
    m_zone->setAccessibleName(tr("Time zone"));
    m_zone->setToolTip(tr("The zone of all times in this window"));
    m_header->addAtRight(m_zone);
    connect(m_zone, &RangeSwitch::currentChanged, this, [this](int choice) {
        setDisplayZone(choice == utcChoice ? DisplayZone::Utc : DisplayZone::Local);
        QSettings().setValue(zoneSetting,
                             choice == utcChoice ? QStringLiteral("utc") : QStringLiteral("local"));
        showSpan();
        m_board->showTimes();
    });
}

ShownRange OverviewPage::range() const
{
    return m_pastRange ? *m_pastRange : namedRange(m_range->current());
}

void OverviewPage::showPast(const QDateTime &from, const QDateTime &to)
{
    m_pastRange = pastRange(from, to);
    m_past->setText(shortSpanText(from, to) + QStringLiteral("  ×"));
    m_past->setAccessibleName(tr("Leave the range %1").arg(shortSpanText(from, to)));
    m_past->show();
    m_leavePast->setEnabled(true);
    request();
}

void OverviewPage::askForRange()
{
    auto *dialog = new RangeDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RangeDialog::rangeGiven, this, &OverviewPage::showPast);
    dialog->open();
}

void OverviewPage::leavePast()
{
    if (!m_pastRange)
        return;
    m_pastRange.reset();
    m_past->hide();
    m_leavePast->setEnabled(false);
}

void OverviewPage::showSpan()
{
    if (!m_hasFigures)
        return m_header->setSubtitle({});
    m_header->setSubtitle(spanText(m_from, m_to));
    if (m_pastRange) {
        const QDateTime until = QDateTime::fromSecsSinceEpoch(*m_pastRange->untilSeconds, Qt::UTC);
        m_past->setText(shortSpanText(until.addSecs(-m_pastRange->seconds), until) + QStringLiteral("  ×"));
    }
}

void OverviewPage::refresh()
{
    if (m_answered != m_asked)
        return; // the answer to come is as fresh
    const qint64 rest = std::max(range().refreshMs, restFactor * m_lastCostMs);
    if (m_sinceRequest.isValid() && m_sinceRequest.elapsed() < rest)
        return;
    request();
}

void OverviewPage::reset()
{
    m_hasFigures = false;
    m_failure.reset();
    m_fanOut->hide();
    m_header->setSubtitle({});
    showState();
    request();
}

void OverviewPage::takeStatus(const ConnectionStatus &status)
{
    m_status = status;
    // Another database is on its way: figures of the last one must not stand under its name.
    if (status.state == ConnectionStatus::State::Connecting) {
        m_hasFigures = false;
        m_failure.reset();
        m_fanOut->hide();
        m_header->setSubtitle({});
    }
    showState();
}

// Figures that are not known are not shown as zeros: until they are there, the page says what it waits for.
void OverviewPage::showState()
{
    // The window's banner speaks of a lost connection.
    const bool isStale = m_failure && m_failure->kind != Error::Kind::Unavailable && m_hasFigures;
    if (isStale)
        m_problem->setContent(theme::State::Failure, tr("The figures could not be read."), m_failure->line());
    m_problem->setVisible(isStale);
    m_stack->setCurrentIndex(m_hasFigures ? 0 : 1);
    if (m_hasFigures)
        return;
    if (const auto obstacle = pageObstacle(m_status, ConsoleAct::SeeOverview)) {
        m_empty->setContent(obstacle->isLasting ? QStringLiteral("warning") : QString(), obstacle->title,
                            obstacle->text);
        m_empty->setStatement(obstacle->statement);
    } else if (m_failure) {
        m_empty->setContent(QStringLiteral("warning"), tr("The figures could not be read"), m_failure->why);
    } else {
        m_empty->setContent({}, tr("Reading …"), {});
    }
}

bool OverviewPage::isSettled() const
{
    const std::optional<PageObstacle> obstacle = pageObstacle(m_status, ConsoleAct::SeeOverview);
    return (m_asked > 0 && m_answered == m_asked) || (obstacle && obstacle->isLasting);
}

QString OverviewPage::problem() const
{
    if (const auto obstacle = pageObstacle(m_status, ConsoleAct::SeeOverview))
        return obstacle->line();
    return m_failure ? m_failure->line() : QString();
}

void OverviewPage::applyFilter(const QString &filterText)
{
    if (const int range = namedRangeOf(filterText); range >= 0)
        m_range->choose(range);
}

void OverviewPage::request()
{
    if (pageObstacle(m_status, ConsoleAct::SeeOverview))
        return;
    const ShownRange wanted = range();
    OverviewRequest request;
    request.windowSeconds = wanted.seconds;
    request.buckets = wanted.buckets;
    request.reaches = m_board->reaches();
    request.untilSeconds = wanted.untilSeconds;
    const quint64 token = ++m_asked;
    m_sinceRequest.start();
    m_services.overview->overview(request, this,
                                  [this, token](const Result<Overview> &answer) { receive(token, answer); });
}

void OverviewPage::receive(quint64 token, const Result<Overview> &answer)
{
    if (token != m_asked)
        return; // another range or database was asked for since
    m_answered = token;
    m_lastCostMs = m_sinceRequest.elapsed();
    m_failure = answer ? std::nullopt : std::optional(answer.error());
    if (answer) {
        m_hasFigures = true;
        m_from = answer->from;
        m_to = answer->to;
        showSpan();
        m_board->showOverview(*answer, range().spoken);
        showFanOut(*answer);
        emit wasRead();
    }
    showState();
    emit settled();
}

void OverviewPage::showFanOut(const Overview &overview)
{
    m_offer = overview.fanOutForeignCluster ? FanOutOffer::Rebase
              : overview.fanOutEnabled      ? FanOutOffer::None
                                            : FanOutOffer::TurnOn;
    if (m_offer == FanOutOffer::Rebase) {
        m_fanOut->setContent(
            theme::State::Warning, tr("Fan-out is stopped."),
            tr("Rows were restored from another cluster, or a rebase has not ended: new events would pass "
               "without jobs."));
        m_fanOutButton->setText(tr("Rebase fan-out"));
    } else if (m_offer == FanOutOffer::TurnOn) {
        m_fanOut->setContent(
            theme::State::Information, tr("New events are not turned into jobs."),
            tr("Fan-out is off, because this database existed before Signalbox and its own program may "
               "insert jobs itself."));
        m_fanOutButton->setText(tr("Turn on…"));
    }
    m_fanOutButton->setVisible(actionObstacle(m_status, ConsoleAct::SwitchFanOut).isEmpty());
    m_fanOut->setVisible(m_offer != FanOutOffer::None);
}

void OverviewPage::acceptFanOutOffer()
{
    const bool isRebase = m_offer == FanOutOffer::Rebase;
    auto *dialog =
        new FanOutDialog(m_services, isRebase ? FanOutDialog::Act::Rebase : FanOutDialog::Act::TurnOn, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &FanOutDialog::performed, this, [this, isRebase] {
        emit messageRaised(isRebase ? tr("Fan-out goes on") : tr("Fan-out is on"), false);
        request();
    });
    dialog->open();
}

} // namespace signalbox
