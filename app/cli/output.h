#pragma once

#include "app/core/result.h"

#include <QByteArray>
#include <QString>

namespace signalbox {

/// The text without anything that moves a terminal's cursor, recolours it or turns its text round: control
/// characters (ESC and C1 among them) and those that direct text are each shown as "?".
QString terminalText(QString text);

/// Data, to stdout, as UTF-8.
void printData(const QByteArray &text);
void printLine(const QString &line);

/// One line `signalbox: text` to stderr.
void printMessage(const QString &text);
/// "what: why, at character N (hint)" to stderr.
void printError(const Error &error);

/// Writes out what is buffered. False when stdout could not take it, a full disk for example.
bool flushData();

} // namespace signalbox
