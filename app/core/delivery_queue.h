#pragma once

#include "app/core/delivery.h"
#include "app/core/endpoint.h"
#include "app/core/result.h"

#include <QHash>
#include <QStringList>

class QObject;

namespace signalbox {

struct WorkerIdentity
{
    QUuid id;
    QString host;
    qint64 pid = 0;
    QString version;
};

/// What a heartbeat says of a worker.
struct Heartbeat
{
    bool idle = false; ///< sleeps: producers shall send a NOTIFY
    int inFlight = 0;
    int capacity = 0; ///< requests it can have in flight
};

/// Jobs a worker holds at most for each request it may have in flight: what waits in the worker keeps the
/// requests going while the next claim is under way.
inline constexpr int claimAhead = 6;

/// Bytes of jobs a worker holds at most; one job more when that is not used up.
inline constexpr qint64 heldBytesLimit = 64 * 1024 * 1024;
// What is longer is not read, and its job fails with the reason.
inline constexpr qint64 mostPayloadBytes = 32 * 1024 * 1024;
inline constexpr qint64 mostHeaderBytes = 64 * 1024;
inline constexpr qint64 mostUrlBytes = 8 * 1024;

struct ClaimRequest
{
    WorkerIdentity worker;
    int limit = 0;
    /// Of payloads as they are stored, compressed; the first job comes whatever its size.
    qint64 bytesLimit = heldBytesLimit;
    /// Of their text, which may be a hundred thousand times as long; one job may go beyond it.
    qint64 textLimit = heldBytesLimit;
    int leaseMs = 30'000;
    QHash<QString, int> places; ///< by endpoint that the worker knows something of: how many more it may take
    int freshPlaces = 1;        ///< the same for each of the other endpoints
};

/// The right to move one job.
struct Lease
{
    QUuid jobId;
    QUuid token;
    friend bool operator==(const Lease &, const Lease &) = default;
};

/// What fan-out could not make a job of, and put aside; replayed by command.
struct SkippedEvent
{
    QString eventId;
    QString endpointId; ///< empty: no endpoint got a job
    QString sqlState;
    QString reason;
};

struct FanOutResult
{
    bool enabled = true;
    qint64 events = 0; ///< events passed
    qint64 jobs = 0;   ///< jobs inserted
    QList<SkippedEvent> skipped;
    bool reachedFence = true;
    QString stopped; ///< why fan-out stands still, e.g. rows were restored from another cluster
};

/// What recording attempts did to an endpoint.
struct EndpointJudgement
{
    QString endpointId;
    Breaker breaker = Breaker::Closed;
    QString reason;        ///< of a breaker that is not closed
    bool changed = false;  ///< the breaker's state is another than before
    bool disabled = false; ///< nothing but failures for too long
};

/// An outcome whose row the server refused for its data. The job is not sent again for that.
struct RefusedRecord
{
    enum class Kept {
        Reduced, ///< a row without what the receiver said
        Job,     ///< no row, but the job was moved
        Nothing  ///< neither: the job goes by its lease
    };
    QUuid jobId;
    QString endpointId;
    QString reason;
    Kept kept = Kept::Reduced;
};

struct RecordResult
{
    int lost = 0;                       ///< jobs whose lease was not ours any more
    QList<RefusedRecord> refused;       ///< outcomes that are not on record as they were
    QList<EndpointJudgement> endpoints; ///< those with a failure or a probe among the attempts
};

/// A sweep over leases that ran out.
struct RescueRequest
{
    WorkerIdentity worker;
    QList<QUuid> held;        ///< tokens of the worker's own leases: those are never taken
    QList<QUuid> expiredOnce; ///< tokens the sweep before saw
};

struct RescueResult
{
    int rescued = 0;          ///< of workers that vanished: each cost an attempt
    int released = 0;         ///< the worker's own that it lost sight of and never sent
    QList<QUuid> expiredOnce; ///< seen now for the first time; taken by the next sweep that sees them too
    QStringList setAside;     ///< jobs that could not be moved and are failed now, with the reason
};

/// What decides whether `--until-idle` may return.
struct IdleState
{
    bool fanOutReachedFence = true;
    qint64 sendableSoon = 0; ///< sendable jobs due within 2 s, ours in flight not counted
};

/// What the delivery worker asks of the database (implemented in app/database). Calls return at once; replies
/// arrive on the context's thread. A call made while the connection is lost replies with Kind::Unavailable.
class DeliveryQueue
{
public:
    virtual ~DeliveryQueue() = default;

    virtual void fanOut(int maxEvents, QObject *context, Reply<FanOutResult> reply) = 0;
    /// Only while every session stands that a job needs from claim to record.
    virtual void claim(const ClaimRequest &request, QObject *context, Reply<QList<ClaimedJob>> reply) = 0;
    /// Milliseconds until the next job may be claimed, as the server sees it: due, with a token of its rate
    /// limit, or as the probe of an open breaker. None when there is none. `places` and `freshPlaces` as in a
    /// claim. Apart from the claim, so that what was claimed is on its way meanwhile.
    virtual void nextDue(const QHash<QString, int> &places, int freshPlaces, QObject *context,
                         Reply<std::optional<qint64>> reply) = 0;
    /// Endpoints whose last attempt on record was answered: what other workers, or this one before its start,
    /// have learned of them.
    virtual void answeringEndpoints(QObject *context, Reply<QStringList> reply) = 0;
    /// Renews leases; replies with the tokens that are still ours.
    virtual void renew(const QList<Lease> &leases, int leaseMs, QObject *context,
                       Reply<QList<QUuid>> reply) = 0;
    /// Inserts attempt rows (always) and moves the jobs whose lease is still ours; set-based, in parts only
    /// when the data of a row are refused. Any other error means that nothing is known to be recorded, and
    /// that the same attempts can be handed over again. Judges the endpoints by what they answered, and lets
    /// the next jobs of ordered streams go.
    virtual void record(const QList<AttemptRecord> &attempts, QObject *context,
                        Reply<RecordResult> reply) = 0;
    /// Gives jobs back untouched: pending, due now, attempts unchanged.
    virtual void release(const QList<Lease> &leases, QObject *context, Reply<int> reply) = 0;
    /// Takes back jobs whose lease ran out (design §4, Lease): another worker's once two sweeps saw it
    /// expired or the worker is silent, never one that this worker holds.
    virtual void rescueExpired(const RescueRequest &request, QObject *context, Reply<RescueResult> reply) = 0;
    /// Lets every stream's next job go that nothing stands before; for what the acts above missed (a worker
    /// that died between two statements, a gap that turned out to be none). Replies with their number.
    virtual void releaseStreams(QObject *context, Reply<int> reply) = 0;
    virtual void idleState(const WorkerIdentity &worker, QObject *context, Reply<IdleState> reply) = 0;
    /// Creates a job marked as a test, already leased to the caller.
    virtual void createTestJob(const WorkerIdentity &worker, const QString &endpointId, QObject *context,
                               Reply<ClaimedJob> reply) = 0;
    virtual void heartbeat(const WorkerIdentity &worker, const Heartbeat &beat, QObject *context,
                           Reply<bool> reply) = 0;
    /// Removes the worker's row on a clean stop.
    virtual void signOff(const WorkerIdentity &worker, QObject *context, Reply<bool> reply) = 0;
    /// Calls back on every wake notification and after every reconnect, until the context is gone.
    virtual void onWake(QObject *context, std::function<void()> wake) = 0;
};

} // namespace signalbox
