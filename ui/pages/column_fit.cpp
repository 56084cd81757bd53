#include "ui/pages/column_fit.h"

#include <QtGlobal>

#include <numeric>

namespace signalbox {

namespace {

int sum(const QList<int> &numbers)
{
    return std::accumulate(numbers.begin(), numbers.end(), 0);
}

// The next column to leave out; -1: none gives way any more.
qsizetype nextToGiveWay(const QList<ColumnNeed> &needs, const QList<int> &widths)
{
    qsizetype next = -1;
    for (qsizetype i = 0; i < needs.size(); ++i) {
        if (widths.at(i) > 0 && needs.at(i).givesWay > 0 &&
            (next < 0 || needs.at(i).givesWay < needs.at(next).givesWay))
            next = i;
    }
    return next;
}

// Bars share what is left, all of the same part of what they want; the rest is for the column that takes it.
void spread(const QList<ColumnNeed> &needs, int extra, QList<int> &widths)
{
    int wanted = 0;
    for (qsizetype i = 0; i < needs.size(); ++i)
        wanted += widths.at(i) > 0 ? needs.at(i).wanted - needs.at(i).text : 0;
    const double part = wanted > 0 ? qMin(1.0, double(extra) / wanted) : 0;
    for (qsizetype i = 0; i < needs.size(); ++i) {
        if (widths.at(i) == 0)
            continue;
        const int more = int(part * (needs.at(i).wanted - needs.at(i).text));
        widths[i] += more;
        extra -= more;
    }
    for (qsizetype i = 0; i < needs.size(); ++i) {
        if (needs.at(i).takesRest && widths.at(i) > 0)
            widths[i] += extra;
    }
}

} // namespace

QList<int> fitColumns(const QList<ColumnNeed> &needs, int room)
{
    QList<int> widths;
    for (const ColumnNeed &need : needs)
        widths << need.text;
    while (sum(widths) > room) {
        const qsizetype next = nextToGiveWay(needs, widths);
        if (next < 0)
            break;
        widths[next] = 0;
    }
    const int extra = room - sum(widths);
    if (extra >= 0) {
        spread(needs, extra, widths);
        return widths;
    }
    for (qsizetype i = 0; i < needs.size(); ++i) {
        if (needs.at(i).takesRest)
            widths[i] = qMax(1, widths.at(i) + extra);
    }
    return widths;
}

int leastRoom(const QList<ColumnNeed> &needs)
{
    int room = 0;
    for (const ColumnNeed &need : needs)
        room += need.givesWay > 0 ? 0 : need.text;
    return room;
}

} // namespace signalbox
