#include "ui/pages/endpoints_page.h"

#include "app/core/console.h"
#include "app/core/delivery_control.h"
#include "app/core/signature_scheme.h"
#include "models/breaker_text.h"
#include "models/display_text.h"
#include "ui/dialogs/endpoint_editor.h"
#include "ui/dialogs/prompt_dialog.h"
#include "ui/pages/page_obstacle.h"
#include "ui/panes/endpoint_pane.h"

#include <QAction>
#include <QComboBox>
#include <QLineEdit>

namespace signalbox {

namespace {

/// Enables an action, or says why not; hides what the role could never do.
void offer(QAction *action, const ConnectionStatus &status, ConsoleAct act, bool isPossible)
{
    const QString obstacle = actionObstacle(status, act);
    action->setEnabled(isPossible && obstacle.isEmpty());
    action->setVisible(status.rights.allows(act));
    action->setStatusTip(obstacle);
}

} // namespace

void EndpointsPage::updateActions()
{
    const EndpointHealth *health = current();
    const bool chosen = health != nullptr;
    const bool enabled = chosen && health->endpoint.enabled;
    const Breaker breaker = chosen ? health->breaker : Breaker::Closed;
    m_toggle->setText(chosen && !enabled ? tr("Enable") : tr("Disable"));
    m_edit->setEnabled(chosen);
    m_edit->setText(mayChange() ? tr("Edit…") : tr("View settings…"));
    m_secret->setEnabled(chosen);
    offer(m_add, m_status, ConsoleAct::AddEndpoints, m_status.state == ConnectionStatus::State::Connected);
    for (QAction *action : {m_toggle, m_rotate, m_remove})
        offer(action, m_status, ConsoleAct::ChangeEndpoints, chosen);
    offer(m_test, m_status, ConsoleAct::Deliver, chosen);
    offer(m_closeBreaker, m_status, ConsoleAct::MoveBreakers, chosen && breaker != Breaker::Closed);
    offer(m_holdBreaker, m_status, ConsoleAct::MoveBreakers, chosen && breaker != Breaker::Held);
}

bool EndpointsPage::mayChange() const
{
    return actionObstacle(m_status, ConsoleAct::ChangeEndpoints).isEmpty();
}

Reply<QString> EndpointsPage::reported(const QString &done)
{
    return [this, done](const Result<QString> &id) {
        emit messageRaised(id ? done : id.error().line(), !id);
        refresh();
    };
}

void EndpointsPage::add()
{
    auto *editor = new EndpointEditor(m_services, std::nullopt, m_status.readOnly, this);
    editor->setAttribute(Qt::WA_DeleteOnClose);
    connect(editor, &EndpointEditor::saved, this, [this](const QString &id) {
        emit messageRaised(tr("Added %1").arg(id), false);
        m_wantedId = id;
        refresh();
    });
    editor->open();
}

void EndpointsPage::edit()
{
    const EndpointHealth *health = current();
    if (!health)
        return;
    auto *editor = new EndpointEditor(m_services, health->endpoint, !mayChange(), this);
    editor->setAttribute(Qt::WA_DeleteOnClose);
    editor->setLatency(health->p95Ms);
    connect(editor, &EndpointEditor::saved, this, [this](const QString &id, qint64 followed) {
        emit messageRaised(followed == 0 ? tr("Saved %1").arg(id)
                           : followed == 1
                               ? tr("Saved %1; one job takes over its settings").arg(id)
                               : tr("Saved %1; %2 jobs take over its settings").arg(id, numberText(followed)),
                           false);
        refresh();
    });
    editor->open();
}

void EndpointsPage::toggleEnabled()
{
    const EndpointHealth *health = current();
    if (!health)
        return;
    const QString id = health->endpoint.id;
    const bool enable = !health->endpoint.enabled;
    const bool probes = enable && startsWithProbe(*health, QDateTime::currentDateTimeUtc());
    const QString done = !enable  ? tr("Disabled %1").arg(id)
                         : probes ? tr("Enabled %1: one probe goes first").arg(id)
                                  : tr("Enabled %1").arg(id);
    const auto act = [this, id, enable, done] {
        m_services.endpoints->setEndpointEnabled(id, enable, {}, this, reported(done));
    };
    if (!enable || health->pendingJobs == 0)
        return act();
    // What was held goes out the moment the endpoint is enabled.
    const QString held = numberText(health->pendingJobs);
    confirm(tr("Enable %1?").arg(id),
            probes ? tr("It failed for days, so one of its %1 held jobs goes first as a probe. If that "
                        "succeeds, the "
                        "others follow.")
                         .arg(held)
                   : tr("%1 held jobs are sent from now on.").arg(held),
            tr("Enable"), act);
}

void EndpointsPage::rotateSecret()
{
    const EndpointHealth *health = current();
    if (!health)
        return;
    const QString id = health->endpoint.id;
    auto *overlap = new QComboBox;
    overlap->addItem(tr("24 hours"), defaultOverlapSeconds);
    overlap->addItem(tr("7 days"), 7 * defaultOverlapSeconds);
    overlap->addItem(tr("not at all"), qint64(0));
    auto *dialog = new PromptDialog(tr("Rotate the secret of %1?").arg(id),
                                    tr("A new secret is generated. Meanwhile every request is signed with "
                                       "both, then with the new one alone. "
                                       "Hand the new secret to the receiver before that."),
                                    tr("The old secret goes on signing for"), overlap, tr("Rotate"), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, id, overlap, scheme = health->endpoint.signatureScheme] {
        m_services.endpoints->rotateSecret(id, generateSecretFor(scheme), overlap->currentData().toLongLong(),
                                           {}, this, reported(tr("Rotated the secret of %1").arg(id)));
    });
    dialog->open();
}

void EndpointsPage::closeBreaker()
{
    const EndpointHealth *health = current();
    if (!health)
        return;
    const QString id = health->endpoint.id;
    m_services.endpoints->setBreaker(
        id, BreakerAction::Close, {}, this,
        reported(tr("Closed the circuit breaker of %1: its jobs go out").arg(id)));
}

void EndpointsPage::holdBreaker()
{
    const EndpointHealth *health = current();
    if (!health)
        return;
    const QString id = health->endpoint.id;
    auto *reason = new QLineEdit;
    reason->setMaxLength(500);
    reason->setPlaceholderText(tr("e.g. receiver is being moved, ticket 4711"));
    auto *dialog = new PromptDialog(tr("Hold the circuit breaker of %1?").arg(id),
                                    tr("No worker sends it anything until the breaker is closed by hand. Its "
                                       "jobs wait, and waiting does not use "
                                       "up their attempts; requests under way are finished."),
                                    tr("Reason"), reason, tr("Hold"), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptable(false);
    connect(reason, &QLineEdit::textChanged, dialog,
            [dialog](const QString &text) { dialog->setAcceptable(!text.trimmed().isEmpty()); });
    connect(dialog, &QDialog::accepted, this, [this, id, reason] {
        m_services.endpoints->setBreaker(id, BreakerAction::Hold, reason->text().trimmed(), this,
                                         reported(tr("Holding %1").arg(id)));
    });
    dialog->open();
}

void EndpointsPage::sendTest()
{
    const EndpointHealth *health = current();
    if (!health)
        return;
    const QString id = health->endpoint.id;
    m_pane->showTestStarted(id);
    m_services.delivery->sendTest(id, this, [this, id](const Result<AttemptRecord> &attempt) {
        m_pane->showTestResult(id, attempt);
        refresh();
    });
}

void EndpointsPage::remove()
{
    const EndpointHealth *health = current();
    if (!health)
        return;
    const QString id = health->endpoint.id;
    confirm(tr("Remove %1?").arg(id),
            tr("It gets no new jobs and its %1 pending jobs are not sent. Jobs and delivery history stay.")
                .arg(numberText(health->pendingJobs)),
            tr("Remove"), [this, id] {
                m_services.endpoints->removeEndpoint(id, {}, this, reported(tr("Removed %1").arg(id)));
            });
}

void EndpointsPage::toggleSecret()
{
    m_pane->toggleSecret();
}

void EndpointsPage::confirm(const QString &title, const QString &text, const QString &button,
                            const std::function<void()> &act)
{
    auto *dialog = new PromptDialog(title, text, button, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, act);
    dialog->open();
}

} // namespace signalbox
