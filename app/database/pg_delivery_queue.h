#pragma once

#include "app/core/delivery_queue.h"
#include "app/database/connection_settings.h"
#include "app/database/database_worker.h"
#include "app/database/session_gate.h"

#include <memory>

namespace signalbox {

class ChangeAnnouncer;
class Housekeeper;
class FanOutPace;

/// The delivery worker's queue on PostgreSQL. Three connections: a fan-out of a thousand events takes a
/// second, and leases must be renewed meanwhile. Nothing is claimed before all three stand. setTarget and
/// clearTarget from any thread, the rest from the context's.
class PgDeliveryQueue final : public DeliveryQueue
{
public:
    PgDeliveryQueue();
    ~PgDeliveryQueue() override;

    void setTarget(const ConnectionSettings &settings);
    void clearTarget();
    /// The worker that claims, for its connection signals.
    DatabaseWorker &worker() { return m_claims; }

    void fanOut(int maxEvents, QObject *context, Reply<FanOutResult> reply) override;
    void claim(const ClaimRequest &request, QObject *context, Reply<QList<ClaimedJob>> reply) override;
    void nextDue(const QHash<QString, int> &places, int freshPlaces, QObject *context,
                 Reply<std::optional<qint64>> reply) override;
    void answeringEndpoints(QObject *context, Reply<QStringList> reply) override;
    void renew(const QList<Lease> &leases, int leaseMs, QObject *context, Reply<QList<QUuid>> reply) override;
    void record(const QList<AttemptRecord> &attempts, QObject *context, Reply<RecordResult> reply) override;
    void releaseStreams(QObject *context, Reply<int> reply) override;
    void release(const QList<Lease> &leases, QObject *context, Reply<int> reply) override;
    void rescueExpired(const RescueRequest &request, QObject *context, Reply<RescueResult> reply) override;
    void idleState(const WorkerIdentity &worker, QObject *context, Reply<IdleState> reply) override;
    void createTestJob(const WorkerIdentity &worker, const QString &endpointId, QObject *context,
                       Reply<ClaimedJob> reply) override;
    void heartbeat(const WorkerIdentity &worker, const Heartbeat &beat, QObject *context,
                   Reply<bool> reply) override;
    void signOff(const WorkerIdentity &worker, QObject *context, Reply<bool> reply) override;
    void onWake(QObject *context, std::function<void()> wake) override;

private:
    static void comeBackAfterRefusal(DatabaseWorker &worker);
    void guard(DatabaseWorker &worker, const QString &session);

    std::shared_ptr<ChangeAnnouncer> m_recordAnnouncer; ///< used on m_records' thread only
    std::shared_ptr<ChangeAnnouncer> m_fanOutAnnouncer; ///< used on m_fanOut's thread only
    std::shared_ptr<Housekeeper> m_housekeeper;         ///< used on m_fanOut's thread only
    std::shared_ptr<FanOutPace> m_fanOutPace;           ///< used on m_fanOut's thread only
    std::shared_ptr<SessionGate> m_gate;
    DatabaseWorker m_claims;  ///< everything but what the other two do; listens
    DatabaseWorker m_records; ///< apart from claims, so that neither waits for the other's commit
    DatabaseWorker m_fanOut;
};

} // namespace signalbox
