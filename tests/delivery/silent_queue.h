#pragma once

#include "app/core/delivery_queue.h"

namespace signalbox {

/// A queue that never answers; tests of one part override what that part asks for.
class SilentQueue : public DeliveryQueue
{
public:
    void fanOut(int, QObject *, Reply<FanOutResult>) override {}
    void claim(const ClaimRequest &, QObject *, Reply<QList<ClaimedJob>>) override {}
    void nextDue(const QHash<QString, int> &, int, QObject *, Reply<std::optional<qint64>>) override {}
    void answeringEndpoints(QObject *, Reply<QStringList>) override {}
    void renew(const QList<Lease> &, int, QObject *, Reply<QList<QUuid>>) override {}
    void record(const QList<AttemptRecord> &, QObject *, Reply<RecordResult>) override {}
    void release(const QList<Lease> &, QObject *, Reply<int>) override {}
    void rescueExpired(const RescueRequest &, QObject *, Reply<RescueResult>) override {}
    void releaseStreams(QObject *, Reply<int>) override {}
    void idleState(const WorkerIdentity &, QObject *, Reply<IdleState>) override {}
    void createTestJob(const WorkerIdentity &, const QString &, QObject *, Reply<ClaimedJob>) override {}
    void heartbeat(const WorkerIdentity &, const Heartbeat &, QObject *, Reply<bool>) override {}
    void signOff(const WorkerIdentity &, QObject *, Reply<bool>) override {}
    void onWake(QObject *, std::function<void()>) override {}
};

} // namespace signalbox
