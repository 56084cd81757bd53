#pragma once

#include <QList>
#include <QPair>
#include <QString>

#include <optional>

namespace signalbox {

/// Due jobs of the endpoints of one class: "ready", "throttled", "breaker-open", "disabled". Classes instead
/// of endpoints, so that the number of series does not grow with the number of customers.
struct QueueClassDepth
{
    QString endpointClass;
    qint64 jobs = 0;
    bool isCapped = false;       ///< there are more; counting stopped
    double oldestDueSeconds = 0; ///< 0 without jobs
};

/// What the database says about queue and fan-out, as one reading.
struct QueueGauges
{
    QList<QueueClassDepth> depths;                    ///< every class, also the empty ones
    QList<QPair<QString, qint64>> endpointsByBreaker; ///< every state, also the empty ones
    /// Age of the oldest event that is not yet fanned out; none while fan-out is off or stands still after a
    /// restore.
    std::optional<double> fanOutLagSeconds;
    /// Age of the oldest transaction that holds the fence, whatever its database; 0 when none does.
    double fenceLagSeconds = 0;
};

/// Name of the class whose due jobs a worker ought to be sending.
inline QString readyClass()
{
    return QStringLiteral("ready");
}

} // namespace signalbox
