#include "ui/mainwindow.h"

#include "models/display_text.h"
#include "ui/dialogs/connections_dialog.h"
#include "ui/dialogs/shortcuts_dialog.h"
#include "ui/dialogs/workers_dialog.h"
#include "ui/pages/console_page.h"
#include "ui/widgets/command_palette.h"

#include <QAction>
#include <QUuid>

// What the window opens on request: connections, keys, the command palette.

namespace signalbox {

namespace {

PaletteEntry entryOf(QAction *action, const QString &icon)
{
    return {action->text(), action->shortcut().toString(QKeySequence::NativeText), icon,
            [action] { action->trigger(); }};
}

} // namespace

void MainWindow::openConnections()
{
    auto *dialog = new ConnectionsDialog(m_services, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::openShortcuts()
{
    QList<ShortcutGroup> groups = {{tr("Everywhere"), m_windowActions}};
    if (currentPage())
        groups.append({currentPage()->pageTitle(), currentPage()->pageActions()});
    auto *dialog = new ShortcutsDialog(groups, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::openWorkers()
{
    if (!m_services.overview)
        return;
    auto *dialog = new WorkersDialog(m_services, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

QList<PaletteEntry> MainWindow::paletteEntries()
{
    QList<PaletteEntry> entries;
    if (currentPage()) {
        for (QAction *action : currentPage()->pageActions()) {
            if (action->isEnabled() && action->isVisible())
                entries.append(entryOf(action, currentPage()->iconName()));
        }
    }
    for (int index = 0; index < m_windowActions.size(); ++index) {
        const bool isPage = index < m_pages.size();
        entries.append(entryOf(m_windowActions.at(index),
                               isPage ? m_pages.at(index)->iconName() : QStringLiteral("next")));
    }
    return entries;
}

QList<PaletteEntry> MainWindow::jumpsOf(const QString &typed)
{
    if (QUuid::fromString(typed).isNull())
        return {};
    const auto jump = [this, typed](const QString &text, const QString &pageId) {
        return PaletteEntry{text.arg(shortId(typed)), tr("id"), pageId, [this, typed, pageId] {
                                openRequest(pageId, QStringLiteral("id:") + typed, typed);
                            }};
    };
    const QString events = QStringLiteral("events");
    return {jump(tr("Open job %1"), QStringLiteral("queue")),
            jump(tr("Open delivery %1"), QStringLiteral("deliveries")),
            jump(tr("Open event %1"), events),
            {tr("Events of correlation %1").arg(shortId(typed)), tr("correlation"), events,
             [this, typed, events] { openRequest(events, QStringLiteral("correlation:") + typed, {}); }}};
}

void MainWindow::openPalette()
{
    m_palette->open(paletteEntries(), [this](const QString &typed) { return jumpsOf(typed); });
    if (!m_services.endpoints || !m_rights.allows(ConsoleAct::SeeEndpoints))
        return;
    m_services.endpoints->listEndpoints(this, [this](const Result<QList<EndpointHealth>> &endpoints) {
        if (!endpoints)
            return;
        QList<PaletteEntry> entries;
        for (const EndpointHealth &health : *endpoints) {
            const QString id = health.endpoint.id;
            entries.append({id, tr("endpoint"), QStringLiteral("endpoints"),
                            [this, id] { openRequest(QStringLiteral("endpoints"), {}, id); }});
            entries.append({tr("Jobs of %1").arg(id), tr("queue"), QStringLiteral("queue"), [this, id] {
                                openRequest(QStringLiteral("queue"),
                                            QStringLiteral("endpoint:") + quoteFilterValue(id), {});
                            }});
        }
        m_palette->addEntries(entries);
    });
}

} // namespace signalbox
