#include "ui/widgets/record_table.h"

#include "ui/delegates/cell_delegate.h"
#include "ui/theme/theme.h"
#include "ui/widgets/table_header.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QSettings>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int leastElasticWidth = 90;
constexpr int yieldingFrom = 20; ///< columns of at least so many characters hold texts that may be cut
constexpr int prefetchRows = 80; ///< a page is asked for before the last row comes into sight

/// The column that takes what width is left.
int widestTextColumn(const QList<ModelColumn> &columns)
{
    int widest = 0;
    for (int column = 0; column < columns.size(); ++column) {
        if (columns.at(column).widthInCharacters > columns.at(widest).widthInCharacters)
            widest = column;
    }
    return widest;
}

} // namespace

RecordTable::RecordTable(PagedSqlModel *model, const QString &settingsKey, QWidget *parent)
    : QTableView(parent)
    , m_model(model)
    , m_settingsKey(settingsKey)
    , m_delegate(new CellDelegate(model->columns(), this))
    , m_header(new TableHeader(this))
{
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setWordWrap(false);
    setMouseTracking(true);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setTabKeyNavigation(false);
    setItemDelegate(m_delegate);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(theme::rowHeight);
    verticalHeader()->setDefaultSectionSize(theme::rowHeight);
    setHorizontalHeader(m_header);
    setModel(model);
    setUpHeader();

    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &RecordTable::followScroll);
    const auto remember = [this] { m_firstBeforeChange = firstVisibleRow(); };
    connect(model, &QAbstractItemModel::rowsAboutToBeInserted, this, remember);
    connect(model, &QAbstractItemModel::rowsAboutToBeRemoved, this, remember);
    connect(model, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex &, int first, int last) {
        const bool aboveView =
            first < m_firstBeforeChange || (first == m_firstBeforeChange && verticalScrollBar()->value() > 0);
        if (aboveView && verticalScrollBar()->value() > 0)
            keepPlace(last - first + 1);
    });
    connect(model, &QAbstractItemModel::rowsRemoved, this, [this](const QModelIndex &, int first, int last) {
        if (first < m_firstBeforeChange)
            keepPlace(-(std::min(last, m_firstBeforeChange - 1) - first + 1));
    });
    connect(model, &QAbstractItemModel::headerDataChanged, this, &RecordTable::showOrder);
    connect(model, &QAbstractItemModel::modelReset, this, [this] { m_held = false; });
    connect(model, &PagedSqlModel::settled, this, &RecordTable::followScroll);
    connect(model, &PagedSqlModel::rowsRead, this, [this] {
        m_model->setVisibleRows(firstKeptRow(), lastVisibleRow());
        followWatched();
    });
}

RecordTable::~RecordTable()
{
    if (m_columnsTouched)
        saveColumns();
}

void RecordTable::setUpHeader()
{
    const QList<ModelColumn> &columns = m_model->columns();
    for (int column = 0; column < columns.size(); ++column) {
        m_header->resizeSection(column, CellDelegate::widthOf(columns.at(column)));
        setColumnHidden(column, !columns.at(column).shownAtFirst);
    }
    restoreColumns();
    m_header->setSectionResizeMode(widestTextColumn(columns), QHeaderView::Stretch);
    showOrder();
    // Only what the operator does to the header by hand is kept, not what the layout does while a window or a
    // splitter is drawn smaller.
    m_header->viewport()->installEventFilter(this);
    const auto touched = [this] { m_columnsTouched |= m_headerHeld; };
    connect(m_header, &QHeaderView::sectionResized, this, touched);
    connect(m_header, &QHeaderView::sectionMoved, this, touched);
    connect(m_header, &QHeaderView::sectionClicked, this, &RecordTable::chooseOrder);
    m_header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_header, &QWidget::customContextMenuRequested, this, [this](const QPoint &position) {
        auto *menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        fillColumnsMenu(menu);
        menu->popup(m_header->mapToGlobal(position));
    });
}

// Width that the columns in sight ask for, the elastic one at its least.
int RecordTable::wantedWidth() const
{
    const QList<ModelColumn> &columns = m_model->columns();
    const int elastic = widestTextColumn(columns);
    int wanted = 0;
    for (int column = 0; column < columns.size(); ++column) {
        if (!isColumnHidden(column))
            wanted += column == elastic ? leastElasticWidth : CellDelegate::widthOf(columns.at(column));
    }
    return wanted;
}

// Names and figures stay whole: in a narrow window secondary columns are left out, in their turn, as long as
// the operator has not asked for them.
void RecordTable::leaveColumnsOut()
{
    for (const int column : std::as_const(m_leftOut))
        setColumnHidden(column, false);
    m_leftOut.clear();
    const QList<ModelColumn> &columns = m_model->columns();
    QList<int> order;
    for (int column = 0; column < columns.size(); ++column) {
        if (columns.at(column).givesWay > 0 && !isColumnHidden(column) && !m_askedFor.contains(column))
            order.append(column);
    }
    std::sort(order.begin(), order.end(), [&columns](int one, int other) {
        return columns.at(one).givesWay < columns.at(other).givesWay;
    });
    for (const int column : std::as_const(order)) {
        if (wantedWidth() <= viewport()->width())
            return;
        setColumnHidden(column, true);
        m_leftOut.insert(column);
    }
}

// The column that takes what width is left, or the widest text that is in sight in its place.
void RecordTable::stretchOneColumn()
{
    const QList<ModelColumn> &columns = m_model->columns();
    int widest = -1;
    for (int column = 0; column < columns.size(); ++column) {
        m_header->setSectionResizeMode(column, QHeaderView::Interactive);
        const bool isWider =
            widest < 0 || columns.at(column).widthInCharacters > columns.at(widest).widthInCharacters;
        if (!isColumnHidden(column) && isWider)
            widest = column;
    }
    if (widest >= 0)
        m_header->setSectionResizeMode(widest, QHeaderView::Stretch);
}

// Where that is not enough, texts give way before a column leaves the screen. Widths that the operator has
// set stand.
void RecordTable::fitColumns()
{
    if (m_restored || m_columnsTouched)
        return;
    leaveColumnsOut();
    const QList<ModelColumn> &columns = m_model->columns();
    const int elastic = widestTextColumn(columns);
    stretchOneColumn();
    QList<int> yielding;
    int canYield = 0;
    for (int column = 0; column < columns.size(); ++column) {
        if (isColumnHidden(column) || column == elastic ||
            columns.at(column).widthInCharacters < yieldingFrom)
            continue;
        yielding.append(column);
        canYield += CellDelegate::widthOf(columns.at(column)) * 2 / 5;
    }
    const int surplus = qMax(0, wantedWidth() - viewport()->width());
    const double part = canYield > 0 ? qMin(1.0, double(surplus) / canYield) * 2 / 5 : 0;
    for (const int column : yielding)
        m_header->resizeSection(column, int(CellDelegate::widthOf(columns.at(column)) * (1 - part)));
}

void RecordTable::restoreColumns()
{
    const QByteArray state = QSettings().value(m_settingsKey + QStringLiteral("/columns")).toByteArray();
    const int known = QSettings().value(m_settingsKey + QStringLiteral("/columnCount")).toInt();
    m_restored = known == m_model->columnCount() && m_header->restoreState(state);
}

void RecordTable::saveColumns()
{
    // What only lacks room is not what the operator hid.
    for (const int column : std::as_const(m_leftOut))
        setColumnHidden(column, false);
    QSettings settings;
    settings.setValue(m_settingsKey + QStringLiteral("/columns"), m_header->saveState());
    settings.setValue(m_settingsKey + QStringLiteral("/columnCount"), m_model->columnCount());
    for (const int column : std::as_const(m_leftOut))
        setColumnHidden(column, true);
}

void RecordTable::chooseOrder(int column)
{
    if (!m_model->headerData(column, Qt::Horizontal, PagedSqlModel::SortColumnRole).isValid()) {
        if (m_model->columns().at(column).sortable) // an index carries it, but not for every filter
            emit orderRefused(m_model->columns().at(column).field);
        return;
    }
    const bool isCurrent = column == m_model->sortColumn();
    const bool descending = isCurrent ? !m_model->currentSort().descending : true;
    m_model->sort(column, descending ? Qt::DescendingOrder : Qt::AscendingOrder);
}

void RecordTable::orderByNext()
{
    const int columns = m_model->columnCount();
    for (int step = 1; step < columns; ++step) {
        const int column = (m_model->sortColumn() + step) % columns;
        const QVariant order = m_model->headerData(column, Qt::Horizontal, PagedSqlModel::SortColumnRole);
        if (order.isValid() && !isColumnHidden(column)) {
            chooseOrder(column);
            return;
        }
    }
}

void RecordTable::showOrder()
{
    m_header->setOrder(m_model->sortColumn(), m_model->currentSort().descending);
}

void RecordTable::hideAtFirst(const QString &field)
{
    if (!m_restored)
        setColumnHidden(m_model->columnOf(field), true);
    fitColumns();
}

void RecordTable::fillColumnsMenu(QMenu *menu)
{
    const QList<ModelColumn> &columns = m_model->columns();
    for (int column = 0; column < columns.size(); ++column) {
        QAction *action = menu->addAction(columns.at(column).title);
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(column));
        connect(action, &QAction::toggled, this, [this, column](bool shown) {
            m_leftOut.remove(column);
            if (shown)
                m_askedFor.insert(column);
            setColumnHidden(column, !shown);
            fitColumns();
            saveColumns();
        });
    }
}

int RecordTable::firstVisibleRow() const
{
    return qMax(0, rowAt(0));
}

int RecordTable::lastVisibleRow() const
{
    const int row = rowAt(viewport()->height() - 1);
    return row >= 0 ? row : m_model->rowCount() - 1;
}

void RecordTable::refresh()
{
    m_model->refresh(firstKeptRow(), lastVisibleRow());
}

// Row 1 as the first visible one keeps the model from pushing the chosen row down: new rows are counted
// instead. A row that has left the table is not pushed.
int RecordTable::firstKeptRow() const
{
    const bool isHeld = m_held && selectionModel()->hasSelection();
    return isHeld ? qMax(1, firstVisibleRow()) : firstVisibleRow();
}

void RecordTable::showNewRows()
{
    m_held = false;
    verticalScrollBar()->setValue(0);
    m_model->showNewRows();
}

QString RecordTable::currentKey() const
{
    return selectionModel()->hasSelection() ? m_model->keyAt(currentIndex().row()) : QString();
}

QStringList RecordTable::selectedKeys() const
{
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(),
              [](const QModelIndex &a, const QModelIndex &b) { return a.row() < b.row(); });
    QStringList keys;
    for (const QModelIndex &index : std::as_const(rows))
        keys.append(m_model->keyAt(index.row()));
    return keys;
}

bool RecordTable::selectKey(const QString &key)
{
    const int row = m_model->rowOfKey(key);
    if (row < 0)
        return false;
    m_held = true;
    selectRow(row);
    scrollTo(m_model->index(row, qMax(0, m_header->logicalIndexAt(0))));
    return true;
}

void RecordTable::watch(const QString &key)
{
    m_watchedKey = key;
    clearSelection();
}

void RecordTable::selectFirst()
{
    if (m_model->rowCount() > 0)
        selectRow(0);
}

// The row that the operator looks at may have left and come back elsewhere: it is chosen again, and what is
// on screen stays where it is.
void RecordTable::followWatched()
{
    if (m_watchedKey.isEmpty() || selectionModel()->hasSelection())
        return;
    const int row = m_model->rowOfKey(m_watchedKey);
    if (row < 0)
        return;
    setAutoScroll(false);
    selectionModel()->setCurrentIndex(m_model->index(row, qMax(0, m_header->logicalIndexAt(0))),
                                      QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    setAutoScroll(true);
}

void RecordTable::mousePressEvent(QMouseEvent *event)
{
    m_held = indexAt(event->position().toPoint()).isValid();
    QTableView::mousePressEvent(event);
}

void RecordTable::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        m_held = false;
        m_watchedKey.clear();
        clearSelection();
        emit rowLeft();
        return;
    }
    m_held = true;
    // Home and End are about rows here, not about columns.
    if (event->key() == Qt::Key_Home && m_model->rowCount() > 0)
        selectRow(0);
    else if (event->key() == Qt::Key_End && m_model->rowCount() > 0)
        selectRow(m_model->rowCount() - 1);
    else
        QTableView::keyPressEvent(event);
}

void RecordTable::contextMenuEvent(QContextMenuEvent *event)
{
    const QModelIndex row = event->reason() == QContextMenuEvent::Keyboard
                                ? currentIndex()
                                : indexAt(viewport()->mapFromGlobal(event->globalPos()));
    if (!row.isValid() || selectedKeys().isEmpty())
        return;
    event->accept();
    if (event->reason() != QContextMenuEvent::Keyboard)
        return emit menuRequested(event->globalPos());
    const int top = rowViewportPosition(row.row());
    emit menuRequested(viewport()->mapToGlobal(QPoint(4 * theme::step, top + theme::rowHeight)));
}

bool RecordTable::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_header->viewport()) {
        if (event->type() == QEvent::MouseButtonPress)
            m_headerHeld = true;
        else if (event->type() == QEvent::MouseButtonRelease)
            m_headerHeld = false;
    }
    return QTableView::eventFilter(watched, event);
}

void RecordTable::mouseMoveEvent(QMouseEvent *event)
{
    setHoveredRow(rowAt(event->position().toPoint().y()));
    QTableView::mouseMoveEvent(event);
}

void RecordTable::leaveEvent(QEvent *event)
{
    setHoveredRow(-1);
    QTableView::leaveEvent(event);
}

void RecordTable::setHoveredRow(int row)
{
    const int previous = m_delegate->hoveredRow();
    if (row == previous)
        return;
    m_delegate->setHoveredRow(row);
    for (const int changed : {previous, row}) {
        if (changed >= 0)
            viewport()->update(0, rowViewportPosition(changed), viewport()->width(), theme::rowHeight);
    }
}

void RecordTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    fitColumns();
    followScroll();
}

void RecordTable::paintEvent(QPaintEvent *event)
{
    QTableView::paintEvent(event);
    if (!hasFocus() || !currentIndex().isValid())
        return;
    const int top = rowViewportPosition(currentIndex().row());
    QPainter painter(viewport());
    painter.fillRect(QRect(0, top, 2, theme::rowHeight - 1), theme::color(theme::Token::Accent));
}

void RecordTable::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
    QTableView::selectionChanged(selected, deselected);
    emit selectedCountChanged(int(selectionModel()->selectedRows().size()));
    const QString key = currentKey();
    if (key.isEmpty()) // its row moved or left: no choice of the operator
        return;
    m_watchedKey = key;
    emit currentKeyChanged(key);
}

void RecordTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTableView::currentChanged(current, previous);
    viewport()->update();
}

void RecordTable::followScroll()
{
    const int first = firstVisibleRow();
    const int last = lastVisibleRow();
    m_model->setVisibleRows(firstKeptRow(), last);
    if (last + prefetchRows >= m_model->rowCount() && m_model->canFetchMore())
        m_model->fetchMore();
    else if (first < prefetchRows && m_model->hasRowsAbove())
        m_model->fetchPrevious();
}

void RecordTable::keepPlace(int rows)
{
    const int wanted = verticalScrollBar()->value() + rows * theme::rowHeight;
    executeDelayedItemsLayout();
    updateGeometries();
    verticalScrollBar()->setValue(wanted);
}

} // namespace signalbox
