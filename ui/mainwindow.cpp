#include "ui/mainwindow.h"

#include "models/display_text.h"
#include "ui/dialogs/consent_dialog.h"
#include "ui/dialogs/dialog_placement.h"
#include "ui/dialogs/shortcuts_dialog.h"
#include "ui/pages/console_page.h"
#include "ui/pages/page_age.h"
#include "ui/widgets/command_palette.h"
#include "ui/widgets/connection_banner.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/navigation_rail.h"
#include "ui/widgets/plain_text.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/top_bar.h"
#include "ui/widgets/worker_banner.h"

#include <QApplication>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QScreen>
#include <QSettings>
#include <QStackedWidget>

namespace signalbox {

namespace {

constexpr int defaultIntervalSeconds = 2;
constexpr int soonMs = 250;

const QString unknownText = QStringLiteral("–");

QString railNumber(const std::optional<RowCount> &count)
{
    if (!count)
        return unknownText;
    if (count->rows == 0)
        return {};
    const QString number = numberText(count->rows);
    switch (count->kind) {
    case RowCount::Kind::Estimate:
        return QStringLiteral("~") + number;
    case RowCount::Kind::AtLeast:
        return number + QLatin1Char('+');
    case RowCount::Kind::Exact:
        break;
    }
    return number;
}

} // namespace

MainWindow::MainWindow(const ConsoleServices &services, const QList<ConsolePage *> &pages, QWidget *parent)
    : QMainWindow(parent)
    , m_services(services)
    , m_rail(new NavigationRail(this))
    , m_topBar(new TopBar(this))
    , m_banner(new ConnectionBanner(this))
    , m_workerBanner(new WorkerBanner(this))
    , m_stack(new QStackedWidget(this))
    , m_palette(new CommandPalette(this))
    , m_toast(new Toast(this))
    , m_age(new PageAge(this))
{
    showToolTipsAsPlainText(*qApp);
    keepDialogsOnScreen(*qApp);
    qApp->installEventFilter(this);
    setWindowTitle(QStringLiteral("Signalbox"));
    setWindowIcon(QIcon(QStringLiteral(":/icons/signalbox.svg")));
    // At scale 2 a screen may be smaller than what the window likes to be.
    const QSize room = screen()->availableSize();
    setMinimumSize(QSize(960, 600).boundedTo(room));
    resize(QSize(1440, 900).boundedTo(room));
    buildLayout();
    addPages(pages);
    buildActions();
    connectSignals();
    connectTopBar();
    connect(m_palette, &CommandPalette::lookedFor, this, &MainWindow::lookForStreams);
    QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    setRefreshInterval(
        settings.value(QStringLiteral("window/refreshSeconds"), defaultIntervalSeconds).toInt());
    m_topBar->setThemeMode(theme::mode());
    showWorker();
    if (!showPage(settings.value(QStringLiteral("window/page")).toString()) && !m_pages.isEmpty())
        showPage(m_pages.constFirst()->pageId());
}

MainWindow::~MainWindow() = default;

void MainWindow::buildLayout()
{
    auto *central = new QWidget(this);
    auto *right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_topBar);
    right->addWidget(m_banner);
    right->addWidget(m_workerBanner);
    right->addWidget(m_stack, 1);
    auto *layout = new QHBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_rail);
    layout->addLayout(right, 1);
    setCentralWidget(central);
}

void MainWindow::addPages(const QList<ConsolePage *> &pages)
{
    m_pages = pages;
    for (int index = 0; index < pages.size(); ++index) {
        ConsolePage *page = pages.at(index);
        const QString keys = QStringLiteral("Ctrl+%1").arg(index + 1);
        m_stack->addWidget(page);
        m_rail->addPage(page->pageId(), page->pageTitle(), page->iconName(), keys);
        QAction *action = makeAction(tr("Show %1").arg(page->pageTitle()), keys, this);
        connect(action, &QAction::triggered, this, [this, page] { showPage(page->pageId()); });
        m_windowActions.append(action);
        connect(page, &ConsolePage::pageRequested, this, &MainWindow::openRequest);
        connect(page, &ConsolePage::filterChosen, this, [this, page] {
            if (page == currentPage())
                filterChosen();
        });
        connect(page, &ConsolePage::messageRaised, m_toast, &Toast::showMessage);
        connect(page, &ConsolePage::noticeRaised, m_toast, &Toast::showNotice);
        m_age->watch(page);
    }
    connect(m_rail, &NavigationRail::pageChosen, this, &MainWindow::showPage);
}

void MainWindow::buildActions()
{
    const auto add = [this](const QString &text, const QString &keys, auto slot) {
        QAction *action = makeAction(text, keys, this);
        connect(action, &QAction::triggered, this, slot);
        m_windowActions.append(action);
    };
    add(tr("Search or jump to …"), QStringLiteral("Ctrl+K"), &MainWindow::openPalette);
    add(tr("Back"), QStringLiteral("Alt+Left"), &MainWindow::goBack);
    add(tr("Forward"), QStringLiteral("Alt+Right"), &MainWindow::goForward);
    add(tr("Refresh"), QStringLiteral("F5"), &MainWindow::refreshCurrent);
    add(tr("Pause or resume refreshing"), QStringLiteral("Shift+F5"), [this] {
        const int chosen =
            QSettings().value(QStringLiteral("window/refreshSeconds"), defaultIntervalSeconds).toInt();
        setRefreshInterval(m_refreshTimer.isActive() ? 0 : qMax(1, chosen));
    });
    add(tr("Connections…"), QStringLiteral("Ctrl+O"), &MainWindow::openConnections);
    add(tr("Start or stop delivering"), QStringLiteral("Ctrl+D"), &MainWindow::toggleWorker);
    add(tr("Workers…"), QStringLiteral("W"), &MainWindow::openWorkers);
    add(tr("Switch between light and dark"), QStringLiteral("Ctrl+T"),
        [this] { setTheme(theme::isDark() ? theme::Mode::Light : theme::Mode::Dark); });
    add(tr("Follow the system's theme"), {}, [this] { setTheme(theme::Mode::System); });
    add(tr("Retry the connection now"), QStringLiteral("Ctrl+Shift+R"), [this] {
        if (m_services.connector)
            m_services.connector->retryNow();
    });
    add(tr("Keys"), QStringLiteral("?"), &MainWindow::openShortcuts);
    add(tr("Quit"), QStringLiteral("Ctrl+Q"), &QWidget::close);
}

void MainWindow::connectSignals()
{
    connect(&m_refreshTimer, &QTimer::timeout, this, &MainWindow::refreshCurrent);
    m_soonTimer.setSingleShot(true);
    m_soonTimer.setInterval(soonMs);
    connect(&m_soonTimer, &QTimer::timeout, this, &MainWindow::refreshCurrent);
    if (m_services.signals_) {
        connect(m_services.signals_, &ConsoleSignals::dataChanged, this, &MainWindow::refreshSoon);
        connect(m_services.signals_, &ConsoleSignals::databaseChanged, this, &MainWindow::databaseChanged);
        connect(m_services.signals_, &ConsoleSignals::connectionStatusChanged, this,
                &MainWindow::connectionChanged);
    }
    if (m_services.delivery)
        connect(m_services.delivery, &DeliveryControl::statusChanged, this, &MainWindow::showWorker);
    connect(m_rail, &NavigationRail::workerToggled, this, &MainWindow::toggleWorker);
    connect(m_rail, &NavigationRail::workersRequested, this, &MainWindow::openWorkers);
    connect(m_banner, &ConnectionBanner::connectionsRequested, this, &MainWindow::openConnections);
    connect(m_banner, &ConnectionBanner::retryRequested, this, [this] { m_services.connector->retryNow(); });
}

void MainWindow::connectTopBar()
{
    connect(m_topBar, &TopBar::connectionsRequested, this, &MainWindow::openConnections);
    connect(m_topBar, &TopBar::paletteRequested, this, &MainWindow::openPalette);
    connect(m_topBar, &TopBar::shortcutsRequested, this, &MainWindow::openShortcuts);
    connect(m_topBar, &TopBar::themeChosen, this, &MainWindow::setTheme);
    connect(m_topBar, &TopBar::refreshIntervalChosen, this, [this](int seconds) {
        QSettings().setValue(QStringLiteral("window/refreshSeconds"), seconds);
        setRefreshInterval(seconds);
    });
}

QStringList MainWindow::pageIds() const
{
    QStringList ids;
    for (const ConsolePage *each : m_pages)
        ids.append(each->pageId());
    return ids;
}

ConsolePage *MainWindow::page(const QString &id) const
{
    for (ConsolePage *each : m_pages) {
        if (each->pageId() == id)
            return each;
    }
    return nullptr;
}

ConsolePage *MainWindow::currentPage() const
{
    return qobject_cast<ConsolePage *>(m_stack->currentWidget());
}

bool MainWindow::showPage(const QString &id)
{
    ConsolePage *wanted = page(id);
    if (!wanted)
        return false;
    m_history.amend(here());
    bringToFront(wanted);
    m_history.visit(here());
    return true;
}

void MainWindow::bringToFront(ConsolePage *page)
{
    m_rail->setCurrent(page->pageId());
    m_stack->setCurrentWidget(page);
    m_age->setFront(page);
    page->setFocus();
    if (m_stale.remove(page))
        page->reset();
    else if (m_connected)
        page->refresh();
}

void MainWindow::openRequest(const QString &pageId, const QString &filter, const QString &selectId)
{
    ConsolePage *wanted = page(pageId);
    if (!wanted)
        return;
    m_history.amend(here());
    wanted->applyFilter(filter);
    bringToFront(wanted);
    if (!selectId.isEmpty())
        wanted->selectRow(selectId);
    m_history.visit(here());
}

void MainWindow::refreshCurrent()
{
    if (!m_connected || isMinimized() || !currentPage())
        return;
    currentPage()->refresh();
    refreshCounts();
}

void MainWindow::refreshSoon()
{
    // Without a running interval the operator refreshes by hand.
    if (m_refreshTimer.isActive() && !m_soonTimer.isActive())
        m_soonTimer.start();
}

void MainWindow::refreshCounts()
{
    if (!m_services.overview || m_countsAsked)
        return;
    m_countsAsked = true;
    m_services.overview->railCounts(this, [this](const Result<RailCounts> &counts) {
        m_countsAsked = false;
        if (counts)
            showCounts(*counts);
        else if (counts.error().kind != Error::Kind::Unavailable)
            showCounts({}); // not known any more
    });
}

void MainWindow::showCounts(const RailCounts &counts)
{
    const bool hasFailed = counts.failedJobs && counts.failedJobs->rows > 0;
    const auto spoken = [](const std::optional<RowCount> &count) {
        return !count ? tr("unknown") : count->rows == 0 ? QStringLiteral("0") : railNumber(count);
    };
    m_rail->setCount(
        QStringLiteral("queue"), railNumber(hasFailed ? counts.failedJobs : counts.dueJobs), hasFailed,
        tr("%1 ready to send, %2 failed (Ctrl+2)").arg(spoken(counts.dueJobs), spoken(counts.failedJobs)));
    const std::optional<qint64> endpoints = counts.endpoints;
    const qint64 failing = counts.failingEndpoints.value_or(0);
    m_rail->setCount(QStringLiteral("endpoints"),
                     !endpoints       ? unknownText
                     : failing > 0    ? numberText(failing)
                     : *endpoints > 0 ? numberText(*endpoints)
                                      : QString(),
                     failing > 0,
                     tr("%1, %2 failing (Ctrl+4)")
                         .arg(endpoints ? countedText(*endpoints, tr("1 endpoint"), tr("%1 endpoints"))
                                        : tr("endpoints unknown"),
                              counts.failingEndpoints ? numberText(failing) : tr("unknown")));
    m_workers = counts.workers.value_or(0);
    m_vanishedWorkers = counts.vanishedWorkers.value_or(0);
    showWorker();
}

void MainWindow::setRefreshInterval(int seconds)
{
    m_topBar->setRefreshInterval(seconds);
    m_age->setTickMs(seconds * 1'000);
    if (seconds > 0)
        m_refreshTimer.start(seconds * 1'000);
    else
        m_refreshTimer.stop();
}

void MainWindow::setTheme(theme::Mode mode)
{
    theme::apply(*qApp, mode);
    m_topBar->setThemeMode(mode);
    const QString name = mode == theme::Mode::Light  ? QStringLiteral("light")
                         : mode == theme::Mode::Dark ? QStringLiteral("dark")
                                                     : QStringLiteral("system");
    QSettings().setValue(QStringLiteral("window/theme"), name);
}

void MainWindow::databaseChanged()
{
    m_connected = true;
    if (m_services.connector) {
        const ConnectionProfile profile = m_services.connector->currentProfile();
        m_topBar->setProfile(profile);
        setWindowTitle(QStringLiteral("%1 – Signalbox")
                           .arg(profile.environment.isEmpty() ? profile.name : profile.environment));
    }
    m_age->forget();
    m_stale = QSet<ConsolePage *>(m_pages.begin(), m_pages.end());
    if (ConsolePage *front = currentPage()) {
        m_stale.remove(front);
        front->reset();
    }
    refreshCounts();
}

void MainWindow::connectionChanged(const ConnectionStatus &status)
{
    const bool isBack = status.state == ConnectionStatus::State::Connected && !m_connected;
    m_connected = status.state == ConnectionStatus::State::Connected;
    m_readOnly = status.readOnly;
    m_rights = status.rights;
    // Another database is on its way: nothing is known of it yet.
    if (status.state == ConnectionStatus::State::Connecting)
        showCounts({});
    m_banner->setStatus(status);
    m_topBar->setReadOnly(m_connected && m_readOnly, status.replica);
    if (m_services.connector)
        m_topBar->setProfile(m_services.connector->currentProfile());
    showWorker();
    if (isBack)
        refreshSoon();
}

void MainWindow::showWorker()
{
    if (!m_services.delivery)
        return;
    QString obstacle;
    if (!m_connected)
        obstacle = tr("Not connected");
    else if (m_readOnly)
        obstacle = tr("Read-only");
    else
        obstacle = m_rights.obstacle(ConsoleAct::Deliver);
    const WorkerStatus status = m_services.delivery->status();
    m_workerBanner->setProblems(m_connected ? status.problems + status.remarks : QStringList());
    const bool isOurs = status.state != WorkerStatus::State::Stopped;
    m_rail->setWorker(status, obstacle, qMax<qint64>(0, m_workers - (isOurs ? 1 : 0)), m_vanishedWorkers);
}

void MainWindow::toggleWorker()
{
    if (!m_services.delivery)
        return;
    if (m_services.delivery->status().state == WorkerStatus::State::Running)
        askToStopWorker();
    else if (m_connected && !m_readOnly && m_rights.allows(ConsoleAct::Deliver))
        m_services.delivery->startWorker();
}

void MainWindow::askToStopWorker()
{
    ConsentQuestion question;
    question.title = tr("Stop delivering?");
    question.text = m_workers > 1
                        ? tr("This console sends nothing more; other workers go on. Requests under way "
                             "are finished.")
                        : tr("Nobody else delivers from this database: jobs wait until a worker is "
                             "started. Requests under way are finished.");
    question.button = tr("Stop");
    question.reason = ConsentQuestion::Reason::None;
    question.production = productionOf(m_services);
    auto *dialog = new ConsentDialog(question, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, m_services.delivery, &DeliveryControl::stopWorker);
    dialog->open();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    QSettings settings;
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    if (currentPage())
        settings.setValue(QStringLiteral("window/page"), currentPage()->pageId());
    QMainWindow::closeEvent(event);
}

} // namespace signalbox
