#include "ui/mainwindow.h"

#include "app/core/page_source.h"
#include "models/display_text.h"
#include "ui/dialogs/connections_dialog.h"
#include "ui/dialogs/shortcuts_dialog.h"
#include "ui/dialogs/workers_dialog.h"
#include "ui/pages/console_page.h"
#include "ui/widgets/command_palette.h"

#include <QAction>
#include <QHash>
#include <QUuid>

#include <algorithm>

// What the window opens on request: connections, keys, the command palette.

namespace signalbox {

namespace {

PaletteEntry entryOf(QAction *action, const QString &icon)
{
    return {action->text(), action->shortcut().toString(QKeySequence::NativeText), icon,
            [action] { action->trigger(); }};
}

std::optional<Table> tableOf(const QString &pageId)
{
    static const QHash<QString, Table> tables{{QStringLiteral("queue"), Table::Jobs},
                                              {QStringLiteral("deliveries"), Table::Deliveries},
                                              {QStringLiteral("events"), Table::Events},
                                              {QStringLiteral("streams"), Table::Streams}};
    const auto table = tables.constFind(pageId);
    return table == tables.cend() ? std::nullopt : std::optional(*table);
}

/// Whether a text is a filter of a table, not merely a word to be looked for there.
bool isFilterOf(Table table, const QString &text)
{
    const auto filter = parseFilter(text, table);
    return filter && std::any_of(filter->terms.cbegin(), filter->terms.cend(),
                                 [](const FilterTerm &term) { return term.field != FilterField::Any; });
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
        const QString target = currentPage()->selectedId();
        for (QAction *action : currentPage()->pageActions()) {
            if (!action->isEnabled() || !action->isVisible())
                continue;
            PaletteEntry entry = entryOf(action, currentPage()->iconName());
            if (!target.isEmpty()) // what it acts on, before it does
                entry.hint = QStringLiteral("%1 %2").arg(shortId(target), entry.hint).trimmed();
            entries.append(entry);
        }
    }
    for (int index = 0; index < m_windowActions.size(); ++index) {
        const bool isPage = index < m_pages.size();
        entries.append(entryOf(m_windowActions.at(index),
                               isPage ? m_pages.at(index)->iconName() : QStringLiteral("next")));
    }
    return entries;
}

// A filter opens the tables that it fits, the one in front first.
QList<PaletteEntry> MainWindow::filteredPages(const QString &typed)
{
    QList<PaletteEntry> entries;
    for (ConsolePage *page : std::as_const(m_pages)) {
        const QString pageId = page->pageId();
        const std::optional<Table> table = tableOf(pageId);
        if (!table || !isFilterOf(*table, typed))
            continue;
        const PaletteEntry entry{tr("Filter %1 by %2").arg(page->pageTitle(), typed), tr("filter"),
                                 page->iconName(), [this, pageId, typed] { openRequest(pageId, typed, {}); }};
        page == currentPage() ? entries.prepend(entry) : entries.append(entry);
    }
    return entries;
}

// A whole id opens what it names; its beginning, as tables show it, and any other word are looked for.
QList<PaletteEntry> MainWindow::jumpsOf(const QString &typed)
{
    if (const QList<PaletteEntry> filtered = filteredPages(typed); !filtered.isEmpty())
        return filtered;
    const QString word = typed.section(QChar(0x2026), 0, 0); // "4da4f9fc…1a69", copied from a cell
    const QString filter = quoteFilterValue(word);
    QList<PaletteEntry> jumps;
    if (!QUuid::fromString(word).isNull()) {
        const auto open = [&](const QString &text, const QString &pageId) {
            jumps.append({text.arg(shortId(word)), tr("id"), pageId,
                          [this, word, pageId] { openRequest(pageId, QStringLiteral("id:") + word, word); }});
        };
        open(tr("Open job %1"), QStringLiteral("queue"));
        open(tr("Open delivery %1"), QStringLiteral("deliveries"));
        open(tr("Open event %1"), QStringLiteral("events"));
    }
    for (ConsolePage *page : std::as_const(m_pages)) {
        const QString pageId = page->pageId();
        if (tableOf(pageId))
            jumps.append(
                {tr("Search %1 for %2").arg(page->pageTitle(), word), tr("search"), page->iconName(),
                 [this, pageId, filter] { openRequest(pageId, QStringLiteral("any:") + filter, {}); },
                 false});
    }
    return jumps;
}

// Streams are too many to be listed: those that contain the word are asked for.
void MainWindow::lookForStreams(const QString &typed)
{
    if (!m_services.pages || !m_rights.allows(ConsoleAct::SeeStreams))
        return;
    const auto filter = parseFilter(QStringLiteral("any:") + quoteFilterValue(typed), Table::Streams);
    if (!filter)
        return;
    constexpr int most = 5;
    PageRequest request;
    request.table = Table::Streams;
    request.filter = *filter;
    request.sort.column = QStringLiteral("updated_at");
    request.limit = most;
    m_services.pages->fetchPage(request, this, [this, typed](const Result<Page> &page) {
        if (!page)
            return; // the page of streams says why
        QList<PaletteEntry> entries;
        for (const QSqlRecord &row : page->rows) {
            const QString id = rowKey(row);
            entries.append({id, tr("stream"), QStringLiteral("streams"), [this, id] {
                                openRequest(QStringLiteral("streams"),
                                            QStringLiteral("stream:") + quoteFilterValue(id), id);
                            }});
        }
        m_palette->addFound(typed, entries);
    });
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
