#pragma once

#include "app/core/console.h"
#include "app/core/page_source.h"
#include "ui/console_services.h"
#include "ui/pages/console_page.h"
#include "ui/pages/table_page_words.h"

#include <QElapsedTimer>

class QMenu;
class QPushButton;
class QSplitter;
class QStackedLayout;
class QVBoxLayout;

namespace signalbox {

class Card;
class DetailPane;
class EmptyState;
class FilterBar;
class Notice;
class PageHeader;
class PagedSqlModel;
class RecordTable;
class RequestCopier;
class SearchStrip;

/// A page of rows: filter above, table in the middle, details of the chosen row on the right. The filter and
/// the places of splitter and columns are remembered.
class TablePage : public ConsolePage
{
    Q_OBJECT
public:
    TablePage(const ConsoleServices &services, PagedSqlModel *model, DetailPane *pane,
              const TablePageTexts &texts, QWidget *parent = nullptr);
    ~TablePage() override;

    QString pageId() const override { return m_texts.id; }
    QString pageTitle() const override { return m_texts.title; }
    QString iconName() const override { return m_texts.icon; }
    void refresh() override;
    void reset() override;
    void applyFilter(const QString &filterText) override;
    void selectRow(const QString &id) override;
    QString filterText() const override;
    QString selectedId() const override;
    bool isSettled() const override;
    QString problem() const override;
    QList<QAction *> pageActions() const override { return m_actions; }

protected:
    const ConsoleServices &services() const { return m_services; }
    PageHeader *header() const { return m_header; }
    RecordTable *table() const { return m_table; }
    PagedSqlModel *model() const { return m_model; }
    DetailPane *pane() const { return m_pane; }
    FilterBar *filterBar() const { return m_filterBar; }
    bool isReadOnly() const { return m_status.readOnly; }
    const ConnectionStatus &status() const { return m_status; }
    /// A shortcut that is a bare letter acts only while the table has the focus, never while somebody types.
    QAction *addPageAction(const QString &text, const QString &shortcut);
    /// Adds what can be done with a row to its menu.
    virtual void fillRowMenu(QMenu *menu, const QSqlRecord &row);
    RequestCopier *copier() const { return m_copier; }
    /// Selection, filter, count or rights changed: what the actions may do has to be looked at again.
    virtual void updateActions() {}

private:
    void buildLayout();
    void buildActions();
    void connectModel();
    void copyIds();
    void showRowMenu(const QPoint &globalPosition);
    void addFilterItems(QMenu *menu, const QSqlRecord &row);
    void takeFilter(const Filter &filter);
    void rowsArrived();
    void showSubtitle();
    void showNewRows(int rows);
    void showEmptiness();
    void showProblem();
    void connectSearch();
    void takeStatus(const ConnectionStatus &status);
    void leaveDatabase();
    bool mayRead() const;
    void requestTotal();
    void checkSettled();
    QString settingsKey(const char *name) const;

    const ConsoleServices m_services;
    const TablePageTexts m_texts;
    PagedSqlModel *m_model;
    DetailPane *m_pane;
    PageHeader *m_header;
    FilterBar *m_filterBar;
    Notice *m_problem;
    SearchStrip *m_search;
    RecordTable *m_table;
    QPushButton *m_newRows;
    EmptyState *m_empty;
    RequestCopier *m_copier;
    QStackedLayout *m_stack;
    QSplitter *m_splitter;
    QList<QAction *> m_actions;
    QString m_wantedKey;     ///< to be selected once it is loaded
    bool m_freshRows = true; ///< the next rows to arrive are the first after a restart
    bool m_applying = false;
    ConnectionStatus m_status;
    std::optional<RowCount> m_total;
    bool m_totalAsked = false;
    QElapsedTimer m_totalAge;
};

} // namespace signalbox
