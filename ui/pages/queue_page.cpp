#include "ui/pages/queue_page.h"

#include "app/core/production.h"
#include "models/display_text.h"
#include "models/job_model.h"
#include "ui/dialogs/job_change_dialog.h"
#include "ui/pages/job_retrier.h"
#include "ui/pages/page_obstacle.h"
#include "ui/panes/job_pane.h"
#include "ui/panes/request_copier.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/filter_bar.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/record_table.h"

#include <QMenu>
#include <QPushButton>

namespace signalbox {

namespace {

TablePageTexts texts()
{
    return {
        QStringLiteral("queue"),
        QueuePage::tr("Queue"),
        QStringLiteral("queue"),
        QueuePage::tr("jobs"),
        QueuePage::tr("job"),
        QueuePage::tr("No jobs yet"),
        QueuePage::tr(
            "Add an endpoint: every event appended from then on that its filter takes becomes a job here."),
        QueuePage::tr("Open the endpoints"),
        QStringLiteral("endpoints")};
}

/// "1", "254", "10,000+": how many jobs an act on all matching ones would name.
QString countLabel(const std::optional<RowCount> &count)
{
    if (!count)
        return {};
    const QString number = numberText(count->rows);
    return count->kind == RowCount::Kind::Exact ? number : number + QLatin1Char('+');
}

/// What is to be said of a retry besides what becomes of its jobs.
QString remarkOn(const ActionResult &result)
{
    QString remark;
    if (result.skipped > 0)
        remark += QueuePage::tr("; %1 had changed and were left alone").arg(numberText(result.skipped));
    if (result.refused > 0)
        remark += QueuePage::tr("; %1 were refused: %2").arg(numberText(result.refused), result.refusal);
    if (result.stopped)
        remark += QueuePage::tr("; %1 not looked at").arg(numberText(result.left));
    return remark;
}

} // namespace

QueuePage::QueuePage(const ConsoleServices &services, QWidget *parent)
    : TablePage(services, new JobModel, new JobPane(services), texts(), parent)
    , m_retrier(new JobRetrier(services, this))
    , m_retry(addPageAction(tr("Retry"), QStringLiteral("R")))
    , m_sendNow(addPageAction(tr("Send now"), QStringLiteral("Shift+R")))
    , m_cancel(addPageAction(tr("Cancel"), QStringLiteral("C")))
    , m_retryMatching(addPageAction(tr("Retry all that match"), QStringLiteral("Ctrl+R")))
    , m_cancelMatching(addPageAction(tr("Cancel all that match"), QStringLiteral("Ctrl+Shift+Backspace")))
    , m_attempt(addPageAction(tr("Unfold or fold the newest attempt"), QStringLiteral("A")))
    , m_curl(addPageAction(tr("Copy as curl"), QStringLiteral("Y")))
    , m_undo(addPageAction(tr("Undo the retry"), QStringLiteral("Ctrl+Z")))
    , m_showRetried(addPageAction(tr("Show what was retried last"), QStringLiteral("Ctrl+L")))
{
    table()->hideAtFirst(QStringLiteral("held"));
    buildActions();
    connectRetrier();
    offerEndpoints();
    updateActions();
}

void QueuePage::buildActions()
{
    auto *jobPane = static_cast<JobPane *>(pane());
    jobPane->addActionButton(m_retry, QStringLiteral("primary"));
    jobPane->addActionButton(m_sendNow);
    jobPane->addActionButton(m_cancel, QStringLiteral("danger"));
    header()->addAtRight(makeActionButton(m_cancelMatching, this));
    header()->addAtRight(makeActionButton(m_retryMatching, this, QStringLiteral("primary")));
    connect(table(), &RecordTable::orderRefused, this, [this] {
        emit messageRaised(tr("Only open jobs have a next attempt: filter status:pending,processing first."),
                           true);
    });
    connect(m_retry, &QAction::triggered, this, &QueuePage::retrySelected);
    connect(m_sendNow, &QAction::triggered, this,
            [this] { changeSelected(JobAction::SendNow, tr("sent now")); });
    connect(m_cancel, &QAction::triggered, this, [this] { changeSelected(JobAction::Cancel); });
    connect(m_attempt, &QAction::triggered, jobPane, &JobPane::toggleNewestAttempt);
    connect(m_curl, &QAction::triggered, copier(), [this] { copier()->copyJobAsCurl(pane()->shownId()); });
    connect(m_retryMatching, &QAction::triggered, this, [this] { changeMatching(JobAction::Retry); });
    connect(m_cancelMatching, &QAction::triggered, this, [this] { changeMatching(JobAction::Cancel); });
}

void QueuePage::connectRetrier()
{
    connect(m_undo, &QAction::triggered, m_retrier, &JobRetrier::undo);
    connect(m_showRetried, &QAction::triggered, this,
            [this] { emit pageRequested(pageId(), changeFilter(m_retrier->lastChange()), {}); });
    connect(m_retrier, &JobRetrier::noticeRaised, this, &ConsolePage::noticeRaised);
    connect(m_retrier, &JobRetrier::changed, this, &QueuePage::refresh);
    connect(m_retrier, &JobRetrier::stateChanged, this, &QueuePage::updateActions);
    connect(m_retrier, &JobRetrier::jobsRequested, this,
            [this](const QString &filter) { emit pageRequested(pageId(), filter, {}); });
    if (services().signals_)
        connect(services().signals_, &ConsoleSignals::databaseChanged, m_retrier, &JobRetrier::forget);
}

void QueuePage::offerEndpoints()
{
    if (!services().signals_ || !services().endpoints)
        return;
    connect(services().signals_, &ConsoleSignals::databaseChanged, this, [this] {
        if (!status().rights.allows(ConsoleAct::SeeEndpoints))
            return;
        services().endpoints->listEndpoints(this, [this](const Result<QList<EndpointHealth>> &endpoints) {
            if (!endpoints)
                return;
            QStringList ids;
            for (const EndpointHealth &health : *endpoints)
                ids.append(health.endpoint.id);
            filterBar()->setFieldValues(QStringLiteral("endpoint"), ids);
        });
    });
}

void QueuePage::updateActions()
{
    if (!m_retry) // the base class calls while it is being built
        return;
    const qsizetype selected = table()->selectedKeys().size();
    const bool hasJob = selected > 0 || !pane()->shownId().isEmpty();
    const QStringList states = selectedStates();
    const bool open = states.isEmpty() || states.contains(QStringLiteral("pending")) ||
                      states.contains(QStringLiteral("processing"));
    m_retry->setText(selected > 1 ? tr("Retry %1…").arg(numberText(selected)) : tr("Retry"));
    m_sendNow->setText(selected > 1 ? tr("Send %1 now…").arg(numberText(selected)) : tr("Send now"));
    m_cancel->setText(selected > 1 ? tr("Cancel %1…").arg(numberText(selected)) : tr("Cancel"));
    const QString obstacle = actionObstacle(status(), ConsoleAct::ChangeJobs);
    const bool allowed = obstacle.isEmpty();
    for (QAction *action : {m_retry, m_sendNow})
        action->setEnabled(allowed && hasJob);
    m_cancel->setEnabled(allowed && hasJob && open);
    for (QAction *action : {m_attempt, m_curl})
        action->setEnabled(hasJob);
    for (QAction *action : {m_retry, m_sendNow, m_cancel, m_retryMatching, m_cancelMatching})
        action->setVisible(status().rights.allows(ConsoleAct::ChangeJobs));

    m_undo->setEnabled(allowed && m_retrier->canUndo());
    m_showRetried->setEnabled(!m_retrier->lastChange().isEmpty());
    const bool hasFilter = !model()->filter().isEmpty();
    const bool hasMatches = !model()->count() || model()->count()->rows > 0;
    const QString count = hasFilter && hasMatches ? countLabel(model()->count()) : QString();
    m_retryMatching->setText(count.isEmpty() ? tr("Retry…") : tr("Retry %1…").arg(count));
    m_cancelMatching->setText(count.isEmpty() ? tr("Cancel…") : tr("Cancel %1…").arg(count));
    for (QAction *action : {m_retryMatching, m_cancelMatching}) {
        action->setEnabled(allowed && hasFilter && hasMatches);
        action->setStatusTip(!allowed     ? obstacle
                             : !hasFilter ? tr("Acts on all that match a filter: set one first")
                                          : tr("Acts on all jobs that match the filter"));
    }
}

QStringList QueuePage::selectedStates() const
{
    QStringList states;
    for (const QModelIndex &row : table()->selectionModel()->selectedRows())
        states.append(row.data(PagedSqlModel::StateRole).toString());
    return states;
}

bool QueuePage::isInProduction() const
{
    return services().connector && isProduction(services().connector->currentProfile());
}

// One job is retried at once, for that can be taken back.
void QueuePage::retrySelected()
{
    const QStringList keys = table()->selectedKeys();
    const QString job = keys.isEmpty() ? pane()->shownId() : keys.constFirst();
    if (keys.size() > 1 || isInProduction() || !services().jobActions)
        changeSelected(JobAction::Retry);
    else
        m_retrier->retryNow(job);
}

void QueuePage::fillRowMenu(QMenu *menu, const QSqlRecord &row)
{
    const QString id = rowKey(row);
    menu->addAction(m_curl);
    menu->addAction(tr("Copy the headers"), copier(), [this, id] { copier()->copyJobHeaders(id); });
    menu->addSeparator();
    menu->addActions({m_retry, m_sendNow, m_cancel});
}

void QueuePage::changeSelected(JobAction action, const QString &reason)
{
    JobSelection selection;
    selection.ids = table()->selectedKeys();
    if (selection.ids.isEmpty())
        selection.ids = {pane()->shownId()};
    openDialog(selection, action, reason);
}

void QueuePage::changeMatching(JobAction action)
{
    JobSelection selection;
    selection.filter = model()->filter();
    openDialog(selection, action, {});
}

void QueuePage::openDialog(const JobSelection &selection, JobAction action, const QString &reason)
{
    if (!services().jobActions)
        return;
    auto *dialog = new JobChangeDialog(*services().jobActions, selection, action, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setReason(reason);
    connect(dialog, &JobChangeDialog::changed, this,
            [this, action](const QString &message, const ActionResult &result) {
                emit messageRaised(message, false);
                const bool isSent = action == JobAction::Retry || action == JobAction::SendNow;
                if (isSent && !result.changeId.isEmpty())
                    m_retrier->follow(result.changeId, remarkOn(result));
                refresh();
            });
    dialog->open();
}

} // namespace signalbox
