#pragma once

#include "ui/theme/theme.h"

#include <QList>
#include <QString>

class QAction;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QWidget;

namespace signalbox {

/// Variants of buttons that the style sheet knows: "primary", "danger", "flat", "link"; "bare" for line
/// edits.
void setKind(QWidget *widget, const QString &kind);
/// Marks a field as wrong (red border).
void setInvalid(QWidget *widget, bool invalid);

QPushButton *makeButton(const QString &text, QWidget *parent, const QString &kind = {});
/// A button that triggers an action and follows its text, enabled state and tool tip (with the shortcut
/// named).
QPushButton *makeActionButton(QAction *action, QWidget *parent, const QString &kind = {});

/// The last row of a dialog: buttons at the right, what decides last; `left` stands opposite, if anything.
QHBoxLayout *makeButtonRow(const QList<QPushButton *> &buttons, QWidget *left = nullptr);

QLabel *makeLabel(const QString &text, const QFont &font, QWidget *parent);
QLabel *makeMutedLabel(const QString &text, QWidget *parent); ///< 12 px
/// Heading of a section inside a pane or card: 13 px demi-bold.
QLabel *makeHeading(const QString &text, QWidget *parent);

/// An action with its shortcut, working while `owner` is visible in the active window.
QAction *makeAction(const QString &text, const QString &shortcut, QWidget *owner);

} // namespace signalbox
