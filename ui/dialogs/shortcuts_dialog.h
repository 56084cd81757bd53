#pragma once

#include <QDialog>

class QAction;

namespace signalbox {

/// A heading and the actions under it.
struct ShortcutGroup
{
    QString title;
    QList<QAction *> actions;
};

/// Every key of the window and of the page in front.
class ShortcutsDialog final : public QDialog
{
    Q_OBJECT
public:
    explicit ShortcutsDialog(const QList<ShortcutGroup> &groups, QWidget *parent = nullptr);
};

} // namespace signalbox
