#include "app/database/pg_delivery_queue.h"

#include "app/database/answering_endpoints.h"
#include "app/database/attempt_statements.h"
#include "app/database/claim_statement.h"
#include "app/database/delivery_statements.h"
#include "app/database/endpoint_health.h"
#include "app/database/endpoint_queries.h"
#include "app/database/fan_out.h"
#include "app/database/rescue_statement.h"
#include "app/database/stream_order.h"

#include <QElapsedTimer>
#include <QHash>
#include <QTimer>

#include <utility>

namespace signalbox {

namespace {

constexpr int testLeaseMs = 30'000;
// NOTIFY takes a lock of the whole database at commit; consoles read four times a second at most.
constexpr int announceEveryMs = 250;
constexpr int deliveryTimeoutMs = 30'000;
constexpr int fanOutTimeoutMs = 120'000;
// A worker that was told to stop has had its time to finish; a server that hangs must not hold it further.
constexpr int patienceMs = 2'000;
// The sessions connect side by side; one that takes longer than this has a reason worth telling.
constexpr int gatePatienceMs = 10'000;
// A server that will not take us (password, name of the database) may be mended while nobody watches the
// worker.
constexpr int refusedAgainMs = 15'000;

Result<bool> asBool(const Done &done)
{
    if (!done)
        return fail(done.error());
    return true;
}

SessionOptions sessionOptions(int statementTimeoutMs, Plans plans)
{
    SessionOptions options;
    options.plans = plans;
    options.applicationName = QStringLiteral("signalbox worker");
    options.statementTimeoutMs = statementTimeoutMs;
    return options;
}

} // namespace

/// Removes what workers left behind and secrets whose time is over. No job waits for it, so its failure hides
/// nothing of the rest, and is said once; a role that may not delete goes on delivering.
class Housekeeper
{
public:
    void clean(PgConnection &connection)
    {
        if (!m_isRefused)
            forgetLeftovers(connection);
        const auto secrets = forgetExpiredSecrets(connection);
        told(QStringLiteral("forget expired secrets"), secrets ? Done() : fail(secrets.error()));
    }

private:
    void forgetLeftovers(PgConnection &connection)
    {
        const Done forgotten = forgetOldHealth(connection);
        m_isRefused = !forgotten && forgotten.error().sqlState == QLatin1String("42501");
        if (!m_isRefused)
            return told(QStringLiteral("forget old workers and attempts"), forgotten);
        const QStringList tables{QStringLiteral("signalbox_workers"),
                                 QStringLiteral("signalbox_endpoint_window")};
        qWarning(
            "forget old workers and attempts: %s; they stay, deliveries go on (GRANT DELETE ON %s TO the "
            "worker's role)",
            qPrintable(forgotten.error().why), qPrintable(tables.join(QStringLiteral(", "))));
    }

    // A failure that lasts is said when it begins; a lost connection others tell.
    void told(const QString &act, const Done &done)
    {
        if (done || done.error().kind == Error::Kind::Unavailable) {
            m_failing.remove(act);
            return;
        }
        if (std::exchange(m_failing[act], done.error().sqlState) != done.error().sqlState)
            qWarning("%s: %s", qPrintable(act), qPrintable(done.error().why));
    }

    QHash<QString, QString> m_failing; ///< act, SQLSTATE
    bool m_isRefused = false;
};

/// Sends at most one change notification per interval; what falls between is announced with the next act.
class ChangeAnnouncer
{
public:
    void changed() { m_waiting = true; }

    void announceWhenDue(PgConnection &connection)
    {
        if (!m_waiting || (m_last.isValid() && !m_last.hasExpired(announceEveryMs)))
            return;
        if (announceChanges(connection)) {
            m_waiting = false;
            m_last.start();
        }
    }

private:
    QElapsedTimer m_last;
    bool m_waiting = false;
};

PgDeliveryQueue::PgDeliveryQueue()
    : m_recordAnnouncer(std::make_shared<ChangeAnnouncer>())
    , m_fanOutAnnouncer(std::make_shared<ChangeAnnouncer>())
    , m_housekeeper(std::make_shared<Housekeeper>())
    , m_fanOutPace(std::make_shared<FanOutPace>())
    , m_gate(std::make_shared<SessionGate>())
    , m_claims(QStringLiteral("claims"), patienceMs)
    , m_records(QStringLiteral("records"), patienceMs)
    , m_fanOut(QStringLiteral("fan-out"), patienceMs)
{
    for (DatabaseWorker *worker : {&m_claims, &m_records, &m_fanOut})
        comeBackAfterRefusal(*worker);
    guard(m_claims, QStringLiteral("claims"));
    guard(m_records, QStringLiteral("records"));
    guard(m_fanOut, QStringLiteral("fan-out"));
}

void PgDeliveryQueue::guard(DatabaseWorker &worker, const QString &session)
{
    const auto missing = [gate = m_gate, session](const Error &error) { gate->missing(session, error.why); };
    m_gate->connecting(session);
    QObject::connect(&worker, &DatabaseWorker::connected, &worker,
                     [gate = m_gate, session] { gate->stands(session); });
    QObject::connect(&worker, &DatabaseWorker::connectionLost, &worker, missing);
    QObject::connect(&worker, &DatabaseWorker::refused, &worker, missing);
}

void PgDeliveryQueue::comeBackAfterRefusal(DatabaseWorker &worker)
{
    QObject::connect(&worker, &DatabaseWorker::refused, &worker, [&worker] {
        QTimer::singleShot(refusedAgainMs, &worker, [&worker] { worker.retryNow(); });
    });
}

PgDeliveryQueue::~PgDeliveryQueue()
{
    m_gate->close();
}

void PgDeliveryQueue::setTarget(const ConnectionSettings &settings)
{
    m_housekeeper = std::make_shared<Housekeeper>(); // another role may do what the last one could not
    m_records.setTarget(settings, sessionOptions(deliveryTimeoutMs, Plans::Kept));
    m_claims.setTarget(settings, sessionOptions(deliveryTimeoutMs, Plans::Kept),
                       {QStringLiteral("signalbox_wake")});
    m_fanOut.setTarget(settings, sessionOptions(fanOutTimeoutMs, Plans::Fresh));
}

void PgDeliveryQueue::clearTarget()
{
    m_claims.clearTarget();
    m_records.clearTarget();
    m_fanOut.clearTarget();
}

void PgDeliveryQueue::fanOut(int maxEvents, QObject *context, Reply<FanOutResult> reply)
{
    m_fanOut.run<FanOutResult>(
        [maxEvents, announcer = m_fanOutAnnouncer, pace = m_fanOutPace](PgConnection &connection) {
            auto result = signalbox::fanOut(connection, maxEvents, *pace);
            if (result && result->jobs > 0)
                announcer->changed();
            announcer->announceWhenDue(connection);
            return result;
        },
        context, std::move(reply));
}

void PgDeliveryQueue::claim(const ClaimRequest &request, QObject *context, Reply<QList<ClaimedJob>> reply)
{
    m_claims.run<QList<ClaimedJob>>(
        [request, gate = m_gate](PgConnection &connection) -> Result<QList<ClaimedJob>> {
            if (auto problem = gate->problem(gatePatienceMs))
                return fail(std::move(*problem));
            return claimJobs(connection, request);
        },
        context, std::move(reply));
}

void PgDeliveryQueue::nextDue(const QHash<QString, int> &places, int freshPlaces, QObject *context,
                              Reply<std::optional<qint64>> reply)
{
    m_claims.run<std::optional<qint64>>(
        [places, freshPlaces](PgConnection &connection) {
            return signalbox::nextDue(connection, places, freshPlaces);
        },
        context, std::move(reply));
}

void PgDeliveryQueue::answeringEndpoints(QObject *context, Reply<QStringList> reply)
{
    m_claims.run<QStringList>(
        [](PgConnection &connection) { return signalbox::answeringEndpoints(connection); }, context,
        std::move(reply));
}

void PgDeliveryQueue::renew(const QList<Lease> &leases, int leaseMs, QObject *context,
                            Reply<QList<QUuid>> reply)
{
    m_claims.run<QList<QUuid>>(
        [leases, leaseMs](PgConnection &connection) { return renewLeases(connection, leases, leaseMs); },
        context, std::move(reply));
}

void PgDeliveryQueue::record(const QList<AttemptRecord> &attempts, QObject *context,
                             Reply<RecordResult> reply)
{
    m_records.run<RecordResult>(
        [attempts, announcer = m_recordAnnouncer](PgConnection &connection) {
            auto result = recordAttempts(connection, attempts);
            announcer->changed();
            announcer->announceWhenDue(connection);
            return result;
        },
        context, std::move(reply));
}

void PgDeliveryQueue::release(const QList<Lease> &leases, QObject *context, Reply<int> reply)
{
    m_claims.run<int>([leases](PgConnection &connection) { return releaseLeases(connection, leases); },
                      context, std::move(reply));
}

void PgDeliveryQueue::rescueExpired(const RescueRequest &request, QObject *context, Reply<RescueResult> reply)
{
    m_fanOut.run<RescueResult>(
        [request, housekeeper = m_housekeeper](PgConnection &connection) {
            housekeeper->clean(connection);
            return signalbox::rescueExpired(connection, request);
        },
        context, std::move(reply));
}

void PgDeliveryQueue::releaseStreams(QObject *context, Reply<int> reply)
{
    m_fanOut.run<int>(releaseAllStreams, context, std::move(reply));
}

void PgDeliveryQueue::idleState(const WorkerIdentity &, QObject *context, Reply<IdleState> reply)
{
    m_claims.run<IdleState>([](PgConnection &connection) { return readIdleState(connection); }, context,
                            std::move(reply));
}

void PgDeliveryQueue::createTestJob(const WorkerIdentity &worker, const QString &endpointId, QObject *context,
                                    Reply<ClaimedJob> reply)
{
    m_claims.run<ClaimedJob>(
        [worker, endpointId](PgConnection &connection) {
            return signalbox::createTestJob(connection, worker, endpointId, testLeaseMs);
        },
        context, std::move(reply));
}

void PgDeliveryQueue::heartbeat(const WorkerIdentity &worker, const Heartbeat &beat, QObject *context,
                                Reply<bool> reply)
{
    m_claims.run<bool>(
        [worker, beat](PgConnection &connection) {
            return asBool(signalbox::heartbeat(connection, worker, beat));
        },
        context, std::move(reply));
}

void PgDeliveryQueue::signOff(const WorkerIdentity &worker, QObject *context, Reply<bool> reply)
{
    m_claims.run<bool>(
        [worker](PgConnection &connection) { return asBool(signalbox::signOff(connection, worker)); },
        context, std::move(reply));
}

void PgDeliveryQueue::onWake(QObject *context, std::function<void()> wake)
{
    QObject::connect(&m_claims, &DatabaseWorker::notified, context, [wake] { wake(); });
    for (DatabaseWorker *worker : {&m_claims, &m_records, &m_fanOut})
        QObject::connect(worker, &DatabaseWorker::connected, context, [wake] { wake(); });
}

} // namespace signalbox
