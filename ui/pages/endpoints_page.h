#pragma once

#include "app/core/console.h"
#include "app/core/endpoint.h"
#include "ui/console_services.h"
#include "ui/pages/console_page.h"

#include <optional>

class QLineEdit;
class QModelIndex;
class QPushButton;
class QSplitter;
class QStackedLayout;

namespace signalbox {

class EmptyState;
class EndpointActs;
class EndpointFilterModel;
class EndpointModel;
class EndpointPane;
class EndpointTable;
class Notice;
class PageHeader;

/// The endpoints with their health, all of them; adding, editing, switching, testing and removing one.
class EndpointsPage final : public ConsolePage
{
    Q_OBJECT
public:
    explicit EndpointsPage(const ConsoleServices &services, QWidget *parent = nullptr);

    QString pageId() const override { return QStringLiteral("endpoints"); }
    QString pageTitle() const override { return tr("Endpoints"); }
    QString iconName() const override { return QStringLiteral("endpoints"); }
    void refresh() override;
    void reset() override;
    void applyFilter(const QString &filterText) override;
    void selectRow(const QString &id) override;
    QString filterText() const override;
    QString selectedId() const override;
    bool isSettled() const override;
    QString problem() const override;
    QList<QAction *> pageActions() const override { return m_actions; }

    EndpointTable *table() const { return m_table; }
    EndpointPane *pane() const { return m_pane; }

private:
    void buildLayout();
    void buildActions();
    /// A key of the table: it acts only while the focus is there.
    QAction *addAction(const QString &text, const QString &shortcut, void (EndpointsPage::*act)());
    void addPaneButtons();
    void receive(const Result<QList<EndpointHealth>> &endpoints);
    void takeList(QList<EndpointHealth> endpoints, bool hasRemoved);
    bool needsRemoved() const;
    void takeStatus(const ConnectionStatus &status);
    void leaveDatabase();
    void showSubtitle();
    void showEmptiness();
    void updateActions();
    bool mayChange() const;
    void selectWanted();
    void currentChanged();
    const EndpointHealth *current() const;

    void add();
    void edit();
    void toggleEnabled();
    void rotateSecret();
    void closeBreaker();
    void holdBreaker();
    void sendTest();
    void remove();
    void restore();
    void toggleSecret();
    void actOnCurrent(void (EndpointActs::*act)(const EndpointHealth &));

    const ConsoleServices m_services;
    EndpointModel *m_model;
    EndpointFilterModel *m_filtered;
    EndpointActs *m_acts;
    PageHeader *m_header;
    QLineEdit *m_filter;
    Notice *m_problem;
    EndpointTable *m_table;
    EmptyState *m_empty;
    QStackedLayout *m_stack;
    EndpointPane *m_pane;
    QSplitter *m_splitter;
    QList<QAction *> m_actions;
    QAction *m_add = nullptr;
    QAction *m_edit = nullptr;
    QAction *m_toggle = nullptr;
    QAction *m_test = nullptr;
    QAction *m_closeBreaker = nullptr;
    QAction *m_holdBreaker = nullptr;
    QAction *m_rotate = nullptr;
    QAction *m_remove = nullptr;
    QAction *m_restore = nullptr;
    QAction *m_showRemoved = nullptr;
    QAction *m_secret = nullptr;
    QString m_wantedId; ///< to be selected once it is there
    ConnectionStatus m_status;
    std::optional<Error> m_failure; ///< of the last reading
    bool m_waiting = false;
    bool m_takesList = false;    ///< rows come and go: the pane stays with its endpoint
    bool m_seeksRemoved = false; ///< what is wanted is not among the present ones
    bool m_asksRemoved = false;  ///< the answer under way holds removed ones too
    bool m_again = false;        ///< asked for while an answer was under way
    int m_visit = 0;             ///< answers about an earlier database are not shown
    bool m_loaded = false;       ///< the list was read at least once
};

} // namespace signalbox
