#include "ui/pages/table_page.h"

#include "app/core/console.h"
#include "models/display_text.h"
#include "models/paged_sql_model.h"
#include "ui/pages/page_obstacle.h"
#include "ui/pages/table_page_words.h"
#include "ui/panes/detail_pane.h"
#include "ui/panes/request_copier.h"
#include "ui/theme/icons.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/filter_bar.h"
#include "ui/widgets/notice.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/record_table.h"
#include "ui/widgets/search_strip.h"

#include <QApplication>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QShortcut>
#include <QSplitter>
#include <QStackedLayout>

namespace signalbox {

namespace {

constexpr qint64 totalIsFreshForMs = 30'000;

// Letters, and Ctrl+C, which belongs to whatever text has the focus.
bool isForTable(const QKeySequence &keys)
{
    if (keys.isEmpty())
        return false;
    const QKeyCombination pressed = keys[0];
    const bool isLetter = pressed.key() >= Qt::Key_A && pressed.key() <= Qt::Key_Z;
    const bool isBare = (pressed.keyboardModifiers() & ~Qt::ShiftModifier) == Qt::NoModifier;
    return (isLetter && isBare) || keys == QKeySequence(QKeySequence::Copy);
}

} // namespace

TablePage::TablePage(const ConsoleServices &services, PagedSqlModel *model, DetailPane *pane,
                     const TablePageTexts &texts, QWidget *parent)
    : ConsolePage(parent)
    , m_services(services)
    , m_texts(texts)
    , m_model(model)
    , m_pane(pane)
    , m_header(new PageHeader(texts.title, this))
    , m_filterBar(new FilterBar(model->table(), this))
    , m_problem(new Notice(this))
    , m_search(new SearchStrip(this))
    , m_table(new RecordTable(model, QStringLiteral("pages/") + texts.id, this))
    , m_newRows(makeButton({}, this, QStringLiteral("strip")))
    , m_empty(new EmptyState(this))
    , m_copier(new RequestCopier(services, this))
    , m_stack(new QStackedLayout)
    , m_splitter(new QSplitter(Qt::Horizontal, this))
{
    m_model->setParent(this);
    m_table->setAccessibleName(texts.title);
    buildLayout();
    buildActions();
    connectModel();
    connectSearch();
    m_model->setSource(services.pages);
    m_filterBar->setFilterText(QSettings().value(settingsKey("filter")).toString());
}

TablePage::~TablePage() = default;

QString TablePage::settingsKey(const char *name) const
{
    return QStringLiteral("pages/%1/%2").arg(m_texts.id, QLatin1String(name));
}

void TablePage::buildLayout()
{
    auto *card = new Card(this);
    auto *cardLayout = new QVBoxLayout(card);
    cardLayout->setContentsMargins(1, 1, 1, 1);
    cardLayout->setSpacing(0);
    cardLayout->addWidget(m_newRows);
    cardLayout->addLayout(m_stack, 1);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_empty);
    m_newRows->hide();
    m_problem->hide();

    m_splitter->addWidget(card);
    m_splitter->addWidget(m_pane);
    m_splitter->setHandleWidth(3 * theme::step);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 7);
    m_splitter->setStretchFactor(1, 3);
    m_splitter->setSizes({930, 430});
    m_splitter->restoreState(QSettings().value(settingsKey("splitter")).toByteArray());
    connect(m_splitter, &QSplitter::splitterMoved, this,
            [this] { QSettings().setValue(settingsKey("splitter"), m_splitter->saveState()); });

    auto *columns = makeButton(tr("Columns"), this);
    columns->setIcon(theme::icon(QStringLiteral("columns")));
    columns->setToolTip(tr("Show and hide columns (Ctrl+Shift+C)"));
    connect(addPageAction(tr("Choose columns"), QStringLiteral("Ctrl+Shift+C")), &QAction::triggered, columns,
            &QPushButton::showMenu);
    auto *menu = new QMenu(columns);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        m_table->fillColumnsMenu(menu);
    });
    columns->setMenu(menu);
    m_header->addAtRight(columns);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4 * theme::step, 3 * theme::step, 4 * theme::step, 3 * theme::step);
    layout->setSpacing(3 * theme::step);
    layout->addWidget(m_header);
    layout->addWidget(m_filterBar);
    layout->addWidget(m_problem);
    layout->addWidget(m_search);
    layout->addWidget(m_splitter, 1);
}

QAction *TablePage::addPageAction(const QString &text, const QString &shortcut)
{
    QAction *action = makeAction(text, shortcut, this);
    m_actions.append(action);
    if (isForTable(action->shortcut())) {
        action->setShortcutContext(Qt::WidgetShortcut);
        m_table->addAction(action);
        m_empty->addAction(action); // stands where the table would
    }
    return action;
}

void TablePage::buildActions()
{
    const auto toTable = [this] { m_table->setFocus(); };
    connect(addPageAction(tr("Filter %1").arg(m_texts.rows), QStringLiteral("/")), &QAction::triggered,
            m_filterBar, &FilterBar::focusEdit);
    connect(addPageAction(tr("Clear the filter"), QStringLiteral("Ctrl+Backspace")), &QAction::triggered,
            this, [this] { m_filterBar->setFilterText({}); });
    connect(addPageAction(tr("Show new rows"), QStringLiteral("N")), &QAction::triggered, m_table,
            &RecordTable::showNewRows);
    connect(addPageAction(tr("Order by the next column"), QStringLiteral("S")), &QAction::triggered, m_table,
            &RecordTable::orderByNext);
    connect(addPageAction(tr("Turn the order around"), QStringLiteral("Shift+S")), &QAction::triggered,
            m_table, &RecordTable::reverseOrder);
    connect(addPageAction(tr("Count exactly"), QStringLiteral("Shift+E")), &QAction::triggered, this,
            [this] { m_model->requestCount(CountRequest::Precision::Exact); });
    connect(addPageAction(tr("Copy the id"), QStringLiteral("Ctrl+C")), &QAction::triggered, this,
            &TablePage::copyIds);
    connect(m_table, &RecordTable::menuRequested, this, &TablePage::showRowMenu);
    connect(m_copier, &RequestCopier::messageRaised, this, &ConsolePage::messageRaised);
    connect(addPageAction(tr("Go to the details"), QStringLiteral("F6")), &QAction::triggered, this, [this] {
        if (m_pane->isAncestorOf(QApplication::focusWidget()))
            m_table->setFocus();
        else
            m_pane->focusFirst();
    });
    auto *back = new QShortcut(QKeySequence(Qt::Key_Escape), m_pane);
    back->setContext(Qt::WidgetWithChildrenShortcut);
    connect(back, &QShortcut::activated, this, toTable);
    connect(m_filterBar, &FilterBar::leaveRequested, this, toTable);
    connect(m_newRows, &QPushButton::clicked, m_table, &RecordTable::showNewRows);
    connect(m_empty, &EmptyState::actionRequested, this, [this] {
        if (m_model->filter().isEmpty())
            emit pageRequested(m_texts.emptyActionPage, {}, {});
        else
            m_filterBar->setFilterText({});
    });
}

void TablePage::connectModel()
{
    connect(m_filterBar, &FilterBar::filterChanged, this, &TablePage::takeFilter);
    connect(m_model, &PagedSqlModel::loadingChanged, this, [this](bool loading) {
        if (!loading && m_freshRows && m_model->hasLoaded())
            rowsArrived();
        showEmptiness();
        showSubtitle();
    });
    connect(m_model, &PagedSqlModel::countChanged, this, [this] {
        showSubtitle();
        updateActions();
    });
    connect(m_model, &PagedSqlModel::newRowsAboveChanged, this, &TablePage::showNewRows);
    const auto showOutcome = [this] {
        showProblem();
        showEmptiness();
        showSubtitle();
        checkSettled();
    };
    connect(m_model, &PagedSqlModel::failed, this, showOutcome);
    connect(m_model, &PagedSqlModel::settled, this, showOutcome);
    connect(m_model, &PagedSqlModel::rowsRead, this, [this, showOutcome] {
        showOutcome();
        emit wasRead();
    });
    connect(m_table, &RecordTable::rowLeft, m_pane, &DetailPane::clear);
    connect(m_table, &RecordTable::currentKeyChanged, this, [this](const QString &key) {
        m_pane->showId(key);
        updateActions();
    });
    connect(m_table, &RecordTable::selectedCountChanged, this, [this] { updateActions(); });
    connect(m_pane, &DetailPane::pageRequested, this, &ConsolePage::pageRequested);
    connect(m_pane, &DetailPane::messageRaised, this, &ConsolePage::messageRaised);
    connect(m_pane, &DetailPane::settled, this, &TablePage::checkSettled);
    if (m_services.signals_)
        connect(m_services.signals_, &ConsoleSignals::connectionStatusChanged, this, &TablePage::takeStatus);
    else
        m_status.state = ConnectionStatus::State::Connected;
    showEmptiness();
}

void TablePage::connectSearch()
{
    connect(m_model, &PagedSqlModel::searching, m_search, &SearchStrip::showProgress);
    connect(m_search, &SearchStrip::stopRequested, m_model, &PagedSqlModel::stopSearch);
    connect(m_model, &PagedSqlModel::loadingChanged, m_search, [this] {
        if (m_model->wasStopped())
            m_search->showStopped(m_model->rowCount());
        else
            m_search->hide();
    });
}

bool TablePage::mayRead() const
{
    return !pageObstacle(m_status, readingOf(m_model->table()));
}

void TablePage::takeStatus(const ConnectionStatus &status)
{
    m_status = status;
    m_pane->setReadOnly(status.readOnly);
    // Another database is on its way: rows of the last one must not stand under its name.
    if (status.state == ConnectionStatus::State::Connecting)
        leaveDatabase();
    showProblem();
    showEmptiness();
    showSubtitle();
    updateActions();
    checkSettled();
}

void TablePage::leaveDatabase()
{
    m_freshRows = true;
    m_total.reset();
    m_pane->clear();
    m_model->clear();
}

void TablePage::takeFilter(const Filter &filter)
{
    if (!m_applying) // a filter that another page or a command asked for is not the operator's habit
        QSettings().setValue(settingsKey("filter"), filter.text);
    const bool isOther = filter.terms != m_model->filter().terms;
    m_freshRows = true;
    m_model->setFilter(filter);
    showProblem();
    showSubtitle();
    updateActions();
    if (!m_applying && isOther)
        emit filterChosen();
}

void TablePage::refresh()
{
    if (!mayRead())
        return;
    m_table->refresh();
    m_pane->reload();
    if (!m_totalAge.isValid() || m_totalAge.hasExpired(totalIsFreshForMs))
        requestTotal();
}

void TablePage::reset()
{
    leaveDatabase();
    if (!mayRead())
        return checkSettled();
    m_model->restart();
    requestTotal();
}

void TablePage::applyFilter(const QString &filterText)
{
    m_applying = true;
    m_filterBar->setFilterText(filterText);
    m_applying = false;
}

QString TablePage::filterText() const
{
    return m_model->filter().text;
}

QString TablePage::selectedId() const
{
    return m_pane->shownId();
}

void TablePage::selectRow(const QString &id)
{
    m_wantedKey = id;
    if (id.isEmpty())
        return;
    if (m_table->selectKey(id))
        m_wantedKey.clear();
    else
        m_table->watch(id);
    m_pane->showId(id); // what the table does not hold is shown all the same
}

void TablePage::rowsArrived()
{
    m_freshRows = false;
    const QString wanted = m_wantedKey.isEmpty() ? m_pane->shownId() : m_wantedKey;
    const bool asked = !m_wantedKey.isEmpty();
    m_wantedKey.clear();
    if (!wanted.isEmpty() && m_table->selectKey(wanted))
        return;
    if (!asked)
        m_table->selectFirst();
    if (!asked && m_model->rowCount() == 0)
        m_pane->clear();
}

void TablePage::showNewRows(int rows)
{
    m_newRows->setVisible(rows > 0);
    m_newRows->setText(
        rows == 1 ? tr("One new %1 matches · press N to show it").arg(m_texts.row)
                  : tr("%1 new %2 match · press N to show them").arg(numberText(rows), m_texts.rows));
}

void TablePage::showSubtitle()
{
    // Nothing is known of a table that cannot be read.
    const bool isKnown = mayRead() || m_model->rowCount() > 0;
    QStringList parts = isKnown ? countTexts(*m_model, m_total, m_texts) : QStringList();
    if (m_model->isLoading())
        parts.append(tr("reading …"));
    m_header->setSubtitle(parts.join(QStringLiteral(" · ")), tr("Shift+E counts exactly"));
}

void TablePage::showEmptiness()
{
    // Rows from before stay; while rows are on their way the table stays, so that a new filter does not
    // flicker.
    const std::optional<PageObstacle> obstacle = pageObstacle(m_status, readingOf(m_model->table()));
    const bool isKnown = obstacle || m_model->hasLoaded() || m_model->failure();
    const bool isEmpty = m_model->rowCount() == 0 && isKnown && (obstacle || !m_model->isLoading());
    // Keys go on working: the focus moves along, also in a window that is not active, and never falls to the
    // filter, which would take them for text.
    const QWidget *focused = window()->focusWidget();
    const bool hadFocus = focused == m_table || focused == m_empty;
    m_stack->setCurrentIndex(isEmpty ? 1 : 0);
    setFocusProxy(m_stack->currentWidget());
    if (hadFocus)
        m_stack->currentWidget()->setFocus();
    if (!isEmpty)
        return;
    fillEmptyState(*m_empty, obstacle, *m_model, m_texts);
}

// Rows that were read before stay on screen below the reason why they are not fresh. The window's banner
// speaks of a lost connection, the place of the rows of a failure before there were any.
void TablePage::showProblem()
{
    const std::optional<Error> &error = m_model->failure();
    const bool isShown = error && error->kind != Error::Kind::Unavailable && m_model->rowCount() > 0;
    if (isShown)
        m_problem->setContent(theme::State::Failure, error->what + QLatin1Char(':'), error->why);
    m_problem->setVisible(isShown);
}

QString TablePage::problem() const
{
    if (const auto obstacle = pageObstacle(m_status, readingOf(m_model->table())))
        return obstacle->line();
    return m_model->failure() ? m_model->failure()->line() : m_pane->problem();
}

void TablePage::requestTotal()
{
    if (!m_services.pages || m_totalAsked)
        return;
    m_totalAsked = true;
    m_totalAge.start();
    CountRequest request;
    request.table = m_model->table();
    request.precision = CountRequest::Precision::Estimate;
    m_services.pages->countRows(request, this, [this](const Result<RowCount> &count) {
        m_totalAsked = false;
        if (count)
            m_total = *count;
        else if (count.error().kind != Error::Kind::Unavailable)
            m_total.reset();
        showSubtitle();
        checkSettled();
    });
}

bool TablePage::isSettled() const
{
    const std::optional<PageObstacle> obstacle = pageObstacle(m_status, readingOf(m_model->table()));
    const bool isKnown = m_model->hasLoaded() || m_model->failure() || (obstacle && obstacle->isLasting);
    return m_model->isSettled() && isKnown && m_pane->isSettled() && !m_totalAsked;
}

void TablePage::checkSettled()
{
    if (isSettled())
        emit settled();
}

} // namespace signalbox
