#pragma once

#include "app/core/result.h"

namespace signalbox {

/// Whether the server refused the data of a row (SQLSTATE classes 22 data, 23 integrity, 54 limits): the same
/// row is refused again, others are not. Everything else (disk full, locks, time limits, rights, a missing
/// table, no connection) says nothing of the row, and passes or is mended.
inline bool blamesTheRow(const Error &error)
{
    return error.sqlState.startsWith(QLatin1String("22")) || error.sqlState.startsWith(QLatin1String("23")) ||
           error.sqlState.startsWith(QLatin1String("54"));
}

/// Whether a statement ran out of its time, or was cancelled.
inline bool isOutOfTime(const Error &error)
{
    return error.sqlState == QLatin1String("57014");
}

/// Whether the same statement over fewer rows may pass: time limit, memory, disk.
inline bool mayPassInSmallerParts(const Error &error)
{
    return isOutOfTime(error) || error.sqlState.startsWith(QLatin1String("53"));
}

/// The server's sentence without what follows it: details quote rows, context quotes code.
inline QString briefReason(const Error &error)
{
    constexpr qsizetype longest = 300;
    QString reason = error.why;
    for (const char *part : {" DETAIL: ", " HINT: ", " CONTEXT: ", " STATEMENT: "}) {
        if (const qsizetype at = reason.indexOf(QLatin1String(part)); at >= 0)
            reason.truncate(at);
    }
    reason.truncate(longest);
    return error.sqlState.isEmpty() ? reason : reason + QStringLiteral(" (SQLSTATE %1)").arg(error.sqlState);
}

/// As Error::line(), with the brief reason.
inline QString briefLine(const Error &error)
{
    return error.what + QStringLiteral(": ") + briefReason(error);
}

} // namespace signalbox
