#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>

class QApplication;

namespace signalbox::theme {

/// The tokens of the design's colour table (§9). Nothing outside ui/theme names a colour.
/// Beyond that table: Inset is the ground of code and fields on a surface, Hover that of a row or button
/// under the pointer, OnAccent the text on the accent colour.
enum class Token { Window, Rail, Surface, Border, Text, Muted, Accent, Selection, Inset, Hover, OnAccent };
enum class State { Ok, Warning, Failure, Ambiguous, Held, Information, Unreached };
enum class Mode { System, Light, Dark };

/// Sets Fusion style, palette, fonts and style sheet for the whole program. Later calls switch at run time:
/// every widget gets a PaletteChange event and repaints.
void apply(QApplication &application, Mode mode);
Mode mode();
bool isDark();

QColor color(Token token);
QColor stateText(State state);
QColor stateGround(State state);

/// Job status ("failed") or outcome ("no-answer") to its state; the same colour for the same state
/// everywhere.
State stateOf(const QString &statusOrOutcome);
/// Its own word to a state: "ok", "warning", "failure", "ambiguous", "held", "information", "unreached".
State stateFromName(const QString &name);

/// The palette and the style sheet of the current colours; `apply` sets them.
QPalette palette();
QString styleSheet();

QFont textFont();   ///< 13 px
QFont smallFont();  ///< 12 px
QFont strongFont(); ///< 13 px, demi-bold
QFont monoFont();   ///< 12 px, JetBrains Mono where installed
QFont titleFont();  ///< 18 px, demi-bold
QFont figureFont(); ///< 24 px, demi-bold

inline constexpr int rowHeight = 28;
inline constexpr int step = 4; ///< spacing comes in multiples of it
inline constexpr int radius = 6;

} // namespace signalbox::theme
