#pragma once

#include "ui/widgets/card.h"

#include <QTimer>

#include <functional>

class QLineEdit;
class QListView;
class QStandardItemModel;

namespace signalbox {

/// Something the palette can do.
struct PaletteEntry
{
    QString title;
    QString hint; ///< keys or kind, at the right
    QString icon;
    std::function<void()> run;
    bool isExact = true; ///< made of the typed text: it names this very thing; false: a search for it
};

/// Ctrl+K: finds every action, page, endpoint and id by typing a part of its name. Lies over the window; Esc
/// or a click elsewhere closes it.
class CommandPalette final : public Card
{
    Q_OBJECT
public:
    explicit CommandPalette(QWidget *window);

    /// `entries` are searched by name; `jumps` makes entries of the typed text itself, e.g. of an id.
    void open(QList<PaletteEntry> entries, std::function<QList<PaletteEntry>(const QString &)> jumps);
    void addEntries(const QList<PaletteEntry> &entries); ///< what was found after opening
    /// What was found for a text that is still typed; dropped when it is another one by now.
    void addFound(const QString &typed, const QList<PaletteEntry> &entries);

signals:
    /// Typing paused: what the window does not hold may be looked for.
    void lookedFor(const QString &typed);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    bool handleKey(int key);
    void show(const QString &typed);
    void runCurrent();
    void place();

    QLineEdit *m_edit;
    QListView *m_list;
    QStandardItemModel *m_rows;
    QTimer m_pause;
    QList<PaletteEntry> m_entries;
    QList<PaletteEntry> m_found; ///< for the text that is typed
    QList<PaletteEntry> m_shown;
    std::function<QList<PaletteEntry>(const QString &)> m_jumps;
};

/// How well the letters of `typed` fit `title`, in order; -1: not at all.
int matchScore(const QString &typed, const QString &title);

} // namespace signalbox
