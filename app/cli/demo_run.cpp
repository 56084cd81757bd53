#include "app/cli/demo_run.h"

#include "app/cli/process_signals.h"
#include "app/cli/shot_run.h"
#include "app/demo/demo_traffic.h"
#include "ui/mainwindow.h"
#include "ui/pages/console_page.h"

#include <QApplication>
#include <QDir>
#include <QTimer>

#include <cstdio>

namespace signalbox {

namespace {

constexpr int pageSettleMs = 1'500;

void say(const QString &line)
{
    std::fputs(qPrintable(line + '\n'), stdout);
    std::fflush(stdout);
}

void complain(const Error &error)
{
    std::fputs(qPrintable(QStringLiteral("signalbox: ") + error.line() + '\n'), stderr);
}

/// A demo from opening the database to the last line it prints.
class DemoRun : public QObject
{
    Q_OBJECT
public:
    DemoRun(Composition &composition, const DemoOptions &options)
        : m_composition(composition)
        , m_options(options)
    {
        connect(&composition.connector(), &ConsoleConnector::opened, this,
                [this](const ConnectionSettings &settings, const ConnectionProfile &profile) {
                    // Another profile chosen in the window gets no sample traffic.
                    if (profile.name == m_options.target.profile.name && !m_started)
                        m_traffic.start(settings);
                });
        connect(&composition.connector(), &ConsoleConnector::failed, this, &DemoRun::giveUp);
        connect(&m_traffic, &DemoTraffic::failed, this, &DemoRun::giveUp);
        connect(&m_traffic, &DemoTraffic::started, this, &DemoRun::trafficStarted);
    }

    void begin()
    {
        say(QStringLiteral("signalbox demo: opening the private cluster"));
        m_composition.open(m_options.target);
    }

    /// Called when the time is up, before the worker is stopped; calls back when done.
    std::function<void(std::function<void()>)> beforeStop;
    int exitCode() const { return m_exitCode; }

    void stop()
    {
        if (std::exchange(m_stopping, true))
            return;
        if (beforeStop)
            beforeStop([this] { drain(); });
        else
            drain();
    }

    /// The window was closed by hand: nothing to draw any more.
    void leaveEarly()
    {
        beforeStop = nullptr;
        stop();
    }

private:
    void trafficStarted()
    {
        m_started = true;
        // A demo in a database of one's own delivers too: it was asked for.
        m_composition.delivery().startWorker();
        say(QStringLiteral("signalbox demo: sample traffic flows"));
        if (m_options.target.profile.kind == ConnectionProfile::Kind::Demo)
            say(QStringLiteral("signalbox demo: other commands reach it with --profile %1, such as "
                               "signalbox jobs list --profile %1")
                    .arg(m_options.target.profile.name));
        if (m_options.seconds > 0)
            QTimer::singleShot(m_options.seconds * 1'000, this, &DemoRun::stop);
    }

    void giveUp(const Error &error)
    {
        // With a window the banner says it and the user decides.
        complain(error);
        if (m_options.seconds == 0 && beforeStop)
            return;
        m_exitCode = 1;
        QCoreApplication::exit(1);
    }

    void drain()
    {
        m_composition.shutDown([this] { leave(); });
    }

    void leave()
    {
        const WorkerStatus status = m_composition.delivery().status();
        say(QStringLiteral(
                "signalbox demo: %1 events appended, %2 jobs fanned out, %3 attempts delivered, %4 failed")
                .arg(m_traffic.appendedEvents())
                .arg(status.fannedOut)
                .arg(status.delivered)
                .arg(status.failed));
        QCoreApplication::exit(0);
    }

    Composition &m_composition;
    const DemoOptions m_options;
    DemoTraffic m_traffic;
    int m_exitCode = 0;
    bool m_started = false;
    bool m_stopping = false;
};

/// Shows one page after the other and saves each.
class PageTour : public QObject
{
    Q_OBJECT
public:
    PageTour(MainWindow &window, const QString &folder)
        : m_window(window)
        , m_folder(folder)
    {
    }

    void begin(std::function<void()> finished)
    {
        m_finished = std::move(finished);
        m_left = m_window.pageIds();
        QDir().mkpath(m_folder);
        next();
    }

private:
    void next()
    {
        if (m_left.isEmpty()) {
            m_finished();
            return;
        }
        m_window.showPage(m_left.constFirst());
        QTimer::singleShot(pageSettleMs, this, &PageTour::save);
    }

    void save()
    {
        const QString file = QDir(m_folder).filePath(m_left.takeFirst() + QStringLiteral(".png"));
        if (const Done saved = saveWindow(m_window, file); saved)
            say(file);
        else
            complain(saved.error());
        next();
    }

    MainWindow &m_window;
    const QString m_folder;
    QStringList m_left;
    std::function<void()> m_finished;
};

} // namespace

int runDemo(const DemoOptions &options)
{
    Composition composition(WorkerStart::ByProfile);
    DemoRun run(composition, options);
    const ProcessSignals signals_([&run] { run.stop(); });
    run.begin();
    const int code = QCoreApplication::exec();
    return run.exitCode() != 0 ? run.exitCode() : code;
}

int runDemoWithWindow(const DemoOptions &options)
{
    Composition composition(WorkerStart::ByProfile);
    const std::unique_ptr<MainWindow> window = composition.createWindow();
    PageTour tour(*window, options.shotsFolder);
    DemoRun run(composition, options);
    run.beforeStop = [&](std::function<void()> finished) {
        if (options.shotsFolder.isEmpty())
            finished();
        else
            tour.begin(std::move(finished));
    };
    const ProcessSignals signals_([&run] { run.stop(); });
    QApplication::setQuitOnLastWindowClosed(false);
    QObject::connect(qApp, &QGuiApplication::lastWindowClosed, &run, [&run] { run.leaveEarly(); });
    window->resize(1600, 1000);
    window->show();
    run.begin();
    const int code = QCoreApplication::exec();
    return run.exitCode() != 0 ? run.exitCode() : code;
}

} // namespace signalbox

#include "demo_run.moc"
