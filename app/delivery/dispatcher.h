#pragma once

#include "app/core/clock.h"
#include "app/core/delivery_control.h"
#include "app/core/delivery_queue.h"
#include "app/delivery/attempt_recorder.h"
#include "app/delivery/exchange.h"
#include "app/delivery/fan_out_loop.h"
#include "app/delivery/lease_keeper.h"
#include "app/delivery/network_watch.h"
#include "app/delivery/resolver.h"
#include "app/delivery/send_queue.h"
#include "app/delivery/server_troubles.h"
#include "app/delivery/worker_journal.h"
#include "app/delivery/worker_meter.h"

#include <functional>
#include <memory>
#include <optional>

namespace signalbox {

/// Times in milliseconds; the defaults are those of design §4 and §8.
struct DispatcherOptions
{
    int concurrency = 64;   ///< requests in flight
    bool untilIdle = false; ///< emit idle() when there is nothing left to send
    int leaseMs = 30'000;
    int renewEveryMs = 10'000;
    int rescueEveryMs = 10'000;
    int heartbeatEveryMs = 10'000;
    int pollEveryMs = 1'000; ///< the guarantee beside the wake notification
    int drainMs = 10'000;
    int giveUpMs = 60'000; ///< until-idle without a database
    int flushMs = 15;      ///< how long a finished attempt waits for others to be recorded with
    int fanOutBatch = 1'000;
    int foldMs = 10'000; ///< failed attempts beyond the first few are summed up in the log this often
    Proxy proxy;         ///< none unless configured

    /// Another lease, with renewal and rescue in the same proportion to it.
    void setLease(int ms)
    {
        leaseMs = ms;
        renewEveryMs = ms / 3;
        rescueEveryMs = ms / 3;
    }
};

/// What tests replace. Used on the dispatcher's thread.
struct DispatcherParts
{
    std::shared_ptr<Resolver> resolver;
    std::shared_ptr<const Clock> clock;
    std::function<double()> random; ///< in [0, 1), spreads retries

    static DispatcherParts system();
};

/// The delivery worker: claim, send, record, and fan out events meanwhile (design §1, Deliver). Lives on a
/// thread of its own and is called there; it never waits. It claims when it is woken (NOTIFY, a job falling
/// due, a slot becoming free) and every poll interval; it survives a lost database, keeping what it could not
/// record.
class Dispatcher : public QObject
{
    Q_OBJECT
public:
    Dispatcher(DeliveryQueue &queue, DispatcherParts parts, const DispatcherOptions &options = {});
    ~Dispatcher() override;

    /// Who this worker is; does not change, any thread.
    const WorkerIdentity &identity() const { return m_identity; }

    void start();
    /// From now on; what is in flight beyond a smaller number finishes.
    void setConcurrency(int concurrency);
    void setDrainMs(int drainMs) { m_options.drainMs = drainMs; } ///< for the next drain()
    /// Stops claiming, gives back what was not sent, lets requests in flight finish for `drainMs`, releases
    /// the rest.
    void drain();
    /// The way of every request from now on.
    void setProxy(const Proxy &proxy) { m_proxy = proxy; } ///< from the next request on
    /// Sends a test event at once, started or not. The reply comes, on this thread, once it is recorded.
    void sendTest(const QString &endpointId, const Reply<AttemptRecord> &reply);

signals:
    void statusChanged(const signalbox::WorkerStatus &status);
    void reported(const signalbox::WorkerReport &report); ///< with each status
    void logged(const signalbox::LogEvent &event);
    /// Until-idle only: fan-out has reached the fence, nothing is in flight, nothing sendable is due within 2
    /// s.
    void idle();
    /// Until-idle only: too long without a database, or nothing left to do but what fan-out stands before.
    void gaveUp(const signalbox::Error &error);

private:
    using State = WorkerStatus::State;
    /// What the dispatcher asks of the database again and again, as it is named when it fails.
    struct Act
    {
        static inline const QString claim = QStringLiteral("claim jobs");
        static inline const QString nextDue = QStringLiteral("look for the next job");
        static inline const QString learn = QStringLiteral("look for endpoints that answer");
        static inline const QString release = QStringLiteral("give jobs back");
        static inline const QString lookForWork = QStringLiteral("look for work");
        static inline const QString fanOut = QStringLiteral("fan out events");
        static inline const QString heartbeat = QStringLiteral("tell that the worker lives");
        static inline const QString renew = QStringLiteral("renew leases");
        static inline const QString rescue = QStringLiteral("take back jobs of lost workers");
        static inline const QString releaseStreams = QStringLiteral("let the next jobs of streams go");
    };

    void wake();
    void poll();
    void pump();
    void claimIfDue();
    void claimed(const Result<QList<ClaimedJob>> &jobs, const ClaimRequest &request, qint64 askedAt);
    void askNextDue(bool tookNone);
    void learnWhoAnswers();
    void scheduleNextClaim(std::optional<qint64> nextDueMs, bool tookNone);
    void claimIn(qint64 ms);
    void sendWaiting();
    void send(const ClaimedJob &job);
    void exchangeFinished(Exchange *exchange, const ExchangeResult &result);
    void recordAttempt(const AttemptRecord &attempt);
    void withdrawAttempt(const AttemptRecord &attempt);
    void troubleBegan(const QString &problem);
    void attemptsRecorded(const QList<AttemptRecord> &attempts, const RecordResult &result);
    void endpointJudged(const EndpointJudgement &endpoint);
    void release(const QList<Lease> &leases);
    void eventsPassed(const FanOutResult &result);
    void leasesLost(qint64 jobs);
    void rescue();
    void rescued(const Result<RescueResult> &result);
    void databaseFailed(const QString &act, const Error &error);
    void databasePassed(const QString &act);
    void databaseLost(const Error &error);
    void databaseAnswered();
    void recordingFailed(const Error &error);
    void recordingPassed(const RecordResult &result);
    void giveUpIfHopeless();
    void shrinkClaims(const Error &error);
    void checkIdle();
    bool isQuiet() const;
    void tellAsleep(bool asleep);
    void beat();
    void abortRunning();
    void limitLastWords();
    void finishDrain();
    void endDrain();
    void setState(State state);
    QStringList problems() const;
    QStringList remarks() const;
    void publishStatus();

    DeliveryQueue &m_queue;
    DispatcherParts m_parts;
    DispatcherOptions m_options;
    WorkerIdentity m_identity;
    CurlMulti m_transfers; ///< outlives the exchanges
    Proxy m_proxy;
    PreparedRequests m_prepared;
    SendQueue m_sends;
    LeaseKeeper m_leases;
    AttemptRecorder m_recorder;
    FanOutLoop m_fanOut;
    NetworkWatch m_network;
    WorkerMeter m_meter;
    WorkerJournal m_journal;
    QTimer m_poll, m_nextDue, m_rescue, m_heartbeat, m_drain, m_status;
    QHash<QUuid, Exchange *> m_running;         ///< by lease token; children
    QHash<QUuid, Reply<AttemptRecord>> m_tests; ///< by job id, until recorded
    State m_state = State::Stopped;
    bool m_subscribed = false;
    bool m_due = false; ///< a claim is worth asking for
    bool m_claiming = false;
    bool m_askingIdle = false;
    bool m_signingOff = false;
    bool m_asleep = false;      ///< producers shall send a NOTIFY
    bool m_knownAsleep = false; ///< the database has it
    int m_lockedMs = 0;         ///< pause after the last claim that could take none of the due jobs
    QElapsedTimer m_sinceClaim;
    QElapsedTimer m_sinceLearned;
    QElapsedTimer m_awaySince; ///< valid while the database does not answer
    std::optional<Error> m_databaseError;
    ServerTroubles m_troubles;
    bool m_isRecordingStuck = false;
    int m_mostClaimed = 1 << 20; ///< jobs in one claim; halved when one is too much for the server
    QList<QUuid> m_expiredOnce;  ///< leases of others that the last sweep saw expired
    QString m_fanOutProblem;
};

} // namespace signalbox
