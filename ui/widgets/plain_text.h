#pragma once

#include <QString>

class QApplication;

namespace signalbox {

// Text out of a database, of a receiver or of a server's error is never markup: Qt takes what looks like HTML
// for rich text in tooltips and wherever nobody says otherwise, and then loads the files it names.

/// Has every tooltip of the application shown as the characters it consists of, whoever sets it: a widget, an
/// item, a header, an action. Calls after the first do nothing.
void showToolTipsAsPlainText(QApplication &application);

/// What a tooltip is given so that it shows `text` literally; texts beyond a screenful end in "…".
QString plainToolTip(const QString &text);

/// As the text of a button or an action: an ampersand stays one instead of naming a key.
QString literalCaption(QString text);

} // namespace signalbox
