#pragma once

#include "models/paged_sql_model.h"

#include <QSet>
#include <QTableView>

class QMenu;

namespace signalbox {

class CellDelegate;
class TableHeader;

/// The table of a page: shows a PagedSqlModel, fetches pages ahead of scrolling in both directions, and keeps
/// what is on screen in place when rows come or go above it. Columns, their widths and order are remembered
/// under `settingsKey`.
class RecordTable final : public QTableView
{
    Q_OBJECT
public:
    RecordTable(PagedSqlModel *model, const QString &settingsKey, QWidget *parent = nullptr);
    ~RecordTable() override;

    int firstVisibleRow() const;
    int lastVisibleRow() const;
    /// Reads the visible rows again. While the operator works on a row, new ones are counted instead of
    /// pushing it away.
    void refresh();
    void showNewRows();

    QString currentKey() const;
    QStringList selectedKeys() const;   ///< in display order
    bool selectKey(const QString &key); ///< false if the model does not hold it
    /// Chooses a row as soon as the model holds it; until then none is chosen.
    void watch(const QString &key);
    void selectFirst();

    /// Orders by the next column that an index carries, or turns the order around.
    void orderByNext();
    void reverseOrder() { chooseOrder(m_model->sortColumn()); }
    /// Leaves a column out until the operator asks for it.
    void hideAtFirst(const QString &field);
    /// Check items that show and hide columns.
    void fillColumnsMenu(QMenu *menu);

signals:
    /// Another row was chosen. A row that changes its place or leaves the table is still the chosen one.
    void currentKeyChanged(const QString &key);
    /// The operator wants no row to be chosen.
    void rowLeft();
    void selectedCountChanged(int count);
    /// A menu for the chosen rows, by mouse or by key.
    void menuRequested(const QPoint &globalPosition);
    /// The filter does not allow this order.
    void orderRefused(const QString &field);

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void selectionChanged(const QItemSelection &selected, const QItemSelection &deselected) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    void setUpHeader();
    void restoreColumns();
    int wantedWidth() const;
    void leaveColumnsOut();
    void stretchOneColumn();
    void fitColumns();
    void saveColumns();
    void chooseOrder(int column);
    void showOrder();
    void setHoveredRow(int row);
    void followScroll();
    void followWatched();
    int firstKeptRow() const;
    void keepPlace(int rows);

    PagedSqlModel *m_model;
    const QString m_settingsKey;
    CellDelegate *m_delegate;
    TableHeader *m_header;
    QString m_watchedKey;    ///< the row chosen last
    bool m_held = false;     ///< the operator chose a row
    bool m_restored = false; ///< columns are as the operator left them
    QSet<int> m_leftOut;     ///< columns that there is no room for
    QSet<int> m_askedFor;    ///< that the operator wants whatever room there is
    bool m_columnsTouched = false;
    bool m_headerHeld = false; ///< a mouse button is down on the header
    int m_firstBeforeChange = 0;
};

} // namespace signalbox
