#include "app/cli/shot_run.h"

#include "ui/mainwindow.h"
#include "ui/pages/console_page.h"

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

namespace signalbox {

namespace {

constexpr int settleTimeoutMs = 30'000;
// Layouts, delegates and details that follow a selection need a turn of the event loop or two after the data
// arrived.
constexpr int lookEveryMs = 50;
constexpr int quietLooks = 4;

} // namespace

Done saveWindow(MainWindow &window, const QString &file)
{
    if (!window.grab().save(file, "PNG"))
        return fail(QStringLiteral("write ") + file, QStringLiteral("the file cannot be written"));
    return {};
}

Done runShot(const ShotOptions &options)
{
    // A picture shows the page as a new user sees it, and leaves the settings of the console alone.
    const QTemporaryDir settings;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    Composition composition(WorkerStart::Never);
    const std::unique_ptr<MainWindow> window = composition.createWindow();
    if (!window->showPage(options.page))
        return fail(Error::Kind::Usage, QStringLiteral("shot"),
                    QStringLiteral("there is no page \"%1\"; pages are %2")
                        .arg(options.page, window->pageIds().join(", ")));
    window->resize(options.size);
    window->show();
    window->currentPage()->applyFilter(options.filter);

    Done result = fail(QStringLiteral("shot"), QStringLiteral("the page did not settle within 30 s"));
    QObject::connect(&composition.connector(), &ConsoleConnector::failed, &composition,
                     [&](const Error &error) {
                         result = fail(error);
                         QCoreApplication::quit();
                     });
    int quiet = 0;
    bool isSelected = options.select.isEmpty();
    bool isOpen = false;
    bool isDrawn = false;
    QObject::connect(&composition.gateway().signals_(), &ConsoleSignals::databaseChanged, &composition,
                     [&] { isOpen = true; });
    // Whoever draws a picture does not wait for a server that is away: its reason is the answer.
    QObject::connect(&composition.gateway().signals_(), &ConsoleSignals::connectionStatusChanged,
                     &composition, [&](const ConnectionStatus &status) {
                         const bool isLost = status.state == ConnectionStatus::State::Lost ||
                                             status.state == ConnectionStatus::State::Refused;
                         if (!isLost || isDrawn)
                             return;
                         result = fail(status.error);
                         QCoreApplication::quit();
                     });
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &composition, [&] {
        if (!isOpen || !window->currentPage()->isSettled()) {
            quiet = 0;
            return;
        }
        if (++quiet < quietLooks)
            return;
        if (!isSelected) {
            isSelected = true;
            quiet = 0;
            window->currentPage()->selectRow(options.select);
            return;
        }
        isDrawn = true;
        result = saveWindow(*window, options.file);
        // The picture is there to be looked at, but whoever asked must not take it for a good one.
        if (const QString problem = window->currentPage()->problem(); result && !problem.isEmpty())
            result = fail(QStringLiteral("shot ") + options.page, problem);
        QCoreApplication::quit();
    });
    look.start(lookEveryMs);
    QTimer::singleShot(settleTimeoutMs, &composition, [&] { QCoreApplication::quit(); });
    composition.open(options.target);
    QCoreApplication::exec();
    return result;
}

} // namespace signalbox
