#pragma once

#include "app/core/console.h"
#include "app/core/endpoint.h"
#include "ui/console_services.h"
#include "ui/pages/console_page.h"

#include <optional>

class QLineEdit;
class QModelIndex;
class QSplitter;
class QStackedLayout;
class QTableView;

namespace signalbox {

class EmptyState;
class EndpointDelegate;
class EndpointFilterModel;
class EndpointModel;
class EndpointPane;
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
    bool isSettled() const override;
    QString problem() const override;
    QList<QAction *> pageActions() const override { return m_actions; }

    QTableView *table() const { return m_table; }
    EndpointPane *pane() const { return m_pane; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void buildTable();
    void buildLayout();
    void fitIdColumn();
    void buildActions();
    QAction *addAction(const QString &text, const QString &shortcut, void (EndpointsPage::*act)());
    void receive(const Result<QList<EndpointHealth>> &endpoints);
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
    void toggleSecret();
    void confirm(const QString &title, const QString &text, const QString &button,
                 const std::function<void()> &act);
    /// Says what came of an act and reads the list again.
    Reply<QString> reported(const QString &done);

    const ConsoleServices m_services;
    EndpointModel *m_model;
    EndpointFilterModel *m_filtered;
    PageHeader *m_header;
    QLineEdit *m_filter;
    Notice *m_problem;
    QTableView *m_table;
    EndpointDelegate *m_delegate;
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
    QAction *m_secret = nullptr;
    QString m_wantedId; ///< to be selected once it is there
    ConnectionStatus m_status;
    std::optional<Error> m_failure; ///< of the last reading
    bool m_waiting = false;
    bool m_again = false;  ///< asked for while an answer was under way
    bool m_loaded = false; ///< the list was read at least once
};

} // namespace signalbox
