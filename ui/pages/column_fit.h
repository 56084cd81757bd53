#pragma once

#include <QList>

namespace signalbox {

/// What a column of a short list asks for.
struct ColumnNeed
{
    int text = 0;     ///< px for the longest of its texts, its title too
    int wanted = 0;   ///< px with its bar, or as its designer likes it; at least `text`
    int givesWay = 0; ///< 1 is left out first where there is no room; 0: never
    bool takesRest = false;
};

/// Widths in px for a room of so many: texts are whole, bars give way first, then columns in their turn (0:
/// left out). Where that is not enough, whoever takes the rest gets less than its text.
QList<int> fitColumns(const QList<ColumnNeed> &needs, int room);

/// The least room in which no text is cut, everything left out that may be.
int leastRoom(const QList<ColumnNeed> &needs);

} // namespace signalbox
