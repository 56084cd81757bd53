#pragma once

#include <QString>

namespace signalbox {

/// How a session plans its statements.
enum class Plans {
    Fresh, ///< at each call, for the values at hand: what people filter by differs
    /// Once. For a worker's few statements, whose planning costs more than running them. They are written for
    /// one index each; made while a table is empty, such a plan must not be one that reads all of it.
    Kept
};

/// How a session is opened beyond where it goes and what it may do there.
struct SessionOptions
{
    Plans plans = Plans::Fresh;
    int statementTimeoutMs = 0; ///< 0: none
    QString applicationName = QStringLiteral("signalbox");
};

} // namespace signalbox
