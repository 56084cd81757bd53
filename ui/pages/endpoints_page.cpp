#include "ui/pages/endpoints_page.h"

#include "app/core/console.h"
#include "app/core/delivery_control.h"
#include "models/display_text.h"
#include "models/endpoint_filter_model.h"
#include "models/endpoint_model.h"
#include "ui/pages/endpoint_acts.h"
#include "ui/pages/endpoint_table.h"
#include "ui/pages/page_obstacle.h"
#include "ui/panes/endpoint_pane.h"
#include "ui/theme/icons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/notice.h"
#include "ui/widgets/page_header.h"

#include <QAction>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace signalbox {

namespace {

const QString splitterKey = QStringLiteral("pages/endpoints/splitter");

EndpointFilterModel *makeFiltered(EndpointModel *endpoints)
{
    auto *filtered = new EndpointFilterModel(endpoints);
    filtered->setSourceModel(endpoints);
    return filtered;
}

} // namespace

EndpointsPage::EndpointsPage(const ConsoleServices &services, QWidget *parent)
    : ConsolePage(parent)
    , m_services(services)
    , m_model(new EndpointModel(this))
    , m_filtered(makeFiltered(m_model))
    , m_acts(new EndpointActs(services, this))
    , m_header(new PageHeader(tr("Endpoints"), this))
    , m_filter(new QLineEdit(this))
    , m_problem(new Notice(this))
    , m_table(new EndpointTable(m_filtered, this))
    , m_empty(new EmptyState(this))
    , m_stack(new QStackedLayout)
    , m_pane(new EndpointPane(services, m_model, this))
    , m_splitter(new QSplitter(Qt::Horizontal, this))
{
    buildActions();
    buildLayout();
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_filtered->setFilterText(text);
        showEmptiness();
        showSubtitle();
    });
    connect(m_filter, &QLineEdit::returnPressed, this, [this] {
        if (!m_table->currentIndex().isValid())
            m_table->setCurrentIndex(m_filtered->index(0, EndpointModel::IdColumn));
        m_table->setFocus();
    });
    connect(m_table, &EndpointTable::opened, this, &EndpointsPage::edit);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &EndpointsPage::currentChanged);
    connect(m_pane, &DetailPane::pageRequested, this, &ConsolePage::pageRequested);
    connect(m_pane, &DetailPane::messageRaised, this, &ConsolePage::messageRaised);
    connect(m_pane, &EndpointPane::secretToggled, this, &EndpointsPage::toggleSecret);
    connect(m_acts, &EndpointActs::done, this, [this](const QString &text, bool isError) {
        emit messageRaised(text, isError);
        refresh();
    });
    connect(m_empty, &EmptyState::actionRequested, this,
            [this] { m_filter->text().isEmpty() ? add() : m_filter->clear(); });
    connect(m_services.signals_, &ConsoleSignals::connectionStatusChanged, this, &EndpointsPage::takeStatus);
    updateActions();
    showEmptiness();
}

QAction *EndpointsPage::addAction(const QString &text, const QString &shortcut, void (EndpointsPage::*act)())
{
    QAction *action = makeAction(text, shortcut, m_table);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, act);
    m_actions.append(action);
    return action;
}

void EndpointsPage::buildActions()
{
    m_add = makeAction(tr("Add endpoint…"), QStringLiteral("Ctrl+N"), this);
    connect(m_add, &QAction::triggered, this, &EndpointsPage::add);
    m_actions.append(m_add);
    m_edit = addAction(tr("Edit…"), QStringLiteral("E"), &EndpointsPage::edit);
    m_test = addAction(tr("Send test"), QStringLiteral("T"), &EndpointsPage::sendTest);
    m_toggle = addAction(tr("Disable…"), QStringLiteral("D"), &EndpointsPage::toggleEnabled);
    m_closeBreaker =
        addAction(tr("Close circuit breaker…"), QStringLiteral("B"), &EndpointsPage::closeBreaker);
    m_holdBreaker = addAction(tr("Hold circuit breaker…"), QStringLiteral("H"), &EndpointsPage::holdBreaker);
    m_closeBreaker->setIconText(tr("Close…"));
    m_holdBreaker->setIconText(tr("Hold…"));
    m_secret = addAction(tr("Show secret…"), QStringLiteral("S"), &EndpointsPage::toggleSecret);
    m_rotate = addAction(tr("Rotate…"), QStringLiteral("R"), &EndpointsPage::rotateSecret);
    m_remove = addAction(tr("Remove…"), QStringLiteral("Del"), &EndpointsPage::remove);
    m_restore = addAction(tr("Restore…"), QStringLiteral("U"), &EndpointsPage::restore);
    m_showRemoved = makeAction(tr("Show removed endpoints"), QStringLiteral("Ctrl+Shift+E"), this);
    m_showRemoved->setCheckable(true);
    connect(m_showRemoved, &QAction::toggled, this, &EndpointsPage::refresh);
    m_actions.append(m_showRemoved);
    QAction *focusFilter = makeAction(tr("Filter endpoints"), QStringLiteral("/"), this);
    connect(focusFilter, &QAction::triggered, m_filter, [this] {
        m_filter->setFocus();
        m_filter->selectAll();
    });
    m_actions.append(focusFilter);
    addPaneButtons();
}

void EndpointsPage::addPaneButtons()
{
    m_pane->addActionButton(m_test, QStringLiteral("primary"));
    m_pane->addActionButton(m_edit);
    m_pane->addActionButton(m_toggle);
    m_pane->addBreakerButton(m_holdBreaker);
    m_pane->addBreakerButton(m_closeBreaker);
    m_pane->addSecretButton(m_rotate);
    m_pane->addActionButton(m_remove, QStringLiteral("danger"));
    m_pane->addActionButton(m_restore, QStringLiteral("primary"));
}

void EndpointsPage::buildLayout()
{
    m_filter->setPlaceholderText(tr("Filter by id, URL, description or state"));
    m_filter->setAccessibleName(tr("Filter endpoints"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setFixedWidth(300);
    auto *removed = makeButton(tr("Removed"), this);
    removed->setCheckable(true);
    removed->setToolTip(tr("%1 (%2)").arg(m_showRemoved->text(), m_showRemoved->shortcut().toString()));
    connect(removed, &QPushButton::toggled, m_showRemoved, &QAction::setChecked);
    connect(m_showRemoved, &QAction::toggled, removed, &QPushButton::setChecked);
    m_header->addAtRight(m_filter);
    m_header->addAtRight(removed);
    m_header->addAtRight(makeActionButton(m_add, this, QStringLiteral("primary")));
    m_problem->hide();

    auto *card = new Card(this);
    auto *cardLayout = new QVBoxLayout(card);
    cardLayout->setContentsMargins(1, 1, 1, 1);
    cardLayout->addLayout(m_stack);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_empty);
    m_splitter->addWidget(card);
    m_splitter->addWidget(m_pane);
    m_splitter->setHandleWidth(3 * theme::step);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setSizes({940, 420});
    m_splitter->restoreState(QSettings().value(splitterKey).toByteArray());
    connect(m_splitter, &QSplitter::splitterMoved, this,
            [this] { QSettings().setValue(splitterKey, m_splitter->saveState()); });

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4 * theme::step, 3 * theme::step, 4 * theme::step, 3 * theme::step);
    layout->setSpacing(3 * theme::step);
    layout->addWidget(m_header);
    layout->addWidget(m_problem);
    layout->addWidget(m_splitter, 1);
}

void EndpointsPage::takeStatus(const ConnectionStatus &status)
{
    m_status = status;
    m_pane->setReadOnly(status.readOnly || !status.rights.allows(ConsoleAct::ChangeEndpoints));
    // Another database is on its way: endpoints of the last one must not stand under its name.
    if (status.state == ConnectionStatus::State::Connecting)
        leaveDatabase();
    showEmptiness();
    showSubtitle();
    updateActions();
}

void EndpointsPage::leaveDatabase()
{
    ++m_visit;
    m_seeksRemoved = false;
    m_loaded = false;
    m_failure.reset();
    m_problem->hide();
    m_model->setEndpoints({});
    m_pane->clear();
}

bool EndpointsPage::isSettled() const
{
    const std::optional<PageObstacle> obstacle = pageObstacle(m_status, ConsoleAct::SeeEndpoints);
    return !m_waiting && (m_loaded || m_failure || (obstacle && obstacle->isLasting));
}

QString EndpointsPage::problem() const
{
    if (const auto obstacle = pageObstacle(m_status, ConsoleAct::SeeEndpoints))
        return obstacle->line();
    return m_failure ? m_failure->line() : m_pane->problem();
}

void EndpointsPage::refresh()
{
    if (pageObstacle(m_status, ConsoleAct::SeeEndpoints))
        return;
    if (m_waiting) {
        m_again = true;
        return;
    }
    m_waiting = true;
    m_asksRemoved = needsRemoved();
    const Reply<QList<EndpointHealth>> reply =
        [this, visit = m_visit](const Result<QList<EndpointHealth>> &endpoints) {
            m_waiting = false;
            if (visit == m_visit)
                receive(endpoints);
            if (std::exchange(m_again, false))
                refresh();
            else
                emit settled();
        };
    if (m_asksRemoved)
        m_services.endpoints->listAllEndpoints(this, reply);
    else
        m_services.endpoints->listEndpoints(this, reply);
}

// A removed endpoint that is shown stays in the list until another one is chosen.
bool EndpointsPage::needsRemoved() const
{
    const EndpointHealth *shown = current();
    return m_showRemoved->isChecked() || m_seeksRemoved || (shown && shown->endpoint.removedAt);
}

// What is shown in the pane stays there though its row goes: its neighbour must not come in its place, with
// the same keys in reach.
void EndpointsPage::takeList(QList<EndpointHealth> endpoints, bool hasRemoved)
{
    const QString shown = m_wantedId.isEmpty() ? m_pane->shownId() : m_wantedId;
    if (!m_showRemoved->isChecked())
        endpoints.removeIf([&shown](const EndpointHealth &health) {
            return health.endpoint.removedAt && health.endpoint.id != shown;
        });
    m_takesList = true;
    m_model->setEndpoints(endpoints);
    // Where its row left the filter the table went on to the neighbour: keys would act on another endpoint
    // than the one that is marked.
    const QModelIndex marked = m_table->currentIndex();
    if (!shown.isEmpty() && marked.isValid() && marked.data(EndpointModel::KeyRole).toString() != shown) {
        m_table->setCurrentIndex({});
        m_table->clearSelection();
    }
    m_takesList = false;
    const bool isAbsent = !shown.isEmpty() && m_model->rowOfKey(shown) < 0;
    m_seeksRemoved = isAbsent && !hasRemoved;
    if (isAbsent)
        m_wantedId = shown;
    if (m_seeksRemoved)
        m_again = true;
    else
        selectWanted();
}

void EndpointsPage::receive(const Result<QList<EndpointHealth>> &endpoints)
{
    if (endpoints) {
        m_loaded = true;
        m_failure.reset();
        takeList(*endpoints, m_asksRemoved);
        m_pane->reload();
    } else {
        m_failure = endpoints.error();
    }
    // The window's banner speaks of a lost connection, the place of the rows of a failure before there were
    // any.
    const bool isShown = m_failure && m_failure->kind != Error::Kind::Unavailable && m_loaded;
    if (isShown)
        m_problem->setContent(theme::State::Failure, tr("The endpoints could not be read."),
                              m_failure->line());
    m_problem->setVisible(isShown);
    showEmptiness();
    showSubtitle();
    updateActions();
    if (endpoints)
        emit wasRead();
}

void EndpointsPage::reset()
{
    leaveDatabase();
    showEmptiness();
    showSubtitle();
    refresh();
}

void EndpointsPage::applyFilter(const QString &filterText)
{
    m_filter->setText(filterText);
}

QString EndpointsPage::filterText() const
{
    return m_filter->text();
}

QString EndpointsPage::selectedId() const
{
    return m_pane->shownId();
}

void EndpointsPage::selectRow(const QString &id)
{
    m_wantedId = id;
    if (m_loaded && m_model->rowOfKey(id) < 0) {
        m_seeksRemoved = true; // it may be a removed one
        refresh();
    } else {
        selectWanted();
    }
}

void EndpointsPage::selectWanted()
{
    const QString wanted = m_wantedId.isEmpty() ? m_pane->shownId() : m_wantedId;
    const int row = wanted.isEmpty() ? -1 : m_model->rowOfKey(wanted);
    if (row >= 0) {
        m_wantedId.clear();
        const QModelIndex index = m_filtered->mapFromSource(m_model->index(row, EndpointModel::IdColumn));
        if (index.isValid() && index.row() != m_table->currentIndex().row())
            m_table->setCurrentIndex(index);
        m_pane->showId(wanted);
    } else if (!m_wantedId.isEmpty() && m_loaded) {
        m_table->setCurrentIndex({});
        m_pane->showId(std::exchange(m_wantedId, {})); // says that it is not there
    } else if (wanted.isEmpty() && !m_table->currentIndex().isValid() && m_filtered->rowCount() > 0) {
        m_table->setCurrentIndex(m_filtered->index(0, EndpointModel::IdColumn));
    }
}

void EndpointsPage::currentChanged()
{
    const QModelIndex index = m_table->currentIndex();
    if (m_takesList)
        return;
    if (index.isValid())
        m_pane->showId(index.data(EndpointModel::KeyRole).toString());
    updateActions();
}

const EndpointHealth *EndpointsPage::current() const
{
    const int row = m_model->rowOfKey(m_pane->shownId());
    return row < 0 ? nullptr : &m_model->endpointAt(row);
}

void EndpointsPage::showSubtitle()
{
    int removed = 0;
    int failing = 0;
    int stopped = 0;
    int disabled = 0;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const QString state =
            m_model->index(row, EndpointModel::StateColumn).data(EndpointModel::StateRole).toString();
        const bool isRemoved = state == QStringLiteral("removed");
        removed += isRemoved;
        failing += !isRemoved && isFailing(m_model->endpointAt(row).standing());
        const Breaker breaker = m_model->endpointAt(row).breaker;
        stopped += !isRemoved && state != QStringLiteral("disabled") && breaker != Breaker::Closed;
        disabled += state == QStringLiteral("disabled");
    }
    if (!m_loaded)
        return m_header->setSubtitle(m_waiting ? tr("reading …") : QString());
    const int all = m_model->rowCount() - removed;
    QStringList parts{all == 1 ? tr("1 endpoint") : tr("%1 endpoints").arg(numberText(all))};
    if (m_filtered->rowCount() != m_model->rowCount())
        parts.prepend(tr("%1 match").arg(numberText(m_filtered->rowCount())));
    if (failing > 0)
        parts.append(tr("%1 failing").arg(failing));
    if (stopped > 0)
        parts.append(stopped == 1 ? tr("1 stopped by its breaker")
                                  : tr("%1 stopped by their breakers").arg(stopped));
    if (disabled > 0)
        parts.append(tr("%1 disabled").arg(disabled));
    if (removed > 0)
        parts.append(tr("%1 removed").arg(removed));
    m_header->setSubtitle(parts.join(QStringLiteral(" · ")));
}

void EndpointsPage::showEmptiness()
{
    // The keyboard moves along, also in a window that is not active: it never falls to the filter, which
    // would take keys for text.
    const QWidget *focused = window()->focusWidget();
    const bool hadFocus = focused == m_table || focused == m_empty;
    m_stack->setCurrentIndex(m_filtered->rowCount() == 0 ? 1 : 0);
    setFocusProxy(m_stack->currentWidget());
    if (hadFocus)
        m_stack->currentWidget()->setFocus();
    if (m_model->rowCount() > 0)
        return m_empty->setContent(QStringLiteral("filter"), tr("No endpoint matches"),
                                   tr("Loosen the filter."), tr("Clear the filter"));
    if (const auto obstacle = pageObstacle(m_status, ConsoleAct::SeeEndpoints)) {
        m_empty->setContent(obstacle->isLasting ? QStringLiteral("warning") : QString(), obstacle->title,
                            obstacle->text);
        m_empty->setStatement(obstacle->statement);
    } else if (m_failure && !m_loaded) {
        m_empty->setContent(QStringLiteral("warning"), tr("The endpoints could not be read"), m_failure->why);
    } else if (!m_loaded) {
        m_empty->setContent({}, tr("Reading …"), {});
    } else {
        m_empty->setContent(QStringLiteral("endpoints"), tr("No endpoints yet"),
                            tr("An endpoint is a URL that is sent the events it takes."),
                            m_add->isEnabled() ? tr("Add endpoint…") : QString());
    }
}

} // namespace signalbox
