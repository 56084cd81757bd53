#pragma once

#include "app/core/console.h"
#include "ui/console_services.h"
#include "ui/navigation_history.h"
#include "ui/theme/theme.h"

#include <QElapsedTimer>
#include <QMainWindow>
#include <QSet>
#include <QTimer>

class QStackedWidget;

namespace signalbox {

class CommandPalette;
class ConnectionBanner;
class ConsolePage;
class NavigationRail;
class PageAge;
class Toast;
class TopBar;
class WorkerBanner;
struct PaletteEntry;

/// The window: rail, top bar, one page in front. It decides when the page in front is read again; pages read
/// and draw themselves.
class MainWindow final : public QMainWindow
{
    Q_OBJECT
public:
    MainWindow(const ConsoleServices &services, const QList<ConsolePage *> &pages, QWidget *parent = nullptr);
    ~MainWindow() override;

    QStringList pageIds() const;
    bool showPage(const QString &id); ///< false: there is no such page
    ConsolePage *currentPage() const;
    ConsolePage *page(const QString &id) const;

    ConnectionBanner *banner() const { return m_banner; }
    Toast *toast() const { return m_toast; }

protected:
    void closeEvent(QCloseEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void buildLayout();
    void addPages(const QList<ConsolePage *> &pages);
    void buildActions();
    void connectSignals();
    void connectTopBar();
    void openRequest(const QString &pageId, const QString &filter, const QString &selectId);

    void bringToFront(ConsolePage *page);

    Place here() const;
    void filterChosen();
    void goBack();
    void goForward();
    void open(const Place &place);

    void refreshCurrent();
    void refreshSoon();
    void refreshCounts();
    void showCounts(const RailCounts &counts);
    void setRefreshInterval(int seconds);
    void setTheme(theme::Mode mode);
    void databaseChanged();
    void connectionChanged(const ConnectionStatus &status);
    void showWorker();
    void toggleWorker();
    void askToStopWorker();

    void openConnections();
    void openPalette();
    void openShortcuts();
    void openWorkers();
    QList<PaletteEntry> paletteEntries();
    QList<PaletteEntry> filteredPages(const QString &typed);
    QList<PaletteEntry> jumpsOf(const QString &typed);
    void lookForStreams(const QString &typed);

    ConsoleServices m_services;
    NavigationRail *m_rail;
    TopBar *m_topBar;
    ConnectionBanner *m_banner;
    WorkerBanner *m_workerBanner;
    QStackedWidget *m_stack;
    CommandPalette *m_palette;
    Toast *m_toast;
    PageAge *m_age;
    NavigationHistory m_history;
    QList<ConsolePage *> m_pages;
    QList<QAction *> m_windowActions;
    QSet<ConsolePage *> m_stale; ///< pages that were not in front when the database changed
    QTimer m_refreshTimer;
    QTimer m_soonTimer; ///< folds changes that are notified in a burst
    bool m_connected = false;
    bool m_readOnly = false;
    ConsoleRights m_rights;
    bool m_countsAsked = false;
    qint64 m_workers = 0; ///< with a fresh heartbeat, ours included
    qint64 m_vanishedWorkers = 0;
};

} // namespace signalbox
