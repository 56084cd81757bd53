#include "app/delivery/name_cache.h"

namespace signalbox {

namespace {

constexpr qint64 shortestMs = 1'000;
constexpr qint64 longestMs = 60'000;
constexpr qint64 deniedMs = 10'000;
constexpr qint64 silentMs = 5'000;
constexpr qint64 staleMs = 3'600'000;

} // namespace

void NameCache::add(const QString &name, const NameAnswer &answer, qint64 now)
{
    Known known;
    if (const Known *before = m_known.object(name))
        known = *before;
    if (answer.kind == NameAnswer::Kind::Found) {
        known.found = answer;
        known.foundUntil = now + qBound(shortestMs, qint64(answer.ttlSeconds) * 1'000, longestMs);
        known.staleUntil = now + staleMs;
        known.failedUntil = 0;
    } else {
        const bool isDenied = answer.kind == NameAnswer::Kind::Denied;
        if (isDenied)
            known.found = NameAnswer();
        known.failure = answer;
        known.failedUntil = now + (isDenied ? deniedMs : silentMs);
    }
    m_known.insert(name, new Known(known));
}

std::optional<NameAnswer> NameCache::fresh(const QString &name, qint64 now) const
{
    const Known *known = m_known.object(name);
    if (!known)
        return std::nullopt;
    if (!known->found.addresses.isEmpty() && now < known->foundUntil)
        return known->found;
    if (now >= known->failedUntil)
        return std::nullopt;
    return stale(name, now).value_or(known->failure);
}

std::optional<NameAnswer> NameCache::stale(const QString &name, qint64 now) const
{
    const Known *known = m_known.object(name);
    if (!known || known->found.addresses.isEmpty() || now >= known->staleUntil)
        return std::nullopt;
    return known->found;
}

} // namespace signalbox
