#include "ui/dialogs/shortcuts_dialog.h"

#include "ui/widgets/controls.h"

#include <QAction>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>

namespace signalbox {

ShortcutsDialog::ShortcutsDialog(const QList<ShortcutGroup> &groups, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Keys"));
    auto *columns = new QHBoxLayout(this);
    columns->setContentsMargins(24, 20, 24, 20);
    columns->setSpacing(40);
    for (const ShortcutGroup &group : groups) {
        auto *grid = new QGridLayout;
        grid->setHorizontalSpacing(16);
        grid->setVerticalSpacing(6);
        grid->addWidget(makeHeading(group.title, this), 0, 0, 1, 2);
        int row = 1;
        for (const QAction *action : group.actions) {
            if (action->shortcut().isEmpty())
                continue;
            grid->addWidget(makeLabel(action->text(), theme::textFont(), this), row, 0);
            QLabel *keys =
                makeLabel(action->shortcut().toString(QKeySequence::NativeText), theme::monoFont(), this);
            keys->setForegroundRole(QPalette::PlaceholderText);
            grid->addWidget(keys, row, 1, Qt::AlignRight);
            ++row;
        }
        grid->setRowStretch(row, 1);
        columns->addLayout(grid);
    }
}

} // namespace signalbox
