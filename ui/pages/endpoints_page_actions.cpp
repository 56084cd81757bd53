#include "ui/pages/endpoints_page.h"

#include "app/core/console.h"
#include "app/core/delivery_control.h"
#include "app/core/signature.h"
#include "models/display_text.h"
#include "ui/dialogs/endpoint_editor.h"
#include "ui/panes/endpoint_pane.h"

#include <QAction>
#include <QMessageBox>
#include <QPushButton>

namespace signalbox {

void EndpointsPage::updateActions()
{
    const EndpointHealth *health = current();
    const bool chosen = health != nullptr;
    const bool enabled = chosen && health->endpoint.enabled;
    m_toggle->setText(chosen && !enabled ? tr("Enable") : tr("Disable"));
    m_edit->setEnabled(chosen);
    m_edit->setText(m_readOnly ? tr("View settings…") : tr("Edit…"));
    m_secret->setEnabled(chosen);
    for (QAction *action : {m_toggle, m_test, m_rotate, m_remove})
        action->setEnabled(chosen && !m_readOnly);
    m_add->setEnabled(!m_readOnly);
    const QString readOnlyTip = m_readOnly ? tr("This connection is read-only") : QString();
    for (QAction *action : {m_add, m_toggle, m_test, m_rotate, m_remove})
        action->setStatusTip(readOnlyTip);
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
    auto *editor = new EndpointEditor(m_services, std::nullopt, m_readOnly, this);
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
    auto *editor = new EndpointEditor(m_services, health->endpoint, m_readOnly, this);
    editor->setAttribute(Qt::WA_DeleteOnClose);
    connect(editor, &EndpointEditor::saved, this, [this](const QString &id) {
        emit messageRaised(tr("Saved %1").arg(id), false);
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
    const auto act = [this, id, enable] {
        m_services.endpoints->setEndpointEnabled(
            id, enable, this, reported(enable ? tr("Enabled %1").arg(id) : tr("Disabled %1").arg(id)));
    };
    if (!enable || health->pendingJobs == 0)
        return act();
    // What was held goes out the moment the endpoint is enabled.
    confirm(tr("Enable %1?").arg(id),
            tr("%1 held jobs are sent from now on.").arg(numberText(health->pendingJobs)), tr("Enable"), act);
}

void EndpointsPage::rotateSecret()
{
    const EndpointHealth *health = current();
    if (!health)
        return;
    const QString id = health->endpoint.id;
    confirm(tr("Rotate the secret of %1?").arg(id),
            tr("A new secret is generated. For 24 hours every request is signed with both, then with the new "
               "one alone. "
               "Hand the new secret to the receiver meanwhile."),
            tr("Rotate"), [this, id, scheme = health->endpoint.signatureScheme] {
                m_services.endpoints->rotateSecret(id, generateSecretFor(scheme), defaultOverlapSeconds, this,
                                                   reported(tr("Rotated the secret of %1").arg(id)));
            });
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
                m_services.endpoints->removeEndpoint(id, this, reported(tr("Removed %1").arg(id)));
            });
}

void EndpointsPage::toggleSecret()
{
    m_pane->toggleSecret();
}

void EndpointsPage::confirm(const QString &title, const QString &text, const QString &button,
                            const std::function<void()> &act)
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, title, title, QMessageBox::Cancel, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(text);
    const QPushButton *accept = box->addButton(button, QMessageBox::AcceptRole);
    connect(accept, &QPushButton::clicked, this, act);
    box->open();
}

} // namespace signalbox
