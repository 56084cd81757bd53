#pragma once

#include "app/database/attempt_statements.h"
#include "app/database/claim_statement.h"
#include "tests/delivery/statement_samples.h"
#include "tests/delivery/worker_fixture.h"

namespace signalbox {

/// In the order in which they were claimed.
inline QStringList payloadsOf(const QList<ClaimedJob> &jobs)
{
    QStringList list;
    for (const ClaimedJob &job : jobs)
        list << QString::fromUtf8(job.payload);
    return list;
}

/// The queue's own statements over a fresh database, without a worker: what several workers do, step by step.
class Queue : public WorkerFixture
{
public:
    PgConnection &connection() { return database.connection(); }
    QList<ClaimedJob> claim(int limit = 100) { return *claimJobs(connection(), claimRequest(limit)); }
    RecordResult answerAll(const QList<ClaimedJob> &claimed, int status)
    {
        QList<AttemptRecord> attempts;
        for (const ClaimedJob &job : claimed)
            attempts << answered(job, status);
        return *recordAttempts(connection(), attempts);
    }
    void addJobs(int number, const QString &endpointId = QStringLiteral("ep_1"))
    {
        for (int i = 0; i < number; ++i)
            addJob(QString::number(i),
                   {{"next_attempt", QStringLiteral("now() - interval '%1 s'").arg(number - i)}}, endpointId);
    }
    void appendEvent(const QString &stream, int version)
    {
        database.run(
            QStringLiteral(
                "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)"
                " VALUES (gen_random_uuid(), 't', '%1', %2, '{}', '{}', now())")
                .arg(stream)
                .arg(version));
    }
    /// "a1" for version 1 of stream a.
    QStringList claimedVersions(QList<ClaimedJob> *claimed)
    {
        *claimed = claim();
        QStringList list;
        for (const ClaimedJob &job : *claimed)
            list << value("SELECT order_key || order_version FROM webhook_jobs WHERE id = :id::uuid", job.id);
        list.sort();
        return list;
    }
    QString held(const QUuid &job)
    {
        return value("SELECT concat_ws('|', reason, detail) FROM signalbox_held_reason(:id::uuid)", job);
    }
    QString breaker()
    {
        return value("SELECT breaker FROM signalbox_endpoint_state WHERE endpoint_id = 'ep_1'");
    }
};

} // namespace signalbox
