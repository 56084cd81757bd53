#include "ui/pages/job_retrier.h"

#include "app/core/console.h"
#include "models/display_text.h"

namespace signalbox {

namespace {

constexpr int leastRestMs = 1'000;
constexpr int mostRestMs = 10'000; ///< between two questions while nothing happens
constexpr int costFactor = 10;     ///< a retry of a million jobs is not asked about all the time
constexpr int shownWhileWaitingMs = 30'000;
constexpr int shownAtTheEndMs = 12'000;

} // namespace

JobRetrier::JobRetrier(const ConsoleServices &services, QObject *parent)
    : QObject(parent)
    , m_services(services)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &JobRetrier::ask);
}

void JobRetrier::retryNow(const QString &jobId)
{
    JobSelection selection;
    selection.ids = {jobId};
    m_services.jobActions->changeJobs(
        selection, JobAction::Retry, tr("retried by one key"), {}, this,
        [this, jobId](const Result<ActionResult> &result) {
            if (!result)
                return sayFailure(result.error());
            const QString name = tr("Job %1").arg(shortId(jobId));
            if (result->changed == 0) {
                ToastNotice notice{theme::State::Warning,
                                   tr("%1 was not retried:").arg(name),
                                   result->refused > 0 ? result->refusal
                                                       : tr("it is being sent, or changed a moment ago."),
                                   {},
                                   {}};
                emit noticeRaised(notice);
            } else {
                start(result->changeId, name, true, {});
            }
            emit changed();
        });
}

void JobRetrier::follow(const QString &changeId, const QString &remark)
{
    start(changeId, {}, false, remark);
}

void JobRetrier::start(const QString &changeId, const QString &what, bool canUndo, const QString &remark)
{
    m_changeId = changeId;
    m_what = what;
    m_remark = remark;
    m_canUndo = canUndo;
    m_outcome.reset();
    m_restMs = leastRestMs;
    emit stateChanged();
    if (m_services.jobChanges)
        ask();
}

void JobRetrier::forget()
{
    m_timer.stop();
    m_changeId.clear();
    m_canUndo = false;
    emit stateChanged();
}

void JobRetrier::ask()
{
    m_asked.start();
    m_services.jobChanges->retryOutcome(m_changeId, this,
                                        [this, asked = m_changeId](const Result<RetryOutcome> &outcome) {
                                            if (asked == m_changeId)
                                                take(outcome);
                                        });
}

void JobRetrier::take(const Result<RetryOutcome> &outcome)
{
    const bool isNews = outcome && m_outcome != *outcome;
    m_restMs = isNews ? leastRestMs : qMin(m_restMs * 3 / 2, mostRestMs);
    if (isNews) {
        const bool isFirst = !m_outcome;
        m_outcome = *outcome;
        if (m_canUndo && outcome->waiting == 0) {
            m_canUndo = false;
            emit stateChanged();
        }
        tell(*outcome, isFirst);
    }
    if (!outcome || !outcome->isOver())
        m_timer.start(qMax(m_restMs, int(costFactor * m_asked.elapsed())));
}

void JobRetrier::tell(const RetryOutcome &outcome, bool isFirst)
{
    ToastNotice notice;
    notice.id = m_changeId;
    notice.state = outcome.failed > 0 ? theme::State::Failure
                   : outcome.isOver() ? theme::State::Ok
                                      : theme::State::Information;
    notice.lead =
        m_what.isEmpty() ? tr("%1 retried:").arg(numberText(outcome.jobs())) : tr("%1 retried:").arg(m_what);
    notice.text = outcomeWords(outcome) + m_remark;
    notice.isUpdate = !isFirst && !outcome.isOver();
    notice.shownForMs = outcome.isOver() ? shownAtTheEndMs : shownWhileWaitingMs;
    if (m_canUndo)
        notice.buttons.append({tr("Undo"), [this] { undo(); }});
    notice.buttons.append({outcome.jobs() == 1 ? tr("Show it") : tr("Show them"),
                           [this, filter = changeFilter(m_changeId)] { emit jobsRequested(filter); }});
    emit noticeRaised(notice);
}

void JobRetrier::undo()
{
    if (!m_canUndo || !m_services.jobChanges)
        return;
    m_canUndo = false;
    m_timer.stop();
    emit stateChanged();
    m_services.jobChanges->undoRetry(
        m_changeId, this, [this, what = m_what](const Result<RetryUndo> &undone) {
            if (undone) {
                emit noticeRaised(
                    {theme::State::Ok, tr("Undone:"), tr("%1 is as it was.").arg(what), {}, {}});
            } else {
                sayFailure(undone.error());
                m_timer.start(leastRestMs); // it goes on, and is followed
            }
            emit changed();
        });
}

void JobRetrier::sayFailure(const Error &error)
{
    ToastNotice notice{theme::State::Failure, error.what + QLatin1Char(':'), error.why, {}, {}};
    notice.shownForMs = 0;
    emit noticeRaised(notice);
}

} // namespace signalbox
