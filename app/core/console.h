#pragma once

#include "app/core/console_rights.h"
#include "app/core/endpoint.h"
#include "app/core/filter.h"
#include "app/core/page.h"
#include "app/core/result.h"

#include <QDateTime>
#include <QObject>
#include <QSqlRecord>
#include <QStringList>

#include <algorithm>
#include <array>
#include <atomic>
#include <compare>
#include <functional>
#include <memory>
#include <optional>

namespace signalbox {

/// Why a job is not being sent, and until when (design §4, Held).
struct HeldReason
{
    QString code; ///< empty = not held; else one of heldWords()
    QString text;
    QDateTime until;
    bool isKnown = true; ///< false: the role may not read what tells it
};

/// A JSON value as text for people, and the size of that text; of what is stored where it is too large to be
/// made into text, which the text says then.
struct JsonText
{
    QString text;
    qint64 bytes = 0;
};

struct JobDetail
{
    /// Every column but secret and payload, plus stream_id, stream_version, endpoint_enabled, endpoint_url
    /// and differences: which settings of its endpoint it was not made with (url headers timeout retries).
    QSqlRecord job;
    JsonText payload;
    QList<QSqlRecord> attempts; ///< of webhook_deliveries, newest first, without bodies beyond 4 KiB
    HeldReason held;
    QList<Grant> missing; ///< what the role lacks to see all of it
};

struct DeliveryDetail
{
    QSqlRecord delivery; ///< every column, request_headers and response_headers as JSON text
    JsonText payload;
    QList<Grant> missing;
};

struct EventDetail
{
    QSqlRecord event;
    JsonText payload;
    JsonText metadata;
    QList<QSqlRecord> jobs; ///< jobs made of it: id, endpoint_id, status
    QList<Grant> missing;
};

struct StreamDetail
{
    QSqlRecord stream;
    QList<QSqlRecord> events;    ///< newest 200: id, version, event_type, created_at
    QList<QSqlRecord> snapshots; ///< newest 20: version, created_at
    JsonText latestSnapshot;     ///< the newest state
    QList<Grant> missing;
};

/// Details for the pane on the right. Asynchronous as PageSource.
class DetailSource
{
public:
    virtual ~DetailSource() = default;
    virtual void jobDetail(const QString &id, QObject *context, Reply<JobDetail> reply) = 0;
    virtual void deliveryDetail(const QString &id, QObject *context, Reply<DeliveryDetail> reply) = 0;
    virtual void eventDetail(const QString &id, QObject *context, Reply<EventDetail> reply) = 0;
    virtual void streamDetail(const QString &id, QObject *context, Reply<StreamDetail> reply) = 0;
};

struct FilterMatchCount
{
    int matches = 0;
    int sampled = 0; ///< the newest events looked at, at most 1000
};

enum class BreakerAction {
    Close, ///< jobs go out again; what failed before is forgotten
    Hold   ///< nothing goes out until it is closed by hand
};

/// Reads and changes endpoints. Every change is validated again below the GUI (design §2.6).
class EndpointStore
{
public:
    virtual ~EndpointStore() = default;
    virtual void listEndpoints(QObject *context, Reply<QList<EndpointHealth>> reply) = 0;
    /// Removed ones too.
    virtual void listAllEndpoints(QObject *context, Reply<QList<EndpointHealth>> reply) = 0;
    virtual void addEndpoint(const EndpointChange &change, QObject *context, Reply<QString> reply) = 0;
    /// Errors: Conflict where somebody else changed the same setting since `change.basedOn`.
    virtual void changeEndpoint(const EndpointChange &change, QObject *context, Reply<QString> reply) = 0;
    // Reasons are kept in signalbox_changes and may be empty, which keeps none.
    virtual void setEndpointEnabled(const QString &id, bool enabled, const QString &reason, QObject *context,
                                    Reply<QString> reply) = 0;
    virtual void setBreaker(const QString &id, BreakerAction action, const QString &reason, QObject *context,
                            Reply<QString> reply) = 0;
    virtual void removeEndpoint(const QString &id, const QString &reason, QObject *context,
                                Reply<QString> reply) = 0;
    /// Brings a removed one back, disabled, with a new secret: the old one is gone.
    virtual void restoreEndpoint(const QString &id, const Secret &secret, const QString &reason,
                                 QObject *context, Reply<QString> reply) = 0;
    /// New secret; the previous one goes on signing beside it for `overlapSeconds` (0: it stops at once).
    virtual void rotateSecret(const QString &id, const Secret &secret, qint64 overlapSeconds,
                              const QString &reason, QObject *context, Reply<QString> reply) = 0;
    virtual void revealSecret(const QString &id, QObject *context, Reply<Secret> reply) = 0;
    virtual void countFilterMatches(const QByteArray &eventFilter, QObject *context,
                                    Reply<FilterMatchCount> reply) = 0;
};

enum class JobAction {
    Retry,
    SendNow, ///< a retry that overtakes what waits for its endpoint
    Cancel,
    Follow ///< jobs that wait, are being sent or failed take over what their endpoint is set to now
};

/// How jobs are retried, for JobAction::Retry and SendNow.
struct JobRetryOptions
{
    /// As many attempts as the endpoint grants a new job, on top of those made; else one more where all are
    /// used up.
    bool startOver = false;
    qint64 spreadMs = 0;       ///< they become due evenly over that time, the oldest first; 0: all at once
    bool keepSnapshot = false; ///< URL, headers and timeout of the job, not those its endpoint has now
    friend bool operator==(const JobRetryOptions &, const JobRetryOptions &) = default;
};

/// An action and how it is done; an action alone is done the usual way.
struct JobChange
{
    JobAction action = JobAction::Retry;
    JobRetryOptions retry;

    JobChange(JobAction what, const JobRetryOptions &how = {})
        : action(what)
        , retry(how)
    {
    }
};

/// Jobs by id, or all that match a filter. A filter without a word takes none, unless `all` says so.
struct JobSelection
{
    QStringList ids;
    std::optional<Filter> filter;
    bool all = false;
};

struct ActionPreview
{
    JobAction action = JobAction::Retry;
    qint64 selected = 0;       ///< jobs the selection names
    qint64 affected = 0;       ///< jobs that will change
    qint64 inFlight = 0;       ///< of those, leased right now
    qint64 heldByDisabled = 0; ///< would wait because their endpoint is disabled
    qint64 ambiguous = 0; ///< whose last attempt was sent without an answer: the receiver may see them twice
    QList<QSqlRecord> byStatus;   ///< status, jobs, affected
    QList<QSqlRecord> byEndpoint; ///< endpoint_id, jobs (at most 20)
};

/// How far a long act is.
struct ActionProgress
{
    qint64 done = 0;
    qint64 total = 0;
};

/// Follows a long act and may end it early, between two of its steps.
struct ActionWatch
{
    std::function<void(const ActionProgress &)> progress;   ///< may be empty
    std::shared_ptr<const std::atomic<bool>> stopRequested; ///< may be null
};

struct ActionResult
{
    qint64 changed = 0;
    qint64 skipped = 0;   ///< changed state between preview and act
    qint64 refused = 0;   ///< whose change the database did not take
    QString refusal;      ///< why the first of them was refused
    bool stopped = false; ///< ended early; `changed` of `changed + skipped + refused + left` were done
    qint64 left = 0;      ///< not looked at
    QString changeId;     ///< row of signalbox_changes that holds the before-images
};

/// Bulk changes: previewed, with a reason, in short transactions that hold their before-images (design
/// §2.6).
class JobActions
{
public:
    virtual ~JobActions() = default;
    virtual void previewJobs(const JobSelection &selection, const JobChange &change, QObject *context,
                             Reply<ActionPreview> reply) = 0;
    /// Progress is told on the context's thread.
    virtual void changeJobs(const JobSelection &selection, const JobChange &change, const QString &reason,
                            const ActionWatch &watch, QObject *context, Reply<ActionResult> reply) = 0;
};

/// The six monitoring queries of the schema's description. They count every row, test events too.
enum class Monitoring {
    EventsPerStream,    ///< stream_id, count, current_version
    EventsByType,       ///< event_type, count, first_seen, last_seen
    SnapshotCoverage,   ///< stream_id, current_version, last_snapshot_version, events_since_snapshot
    QueueStatus,        ///< status, count, oldest, avg_attempts
    FailingEndpoints,   ///< endpoint_id, failed_jobs, total_jobs, failure_rate
    DeliveryPerformance ///< endpoint_id, total_deliveries, avg_duration, p95_duration, successful, failed
};
inline constexpr std::array<Monitoring, 6> everyMonitoring{
    Monitoring::EventsPerStream, Monitoring::EventsByType,     Monitoring::SnapshotCoverage,
    Monitoring::QueueStatus,     Monitoring::FailingEndpoints, Monitoring::DeliveryPerformance};

/// Whether a monitoring query counts all rows or those of the chosen range.
enum class Reach { All, Range };

/// A reach for each monitoring query; by default what the schema's description asks, which bounds only the
/// last of them.
using Reaches = std::array<Reach, everyMonitoring.size()>;
inline constexpr Reaches describedReaches{Reach::All, Reach::All, Reach::All,
                                          Reach::All, Reach::All, Reach::Range};

struct OverviewRequest
{
    qint64 windowSeconds = 3600; ///< 5 min, 1 h, 24 h, 7 d, 30 d
    int buckets = 60;            ///< about the plot's width
    Reaches reaches = describedReaches;
    /// A monitoring query that would scan for longer is answered from a sample; 0: always.
    int scanBudgetMs = 300;
    /// Where the range ends, seconds of unix time; none: now. A range of the past stands still.
    std::optional<qint64> untilSeconds;
    friend auto operator<=>(const OverviewRequest &, const OverviewRequest &) = default;
};

/// The answer to one monitoring query, its columns named as there.
struct MonitoringList
{
    QList<QSqlRecord> rows;
    Reach reach = Reach::All;
    bool isEstimated = false; ///< its counts come from a sample
};

struct AttemptBucket
{
    QDateTime start;
    qint64 succeeded = 0;
    qint64 failed = 0;   ///< answered with another code than 2xx
    qint64 noAnswer = 0; ///< sent without answer
    qint64 neverConnected = 0;
};

struct LatencyBucket
{
    QDateTime start;
    std::optional<double> p50Ms, p95Ms, p99Ms; ///< of attempts that were sent
};

struct DepthPoint
{
    QDateTime at;
    qint64 depth = 0; ///< jobs that were pending or processing
};

/// Jobs that are due, by what keeps them: the classes of endpoints that the worker's metrics tell apart. Jobs
/// of removed endpoints, and those that wait for an earlier one of their stream, are in none.
struct DueJobs
{
    RowCount ready; ///< a worker ought to be sending them
    RowCount throttled, breaker, disabled;
    std::optional<double> oldestReadySeconds;
};

/// An endpoint that is not removed, as far as a judgement needs it.
struct JudgedEndpoint
{
    QString id;
    EndpointStanding standing;
};

/// All that the Overview draws. Test sends count in no figure of it; the monitoring queries count every row.
struct Overview
{
    QDateTime from, to;
    int bucketSeconds = 60;
    bool isEstimated = false; ///< attempts and their latency come from a sample
    DueJobs due;
    qint64 deliveredLast = 0, attemptsLast = 0; ///< 2xx, and all; what is not delivered failed
    std::optional<double> p50Ms, p95Ms;         ///< of attempts that were sent
    QList<JudgedEndpoint> judged;
    qint64 disabledEndpoints = 0, endpoints = 0;
    std::optional<double> eventLagSeconds; ///< age of the oldest event that fan-out has not passed; 0 = level
    QString fenceHolder;                   ///< database and pid that hold the fence, when it lags
    bool fanOutEnabled = false;
    /// The checkpoint belongs to another cluster (a restored dump): fan-out stands until it is rebased
    /// (design §2.8).
    bool fanOutForeignCluster = false;
    qint64 fanOutSkipped = 0; ///< events, or single jobs of them, that fan-out put aside
    QList<AttemptBucket> attempts;
    QList<LatencyBucket> latency;
    QList<DepthPoint> depth;
    QList<qint64> eventsPerBucket;
    std::array<MonitoringList, everyMonitoring.size()> monitoring;

    qint64 failedLast() const { return attemptsLast - deliveredLast; }
    qint64 failingEndpoints() const
    {
        return std::count_if(judged.cbegin(), judged.cend(),
                             [](const JudgedEndpoint &endpoint) { return isFailing(endpoint.standing); });
    }

    const MonitoringList &list(Monitoring query) const { return monitoring.at(std::size_t(query)); }
    MonitoringList &list(Monitoring query) { return monitoring.at(std::size_t(query)); }
};

/// Live counts of the navigation rail; what the role may not read is not known.
struct RailCounts
{
    std::optional<RowCount> dueJobs; ///< ready ones, as DueJobs
    std::optional<RowCount> failedJobs;
    std::optional<qint64> failingEndpoints; ///< isFailing()
    std::optional<qint64> endpoints;
    std::optional<qint64> workers;         ///< with a heartbeat in the last minute
    std::optional<qint64> vanishedWorkers; ///< that stopped without signing off in the last hour
};

class OverviewSource
{
public:
    virtual ~OverviewSource() = default;
    virtual void overview(const OverviewRequest &request, QObject *context, Reply<Overview> reply) = 0;
    virtual void railCounts(QObject *context, Reply<RailCounts> reply) = 0;
    /// Who delivers from this database, and who vanished in the last day: id, state (delivering, idle,
    /// vanished: no heartbeat for a minute), host, pid, version, in_flight, slots, heartbeat_at, started_at;
    /// the living first.
    virtual void workers(QObject *context, Reply<QList<QSqlRecord>> reply) = 0;
};

/// Where fan-out starts when an operator turns it on (design §2.9).
enum class FanOutStart {
    Now,       ///< events appended from this moment on
    Checkpoint ///< where it stopped: all events after the stored checkpoint
};

/// From where fan-out goes on after a rebase.
struct RebasePoint
{
    enum class From {
        Now,        ///< nothing that is there
        Checkpoint, ///< what was appended since the restore, and what waited when the dump was made
        Position    ///< every event after that position
    };
    From from = From::Now;
    qint64 position = 0;
};

struct RebasePreview
{
    qint64 restoredEvents = 0; ///< of another cluster
    qint64 fannedOut = 0;      ///< events that would go through fan-out
    qint64 withoutJob = 0;     ///< of the events since the restore, those that have no job
    qint64 restoredEndpoints = 0;
};

struct FanOutStatus
{
    bool enabled = false;
    QString stopped; ///< why it stands still, or empty
    bool needsRebase = false;
    QString checkpoint; ///< "txid/position"
    qint64 waiting = 0; ///< events after the checkpoint, counted up to waitingCap
    qint64 skipped = 0; ///< put aside
    static constexpr qint64 waitingCap = 100'000;
};

struct ReplayResult
{
    qint64 jobs = 0;     ///< made
    qint64 replayed = 0; ///< no longer put aside
    qint64 left = 0;     ///< failed again, or their event is gone
};

/// The switch of fan-out, a setting in the database.
class FanOutControl
{
public:
    virtual ~FanOutControl() = default;
    virtual void enableFanOut(FanOutStart start, QObject *context, Reply<bool> reply) = 0;
    virtual void disableFanOut(QObject *context, Reply<bool> reply) = 0;
    virtual void previewRebase(const RebasePoint &point, QObject *context, Reply<RebasePreview> reply) = 0;
    /// After a restore into another cluster (design §2.8).
    virtual void rebaseFanOut(const RebasePoint &point, QObject *context, Reply<bool> reply) = 0;
};

/// How far a standby is behind its primary.
struct ReplicaState
{
    std::optional<qint64> lagMs; ///< none: not known
    bool isStreaming = false;    ///< connected to the primary right now
};

struct ConnectionStatus
{
    enum class State { Connecting, Connected, Lost, Refused };
    State state = State::Connecting;
    Error error;                         ///< for Lost and Refused
    int retryInMs = 0;                   ///< for Lost: when the next try starts
    bool readOnly = false;               ///< by the settings, or because the server takes no changes
    std::optional<ReplicaState> replica; ///< of a standby only
    ConsoleRights rights;                ///< for Connected
};

/// Tells the console what happens below it. Lives on the GUI thread.
class ConsoleSignals : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
signals:
    /// Rows changed (NOTIFY): views refresh what they show.
    void dataChanged();
    void connectionStatusChanged(const signalbox::ConnectionStatus &status);
    /// The console speaks to another database now: every view starts afresh.
    void databaseChanged();
};

} // namespace signalbox
