#pragma once

#include "app/delivery/name_servers.h"

#include <QCache>

#include <optional>

namespace signalbox {

/// What is known of names: addresses for as long as their servers allow, a minute at most; that a name does
/// not exist, or that nobody answers for it, for a few seconds, so that a queue of jobs for it does not ask
/// once a job. An address that is out of date is better than none while the servers are silent (RFC 8767).
/// Times are milliseconds of any clock that only goes forward.
class NameCache
{
public:
    void add(const QString &name, const NameAnswer &answer, qint64 now);
    /// Addresses, or a failure, that may still be answered without asking.
    std::optional<NameAnswer> fresh(const QString &name, qint64 now) const;
    /// Addresses out of date; none of a name that was denied since.
    std::optional<NameAnswer> stale(const QString &name, qint64 now) const;

private:
    static constexpr int mostKept = 10'000;
    struct Known
    {
        NameAnswer found; ///< the last addresses; without any: none
        qint64 foundUntil = 0;
        qint64 staleUntil = 0;
        NameAnswer failure;
        qint64 failedUntil = 0;
    };

    QCache<QString, Known> m_known{mostKept};
};

} // namespace signalbox
