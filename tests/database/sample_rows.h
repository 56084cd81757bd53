#pragma once

#include <QString>

namespace signalbox {

/// One endpoint "ep_1" and one disabled "ep_off".
inline QString sampleEndpoints()
{
    return QStringLiteral("INSERT INTO webhook_endpoints (id, url, secret, enabled, disabled_reason) VALUES "
                          "('ep_1', 'https://example.com/1', 'topsecret', true, NULL), "
                          "('ep_off', 'https://example.com/off', 'topsecret', false, 'answered 410');");
}

/// `count` jobs of ep_1, all with the same created_at, so that only the id tells them apart.
inline QString sampleJobs(int count, const QString &status = QStringLiteral("completed"))
{
    return QStringLiteral(
               "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, "
               "next_attempt, "
               "status, timeout_ms, event_type, created_at) SELECT gen_random_uuid(), 'ep_1', "
               "'https://example.com/1', '{\"type\": \"a.b\"}', 'topsecret', 1, 4, now(), '%2', 1000, 'a.b', "
               "'2026-11-01 12:00:00.123456+00' FROM generate_series(1, %1);")
        .arg(count)
        .arg(status);
}

} // namespace signalbox
