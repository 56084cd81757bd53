#include "ui/pages/endpoint_acts.h"

#include "app/core/endpoint_jobs.h"
#include "app/core/signature_scheme.h"
#include "models/breaker_text.h"
#include "models/display_text.h"
#include "ui/dialogs/consent_dialog.h"
#include "ui/dialogs/open_jobs_choice.h"
#include "ui/dialogs/secret_dialog.h"

#include <QComboBox>

namespace signalbox {

namespace {

QString jobsText(qint64 jobs)
{
    return jobs == 1 ? EndpointActs::tr("one job") : EndpointActs::tr("%1 jobs").arg(numberText(jobs));
}

QString waitingText(qint64 jobs)
{
    return jobs == 0   ? EndpointActs::tr("No job waits for it now.")
           : jobs == 1 ? EndpointActs::tr("One job waits for it now and is held.")
                       : EndpointActs::tr("%1 jobs wait for it now and are held.").arg(numberText(jobs));
}

} // namespace

EndpointActs::EndpointActs(const ConsoleServices &services, QWidget *window)
    : QObject(window)
    , m_services(services)
    , m_window(window)
{
}

void EndpointActs::ask(ConsentQuestion question, const std::function<void(const QString &reason)> &act,
                       const QString &name, QWidget *input)
{
    if (question.stopsOrExposes)
        question.production = productionOf(m_services);
    auto *dialog = new ConsentDialog(question, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [dialog, act] { act(dialog->reason()); });
    if (input)
        dialog->addInput(name, input);
    dialog->open();
}

Reply<QString> EndpointActs::reported(const QString &text)
{
    return [this, text](const Result<QString> &id) { emit done(id ? text : id.error().line(), !id); };
}

void EndpointActs::enable(const EndpointHealth &health)
{
    const QString id = health.endpoint.id;
    const bool probes = startsWithProbe(health, QDateTime::currentDateTimeUtc());
    const auto act = [this, id, probes](const QString &reason) {
        m_services.endpoints->setEndpointEnabled(
            id, true, reason, this,
            reported(probes ? tr("Enabled %1: one probe goes first").arg(id) : tr("Enabled %1").arg(id)));
    };
    if (health.pendingJobs == 0)
        return act({});
    // What was held goes out the moment the endpoint is enabled.
    const QString held = jobsText(health.pendingJobs);
    ConsentQuestion question;
    question.title = tr("Enable %1?").arg(id);
    question.text = probes ? tr("It failed for days: of the held (%1), one goes first as a probe. If that "
                                "succeeds, the others follow.")
                                 .arg(held)
                           : tr("What is held (%1) is sent from now on.").arg(held);
    question.button = tr("Enable");
    question.reason = ConsentQuestion::Reason::Optional;
    question.example = tr("e.g. maintenance is over, ticket 4711");
    question.stopsOrExposes = false;
    ask(question, act);
}

void EndpointActs::disable(const EndpointHealth &health)
{
    const QString id = health.endpoint.id;
    ConsentQuestion question;
    question.title = tr("Disable %1?").arg(id);
    question.text =
        tr("Nothing is sent to it until it is enabled again. %1").arg(waitingText(health.pendingJobs));
    if (health.endpoint.discardWhileDisabled)
        question.text += tr(" New events are discarded, not held.");
    question.button = tr("Disable");
    question.example = tr("e.g. maintenance until 15:00, ticket 4711");
    ask(question, [this, id](const QString &reason) {
        m_services.endpoints->setEndpointEnabled(id, false, reason, this,
                                                 reported(tr("Disabled %1").arg(id)));
    });
}

void EndpointActs::closeBreaker(const EndpointHealth &health)
{
    const QString id = health.endpoint.id;
    ConsentQuestion question;
    question.title = tr("Close the circuit breaker of %1?").arg(id);
    question.text =
        tr("What waits for it (%1) goes out at once, whether it is well again or not. Its failures "
           "so far are forgotten.")
            .arg(jobsText(health.pendingJobs));
    question.button = tr("Close it");
    question.reason = ConsentQuestion::Reason::Optional;
    question.example = tr("e.g. receiver was repaired, ticket 4711");
    ask(question, [this, id](const QString &reason) {
        m_services.endpoints->setBreaker(
            id, BreakerAction::Close, reason, this,
            reported(tr("Closed the circuit breaker of %1: its jobs go out").arg(id)));
    });
}

void EndpointActs::holdBreaker(const EndpointHealth &health)
{
    const QString id = health.endpoint.id;
    ConsentQuestion question;
    question.title = tr("Hold the circuit breaker of %1?").arg(id);
    question.text = tr("No worker sends it anything until the breaker is closed by hand. Its jobs wait, and "
                       "waiting does not use up their attempts; requests under way are finished.");
    question.button = tr("Hold");
    question.example = tr("e.g. receiver is being moved, ticket 4711");
    ask(question, [this, id](const QString &reason) {
        m_services.endpoints->setBreaker(id, BreakerAction::Hold, reason, this,
                                         reported(tr("Holding %1").arg(id)));
    });
}

void EndpointActs::rotateSecret(const EndpointHealth &health)
{
    const QString id = health.endpoint.id;
    auto *overlap = new QComboBox;
    overlap->addItem(tr("24 hours"), defaultOverlapSeconds);
    overlap->addItem(tr("7 days"), 7 * defaultOverlapSeconds);
    overlap->addItem(tr("not at all"), qint64(0));
    ConsentQuestion question;
    question.title = tr("Rotate the secret of %1?").arg(id);
    question.text =
        tr("A new secret is generated and shown. Meanwhile every request is signed with both, then "
           "with the new one alone. Hand the new secret to the receiver before that.");
    question.button = tr("Rotate");
    question.reason = ConsentQuestion::Reason::Optional;
    question.example = tr("e.g. it leaked, ticket 4711");
    const auto act = [this, id, overlap, scheme = health.endpoint.signatureScheme](const QString &reason) {
        const Secret secret = generateSecretFor(scheme);
        m_services.endpoints->rotateSecret(id, secret, overlap->currentData().toLongLong(), reason, this,
                                           [this, id, secret](const Result<QString> &rotated) {
                                               reported(tr("Rotated the secret of %1").arg(id))(rotated);
                                               if (rotated)
                                                   showNewSecret(id, tr("Hand it to the receiver."), secret);
                                           });
    };
    ask(question, act, tr("The old secret goes on signing for"), overlap);
}

void EndpointActs::showNewSecret(const QString &id, const QString &text, const Secret &secret)
{
    auto *dialog = new SecretDialog(tr("The new secret of %1").arg(id), text, secret, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void EndpointActs::revealSecret(const QString &id, const std::function<void()> &show)
{
    ask(revealQuestion(id, {}), [show](const QString &) { show(); });
}

void EndpointActs::remove(const EndpointHealth &health)
{
    const QString id = health.endpoint.id;
    const qint64 jobs = health.pendingJobs;
    ConsentQuestion question;
    question.title = tr("Remove %1?").arg(id);
    question.text =
        tr("It gets no new jobs, and its secret is deleted. Jobs and delivery history stay. It can be "
           "restored, with a new secret.");
    question.button = tr("Remove");
    question.example = tr("e.g. the customer has left, ticket 4711");
    question.isDestructive = true;
    auto *choice = jobs > 0 ? new OpenJobsChoice : nullptr;
    const auto act = [this, id, choice](const QString &reason) {
        removeNow(id, reason, choice && choice->isCancelling());
    };
    ask(question, act,
        jobs == 1 ? tr("One job is not sent yet") : tr("%1 jobs are not sent yet").arg(numberText(jobs)),
        choice);
}

void EndpointActs::removeNow(const QString &id, const QString &reason, bool cancelJobs)
{
    m_services.endpoints->removeEndpoint(id, reason, this,
                                         [this, id, reason, cancelJobs](const Result<QString> &removed) {
                                             if (removed && cancelJobs && m_services.jobActions)
                                                 return cancelJobsOf(id, reason);
                                             reported(tr("Removed %1").arg(id))(removed);
                                         });
}

void EndpointActs::cancelJobsOf(const QString &id, const QString &reason)
{
    m_services.jobActions->changeJobs(
        undeliveredJobsOf(id), JobAction::Cancel, reason, {}, this,
        [this, id](const Result<ActionResult> &result) {
            if (!result)
                return emit done(
                    tr("Removed %1; its jobs are held, not cancelled: %2").arg(id, result.error().line()),
                    true);
            if (result->refused > 0)
                return emit done(
                    tr("Removed %1; not all of its jobs could be cancelled: %2").arg(id, result->refusal),
                    true);
            emit done(tr("Removed %1 and cancelled %2").arg(id, jobsText(result->changed)), false);
        });
}

void EndpointActs::restore(const EndpointHealth &health)
{
    const QString id = health.endpoint.id;
    ConsentQuestion question;
    question.title = tr("Restore %1?").arg(id);
    question.text = tr("It comes back disabled, with a new secret: the old one is gone. Events that happened "
                       "meanwhile are not sent to it.");
    if (!health.endpoint.clientCertificate.isEmpty())
        question.text += tr(" Its client certificate has to be set again, as its key is gone too.");
    if (health.pendingJobs > 0)
        question.text += tr(" Held jobs (%1) still sign with the secret they were made with.")
                             .arg(numberText(health.pendingJobs));
    question.button = tr("Restore");
    question.reason = ConsentQuestion::Reason::Optional;
    question.example = tr("e.g. removed by mistake");
    ask(question, [this, id, scheme = health.endpoint.signatureScheme](const QString &reason) {
        const Secret secret = generateSecretFor(scheme);
        m_services.endpoints->restoreEndpoint(
            id, secret, reason, this, [this, id, secret](const Result<QString> &restored) {
                reported(tr("Restored %1, disabled").arg(id))(restored);
                if (restored)
                    showNewSecret(id, tr("Hand it to the receiver, then enable the endpoint."), secret);
            });
    });
}

} // namespace signalbox
