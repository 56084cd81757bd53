#include "ui/dialogs/job_change_dialog.h"

#include "models/display_text.h"
#include "ui/dialogs/retry_options_field.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/notice.h"
#include "ui/widgets/row_list.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr qsizetype shownRows = 6;

void fitRows(RowList *list, qsizetype rows)
{
    list->setVisible(rows > 0);
    list->setFixedHeight(int(qBound(qsizetype(1), rows, shownRows)) * theme::rowHeight);
}

/// What the dialog says of an action.
struct Words
{
    QString title;
    QString one;     ///< "Retry one job"
    QString many;    ///< "Retry %1 jobs"
    QString effect;  ///< what becomes of the jobs
    QString none;    ///< there is nothing to change
    QString example; ///< of a reason
    QString button;  ///< "Retry %1"
    QString outcome; ///< "%1 retried"
};

Words wordsOf(JobAction action)
{
    const auto tr = [](const char *text) { return JobChangeDialog::tr(text); };
    switch (action) {
    case JobAction::Retry:
        return {tr("Retry jobs"),
                tr("Retry one job"),
                tr("Retry %1 jobs"),
                tr("They become due again, with the same webhook id and the attempts they have made."),
                tr("None of these can be retried."),
                tr("e.g. receiver was repaired, ticket 4711"),
                tr("Retry %1"),
                tr("%1 retried")};
    case JobAction::SendNow:
        return {
            tr("Send jobs now"),
            tr("Send one job now"),
            tr("Send %1 jobs now"),
            tr("They become due now and overtake what waits for their endpoint; each gets at least one more "
               "attempt. Circuit breaker, rate limit and the order of a stream still hold."),
            tr("None of these can be sent now."),
            tr("e.g. customer waits for it, ticket 4711"),
            tr("Send %1 now"),
            tr("%1 to be sent before others")};
    case JobAction::Follow:
        return {
            tr("Let jobs follow their endpoint"),
            tr("Let one job follow its endpoint"),
            tr("Let %1 jobs follow their endpoint"),
            tr("Their next attempts go to the URL, with the headers and the timeout that the endpoint has "
               "now."),
            tr("None of these differ from their endpoint."),
            tr("e.g. the receiver has moved, ticket 4711"),
            tr("Change %1"),
            tr("%1 changed")};
    case JobAction::Cancel:
        break;
    }
    return {tr("Cancel jobs"),
            tr("Cancel one job"),
            tr("Cancel %1 jobs"),
            tr("They are not sent any more. A cancelled job can be retried later."),
            tr("None of these can be cancelled."),
            tr("e.g. sent by hand, ticket 4711"),
            tr("Cancel %1"),
            tr("%1 cancelled")};
}

qint64 affectedOf(const ActionPreview &preview, const QString &status)
{
    for (const QSqlRecord &row : preview.byStatus) {
        if (row.value(QStringLiteral("status")).toString() == status)
            return row.value(QStringLiteral("affected")).toLongLong();
    }
    return 0;
}

bool isRetry(JobAction action)
{
    return action == JobAction::Retry || action == JobAction::SendNow;
}

/// What the selection names: the filter as it was typed, or how many rows were chosen.
QString scopeText(const JobSelection &selection)
{
    if (selection.ids.size() == 1)
        return selection.ids.constFirst();
    if (!selection.ids.isEmpty())
        return JobChangeDialog::tr("%1 chosen rows").arg(numberText(selection.ids.size()));
    return selection.filter ? selection.filter->text : JobChangeDialog::tr("all jobs");
}

} // namespace

JobChangeDialog::JobChangeDialog(JobActions &actions, const JobSelection &selection, JobAction action,
                                 QWidget *parent)
    : QDialog(parent)
    , m_actions(actions)
    , m_selection(selection)
    , m_action(action)
    , m_dismiss(makeButton(tr("Close"), this))
    , m_title(makeLabel({}, theme::titleFont(), this))
    , m_summary(makeLabel({}, theme::textFont(), this))
    , m_scope(makeLabel({}, theme::monoFont(), this))
    , m_byStatus(new RowList(tr("Jobs by status"), this))
    , m_byEndpoint(new RowList(tr("Jobs by endpoint"), this))
    , m_warnings(new QVBoxLayout)
    , m_reason(new QLineEdit(this))
    , m_options(isRetry(action) ? new RetryOptionsField(this) : nullptr)
    , m_failure(new Notice(this))
    , m_perform(makeButton({}, this, QStringLiteral("primary")))
{
    const Words words = wordsOf(action);
    setWindowTitle(words.title);
    m_title->setText(windowTitle());
    m_summary->setText(tr("Looking what would happen …"));
    m_summary->setWordWrap(true);
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    m_scope->setText(scopeText(m_selection));
    m_scope->setWordWrap(true);
    m_scope->setAccessibleName(tr("Acts on %1").arg(m_scope->text()));
    m_scope->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_reason->setPlaceholderText(words.example);
    m_reason->setAccessibleName(tr("Reason"));
    m_reason->setMaxLength(500);
    m_failure->hide();
    buildLayout();
    connect(m_reason, &QLineEdit::textChanged, this, &JobChangeDialog::updateButton);
    if (m_options)
        connect(m_options, &RetryOptionsField::changed, this, &JobChangeDialog::updateButton);
    connect(m_perform, &QPushButton::clicked, this, &JobChangeDialog::perform);
    updateButton();
    requestPreview();
}

void JobChangeDialog::buildLayout()
{
    connect(m_dismiss, &QPushButton::clicked, this, &JobChangeDialog::reject);
    m_perform->setDefault(true);
    QLabel *recorded =
        makeMutedLabel(tr("Recorded with the state before, so that it can be looked up."), this);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 16, 20, 16);
    layout->setSpacing(2 * theme::step + 2);
    layout->addWidget(m_title);
    layout->addWidget(m_scope);
    layout->addWidget(m_summary);
    layout->addWidget(m_byStatus);
    layout->addWidget(m_byEndpoint);
    layout->addLayout(m_warnings);
    layout->addWidget(makeHeading(tr("Reason"), this));
    layout->addWidget(m_reason);
    if (m_options)
        layout->addWidget(m_options);
    layout->addWidget(m_failure);
    layout->addStretch(1);
    layout->addLayout(makeButtonRow({m_dismiss, m_perform}, recorded));
    m_byStatus->hide();
    m_byEndpoint->hide();
    m_warnings->setSpacing(2 * theme::step);
    setMinimumWidth(560);
    m_reason->setFocus();
}

void JobChangeDialog::setReason(const QString &reason)
{
    m_reason->setText(reason);
    m_reason->selectAll();
}

void JobChangeDialog::requestPreview()
{
    m_actions.previewJobs(m_selection, m_action, this, [this](const Result<ActionPreview> &preview) {
        m_busy = false;
        if (preview) {
            showPreview(*preview);
        } else {
            m_summary->clear();
            m_failure->setContent(theme::State::Failure, preview.error().what + QLatin1Char(':'),
                                  preview.error().why);
            m_failure->show();
        }
        updateButton();
    });
}

void JobChangeDialog::showPreview(const ActionPreview &preview)
{
    m_affected = preview.affected;
    const Words words = wordsOf(m_action);
    const QString affected = numberText(preview.affected);
    m_title->setText(preview.affected == 1 ? words.one : words.many.arg(affected));
    QString summary = words.effect;
    if (preview.affected == 0)
        summary = words.none;
    else if (preview.selected > preview.affected)
        summary = tr("%1 of %2 chosen will change. ").arg(affected, numberText(preview.selected)) + summary;
    m_summary->setText(summary);

    QList<RowListItem> statuses;
    for (const QSqlRecord &row : preview.byStatus) {
        const qint64 jobs = row.value(QStringLiteral("jobs")).toLongLong();
        const qint64 changing = row.value(QStringLiteral("affected")).toLongLong();
        const QString text = changing == jobs ? QString()
                             : changing == 0  ? tr("stay as they are")
                                              : tr("%1 will change").arg(numberText(changing));
        statuses.append({{}, {}, text, row.value(QStringLiteral("status")).toString(), numberText(jobs), {}});
    }
    m_byStatus->setRows(statuses);
    fitRows(m_byStatus, statuses.size());
    QList<RowListItem> endpoints;
    for (const QSqlRecord &row : preview.byEndpoint) {
        endpoints.append({{},
                          row.value(QStringLiteral("endpoint_id")).toString(),
                          {},
                          {},
                          numberText(row.value(QStringLiteral("jobs")).toLongLong()),
                          {}});
    }
    m_byEndpoint->setRows(endpoints);
    fitRows(m_byEndpoint, endpoints.size());
    showWarnings(preview);
    if (m_options)
        m_options->setSpreadable(m_action == JobAction::Retry && preview.affected > 1);
    // adjustSize does not ask wrapped text how high it is at this width.
    resize(width(), layout()->totalHeightForWidth(width()));
}

void JobChangeDialog::showWarnings(const ActionPreview &preview)
{
    const bool isSending = isRetry(m_action);
    const qint64 delivered = affectedOf(preview, QStringLiteral("completed"));
    if (isSending && delivered > 0)
        addWarning(theme::State::Warning, tr("%1 were delivered already:").arg(numberText(delivered)),
                   tr("the receiver gets them again, with the same webhook id."));
    if (isSending && preview.ambiguous > 0)
        addWarning(theme::State::Ambiguous,
                   tr("%1 were sent without an answer:").arg(numberText(preview.ambiguous)),
                   tr("the receiver may see them twice. The webhook id stays the same, so it can tell."));
    if (isSending && preview.heldByDisabled > 0)
        addWarning(theme::State::Warning,
                   tr("%1 belong to a disabled endpoint:").arg(numberText(preview.heldByDisabled)),
                   tr("they wait until it is enabled."));
    if (preview.inFlight > 0)
        addWarning(theme::State::Ambiguous,
                   tr("%1 are being sent right now:").arg(numberText(preview.inFlight)),
                   m_action == JobAction::Cancel ? tr("that attempt goes on and is recorded.")
                                                 : tr("they are left to that attempt."));
}

void JobChangeDialog::addWarning(theme::State state, const QString &lead, const QString &text)
{
    auto *notice = new Notice(this);
    notice->setContent(state, lead, text);
    m_warnings->addWidget(notice);
    notice->show(); // the dialog measures itself before the event loop would
}

void JobChangeDialog::updateButton()
{
    m_perform->setText(wordsOf(m_action).button.arg(numberText(m_affected)));
    const bool hasOptions = !m_options || m_options->options();
    const bool hasReason = !m_reason->text().trimmed().isEmpty();
    m_perform->setEnabled(!m_busy && m_affected > 0 && hasReason && hasOptions);
    m_perform->setToolTip(!hasReason    ? tr("Needs a reason")
                          : !hasOptions ? tr("The time to spread over is no duration")
                                        : QString());
}

void JobChangeDialog::perform()
{
    m_busy = true;
    m_failure->hide();
    updateButton();
    const JobChange change{m_action,
                           m_options ? m_options->options().value_or(JobRetryOptions()) : JobRetryOptions()};
    m_actions.changeJobs(m_selection, change, m_reason->text().trimmed(), watch(), this,
                         [this](const Result<ActionResult> &result) {
                             m_busy = false;
                             m_stop.reset();
                             m_dismiss->setText(tr("Close"));
                             m_dismiss->setEnabled(true);
                             if (result) {
                                 finish(*result);
                                 return;
                             }
                             m_failure->setContent(theme::State::Failure,
                                                   result.error().what + QLatin1Char(':'),
                                                   result.error().why);
                             m_failure->show();
                             updateButton();
                         });
}

ActionWatch JobChangeDialog::watch()
{
    m_stop = std::make_shared<std::atomic<bool>>(false);
    m_dismiss->setText(tr("Stop"));
    const auto tell = [this](const ActionProgress &progress) {
        m_summary->setText(tr("%1 of %2 done. What is done stays done when this is stopped.")
                               .arg(numberText(progress.done), numberText(progress.total)));
    };
    return {tell, m_stop};
}

// While a change runs, closing ends it; the answer then says how far it came.
void JobChangeDialog::reject()
{
    if (!m_stop)
        return QDialog::reject();
    *m_stop = true;
    m_dismiss->setEnabled(false);
}

void JobChangeDialog::finish(const ActionResult &result)
{
    QString message = wordsOf(m_action).outcome.arg(numberText(result.changed));
    if (result.skipped > 0)
        message += tr(", %1 had changed meanwhile and were left alone").arg(numberText(result.skipped));
    if (result.refused > 0)
        message += tr(", %1 were refused: %2").arg(numberText(result.refused), result.refusal);
    if (result.stopped)
        message += tr(", %1 not looked at, because it was stopped").arg(numberText(result.left));
    emit changed(message, result);
    accept();
}

} // namespace signalbox
