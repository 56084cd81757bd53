#include "ui/pages/endpoints_page.h"

#include "app/core/console.h"
#include "app/core/delivery_control.h"
#include "models/display_text.h"
#include "ui/dialogs/endpoint_editor.h"
#include "ui/pages/endpoint_acts.h"
#include "ui/pages/page_obstacle.h"
#include "ui/panes/endpoint_pane.h"

#include <QAction>

namespace signalbox {

namespace {

/// Enables an action, or says why not; hides what the role could never do, and what is `unfit` for the
/// endpoint.
void offer(QAction *action, const ConnectionStatus &status, ConsoleAct act, bool isPossible,
           bool isFit = true)
{
    const QString obstacle = actionObstacle(status, act);
    action->setEnabled(isPossible && isFit && obstacle.isEmpty());
    action->setVisible(status.rights.allows(act) && isFit);
    action->setStatusTip(obstacle);
}

} // namespace

void EndpointsPage::updateActions()
{
    const EndpointHealth *health = current();
    const bool chosen = health != nullptr;
    const bool present = !chosen || !health->endpoint.removedAt; // of a removed one only what brings it back
    const bool enabled = chosen && health->endpoint.enabled;
    const Breaker breaker = chosen ? health->breaker : Breaker::Closed;
    m_toggle->setText(chosen && !enabled ? tr("Enable") : tr("Disable…"));
    m_edit->setText(mayChange() ? tr("Edit…") : tr("View settings…"));
    for (QAction *action : {m_edit, m_secret}) {
        action->setEnabled(chosen && present);
        action->setVisible(present);
    }
    offer(m_add, m_status, ConsoleAct::AddEndpoints, m_status.state == ConnectionStatus::State::Connected);
    for (QAction *action : {m_toggle, m_rotate, m_remove})
        offer(action, m_status, ConsoleAct::ChangeEndpoints, chosen, present);
    offer(m_restore, m_status, ConsoleAct::ChangeEndpoints, chosen, !present);
    offer(m_test, m_status, ConsoleAct::Deliver, chosen, present);
    offer(m_closeBreaker, m_status, ConsoleAct::MoveBreakers, chosen && breaker != Breaker::Closed, present);
    offer(m_holdBreaker, m_status, ConsoleAct::MoveBreakers, chosen && breaker != Breaker::Held, present);
}

bool EndpointsPage::mayChange() const
{
    return actionObstacle(m_status, ConsoleAct::ChangeEndpoints).isEmpty();
}

void EndpointsPage::actOnCurrent(void (EndpointActs::*act)(const EndpointHealth &))
{
    if (const EndpointHealth *health = current())
        (m_acts->*act)(*health);
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
    if (!health || health->endpoint.removedAt)
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
    if (health && health->endpoint.enabled)
        m_acts->disable(*health);
    else if (health)
        m_acts->enable(*health);
}

void EndpointsPage::rotateSecret()
{
    actOnCurrent(&EndpointActs::rotateSecret);
}

void EndpointsPage::closeBreaker()
{
    actOnCurrent(&EndpointActs::closeBreaker);
}

void EndpointsPage::holdBreaker()
{
    actOnCurrent(&EndpointActs::holdBreaker);
}

void EndpointsPage::remove()
{
    actOnCurrent(&EndpointActs::remove);
}

void EndpointsPage::restore()
{
    actOnCurrent(&EndpointActs::restore);
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

// Hiding asks nobody.
void EndpointsPage::toggleSecret()
{
    if (m_pane->isSecretShown())
        return m_pane->toggleSecret();
    const EndpointHealth *health = current();
    if (!health)
        return;
    const QString id = health->endpoint.id;
    m_acts->revealSecret(id, [this, id] {
        if (m_pane->shownId() == id)
            m_pane->toggleSecret();
    });
}

} // namespace signalbox
