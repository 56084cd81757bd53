#include "tests/chaos/chaos_database.h"

#include "tests/chaos/chaos_receiver.h"

#include <QCoreApplication>

#include <cstdio>
#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

constexpr int deadEndpoints = 12;
constexpr int healthyEndpoints = 60;
// Twice what the long run records.
constexpr qint64 diskBytes = 256 * 1024 * 1024;

// A watch on the leases: who took one when, and how it ended. On the tables themselves, so that no worker can
// move a job unseen.
const char *const watchSql = R"(
CREATE TABLE chaos_lease (job uuid, kind text, at timestamptz, until timestamptz, worker uuid);
CREATE TABLE chaos_worker (id uuid PRIMARY KEY, pid bigint);
CREATE FUNCTION chaos_watch_lease() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.lease_token IS NOT NULL THEN
        INSERT INTO chaos_lease
        SELECT OLD.id,
               CASE WHEN NEW.rescues > OLD.rescues THEN 'rescued' WHEN NEW.attempts > OLD.attempts THEN 'recorded'
                    ELSE 'released' END,
               clock_timestamp(), OLD.lease_until, OLD.lease_owner;
    END IF;
    IF NEW.lease_token IS NOT NULL THEN
        INSERT INTO chaos_lease
        SELECT NEW.id, 'claimed', clock_timestamp(), NEW.lease_until, NEW.lease_owner;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER chaos_watch_lease AFTER UPDATE ON webhook_jobs FOR EACH ROW
    WHEN (OLD.lease_token IS DISTINCT FROM NEW.lease_token) EXECUTE FUNCTION chaos_watch_lease();
CREATE FUNCTION chaos_watch_worker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chaos_worker VALUES (NEW.id, NEW.pid) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TABLE chaos_disk (is_full boolean NOT NULL);
INSERT INTO chaos_disk VALUES (false);
CREATE FUNCTION chaos_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT is_full FROM chaos_disk) THEN
        RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER chaos_full BEFORE INSERT ON webhook_deliveries FOR EACH STATEMENT EXECUTE FUNCTION chaos_full();
CREATE TRIGGER chaos_watch_worker AFTER INSERT ON signalbox_workers FOR EACH ROW EXECUTE FUNCTION chaos_watch_worker();
)";

// The cluster may outlive a run that was killed.
QString tablespaceName()
{
    return QStringLiteral("chaos_%1").arg(QCoreApplication::applicationPid());
}

struct EndpointPlan
{
    QString id;
    QString path;
    QString filter = QStringLiteral("[]");
    int maxRetries = 100;
    int timeoutMs = 10'000;
};

QList<EndpointPlan> endpointPlans(int hanging)
{
    const QString chaos = QStringLiteral("[\"chaos.*\"]");
    QList<EndpointPlan> plans{{"ep_ok", "/ok", chaos},
                              {"ep_slow", "/slow"},
                              {"ep_flaky", "/flaky", chaos},
                              {"ep_cut", "/cut"},
                              {"ep_hang", "/hang", QStringLiteral("[]"), 100, 3'000},
                              {"ep_poison", "/ok", QStringLiteral("[]"), 0}};
    // Few attempts each, so that no circuit breaker has reason to hold them back.
    for (int i = 0; i < deadEndpoints; ++i)
        plans.append({QStringLiteral("ep_dead_%1").arg(i), QStringLiteral("/dead/%1").arg(i),
                      QStringLiteral("[]"), 1});
    for (int i = 0; i < healthyEndpoints; ++i)
        plans.append({QStringLiteral("ep_healthy_%1").arg(i), QStringLiteral("/ok")});
    for (int i = 0; i < hanging; ++i)
        plans.append({QStringLiteral("ep_silent_%1").arg(i), QStringLiteral("/silent/%1").arg(i),
                      QStringLiteral("[]"), 0, 3'000});
    return plans;
}

const QString jobsSql = QStringLiteral(R"(
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, status, timeout_ms, event_type)
SELECT one.id, endpoint.id, endpoint.url, jsonb_build_object('n', one.id), endpoint.secret, endpoint.max_retries + 1,
       now(), 'pending', endpoint.timeout_ms, 'chaos.job'
FROM jsonb_to_recordset(:jobs::jsonb) AS one(id uuid, endpoint text)
JOIN webhook_endpoints endpoint ON endpoint.id = one.endpoint
ON CONFLICT (id) DO NOTHING)");

const QString besidesSql = QStringLiteral(R"(
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, status, timeout_ms, event_type)
SELECT gen_random_uuid(), endpoint.id, endpoint.url, '{}', endpoint.secret, endpoint.max_retries + 1, now(), 'pending',
       endpoint.timeout_ms, '%1'
FROM webhook_endpoints endpoint
CROSS JOIN generate_series(1, %2)
WHERE endpoint.id ~ '%3'
RETURNING id)");

// Rows that nobody can send, and rows of times that are no moments, among good ones.
const QString poisonSql = QStringLiteral(R"(
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, custom_headers, max_attempts, next_attempt, created_at,
                          status, timeout_ms, event_type)
SELECT gen_random_uuid(), endpoint.id, endpoint.url || poison.path, poison.payload, 'secret', poison.headers, 100,
       poison.due, poison.due, 'pending', poison.timeout, 'chaos.poison'
FROM webhook_endpoints endpoint
CROSS JOIN LATERAL (VALUES
    ('', (SELECT jsonb_agg(1e131071::numeric) FROM generate_series(1, 8500)), NULL::jsonb, now(), 10000),
    ('', to_jsonb(repeat('x', 40000000)), NULL, now(), 10000),
    ('', '{}', (SELECT jsonb_build_object('a', jsonb_agg(1e131071::numeric)) FROM generate_series(1, 8500)), now(), 10000),
    ('', '{}', jsonb_build_object('a', repeat('x', 70000)), now(), 10000),
    ('?' || repeat('x', 9000), '{}', NULL, now(), 10000),
    ('', '{}', NULL, '-infinity', 10000),
    ('', '{}', NULL, now(), 2147483647)) poison (path, payload, headers, due, timeout)
WHERE endpoint.id = 'ep_poison')");

// The number makes id and stream, so that a batch that was committed unseen is not appended twice.
const QString eventsSql = QStringLiteral(R"(
INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)
SELECT md5('chaos' || n)::uuid, 'chaos.event', 'chaos-' || n, 1, jsonb_build_object('n', n), '{}', now()
FROM generate_series(:first::integer, :last::integer) AS n
ON CONFLICT DO NOTHING)");

// Every second endpoint's share is the same; the dead ones take one job each, once.
QString endpointOf(int job)
{
    static const QStringList living{"ep_ok", "ep_slow", "ep_flaky", "ep_cut", "ep_hang"};
    if (job < deadEndpoints)
        return QStringLiteral("ep_dead_%1").arg(job);
    return living[job % living.size()];
}

LeaseChange::Kind kindOf(const QString &name)
{
    if (name == QLatin1String("claimed"))
        return LeaseChange::Kind::Claimed;
    if (name == QLatin1String("recorded"))
        return LeaseChange::Kind::Recorded;
    return name == QLatin1String("rescued") ? LeaseChange::Kind::Rescued : LeaseChange::Kind::Released;
}

} // namespace

ChaosDatabase::ChaosDatabase(const ChaosReceiver &receiver, int hanging)
    : m_disk(diskBytes)
{
    m_database.emplace();
    moveToSmallDisk();
    m_database->run(QStringLiteral("ALTER DATABASE %1 SET synchronous_commit = on").arg(settings().database));
    m_database->run(QLatin1String(watchSql));
    for (const EndpointPlan &plan : endpointPlans(hanging)) {
        m_database->run(
            QStringLiteral("INSERT INTO webhook_endpoints (id, url, secret, event_filter, max_retries,"
                           " timeout_ms, allow_private_network, retry_schedule_seconds)"
                           " VALUES ('%1', '%2', 'secret', '%3', %4, %5, true, ARRAY[1])")
                .arg(plan.id, receiver.url(plan.path), plan.filter)
                .arg(plan.maxRetries)
                .arg(plan.timeoutMs));
    }
    m_database->run(poisonSql);
    m_database->run(QStringLiteral(
        "UPDATE webhook_jobs SET max_attempts = 1 WHERE next_attempt > '-infinity' AND timeout_ms = 10000"));
    m_besides = m_database->value(QStringLiteral("SELECT count(id) FROM webhook_jobs")).toInt();
}

ChaosDatabase::~ChaosDatabase()
{
    m_connection.reset();
    m_database.reset();
    if (!m_disk.isMounted())
        return;
    if (const auto server = PgConnection::open(testCluster()->settings(QStringLiteral("postgres"))))
        (void)(*server)->executeRaw(QStringLiteral("DROP TABLESPACE ") + tablespaceName());
}

void ChaosDatabase::moveToSmallDisk()
{
    if (!m_disk.isMounted()) {
        std::printf("no disk can be mounted here: a trigger refuses attempts as a full one would\n");
        return;
    }
    m_database->run(
        QStringLiteral("CREATE TABLESPACE %1 LOCATION '%2'").arg(tablespaceName(), m_disk.tablespace()));
    m_database->run(QStringLiteral("ALTER TABLE webhook_deliveries SET TABLESPACE ") + tablespaceName());
}

std::optional<QList<QSqlRecord>> ChaosDatabase::ask(const QString &sql, const Bindings &bindings)
{
    SessionOptions options;
    options.statementTimeoutMs = 5'000; // a stalled backend may hold locks
    if (!m_connection) {
        auto opened = PgConnection::open(settings(), options);
        if (!opened)
            return std::nullopt;
        m_connection = std::move(*opened);
    }
    auto rows = m_connection->query(sql, bindings);
    if (rows)
        return std::move(*rows);
    if (rows.error().kind != Error::Kind::Unavailable && rows.error().sqlState != QLatin1String("57014"))
        qFatal("%s [%s, %d] alive %d", qPrintable(rows.error().line()), qPrintable(rows.error().sqlState),
               int(rows.error().kind), m_connection->isAlive());
    if (!m_connection->isAlive())
        m_connection.reset();
    return std::nullopt;
}

bool ChaosDatabase::produce(int jobs, int events)
{
    while (m_nextJobs.size() < jobs)
        m_nextJobs << QUuid::createUuid().toString(QUuid::WithoutBraces);
    nlohmann::json rows = nlohmann::json::array();
    for (qsizetype i = 0; i < m_nextJobs.size(); ++i) {
        rows.push_back(
            {{"id", m_nextJobs[i].toStdString()}, {"endpoint", endpointOf(m_jobs + int(i)).toStdString()}});
    }
    if (!ask(jobsSql, {{QStringLiteral(":jobs"), QString::fromStdString(rows.dump())}}))
        return false;
    m_jobs += int(m_nextJobs.size());
    m_nextJobs.clear();
    if (!ask(eventsSql,
             {{QStringLiteral(":first"), m_events + 1}, {QStringLiteral(":last"), m_events + events}}))
        return false;
    m_events += events;
    return true;
}

void ChaosDatabase::produceHealthy(const QString &type, int count)
{
    for (int i = 0; i < count; ++i, ++m_healthy) {
        const QString endpoint = QStringLiteral("^ep_healthy_%1$").arg(m_healthy % healthyEndpoints);
        if (const auto made = ask(besidesSql.arg(type).arg(1).arg(endpoint)))
            m_besides += int(made->size());
    }
}

void ChaosDatabase::produceHanging(int each)
{
    if (const auto made = ask(besidesSql.arg(QStringLiteral("chaos.silent")).arg(each).arg("^ep_silent_")))
        m_besides += int(made->size());
}

std::optional<int> ChaosDatabase::unfinished()
{
    const auto rows = ask(QStringLiteral("SELECT count(id) FROM webhook_jobs"
                                         " WHERE status NOT IN ('completed', 'failed')"));
    return rows ? std::optional(rows->constFirst().value(0).toInt()) : std::nullopt;
}

std::optional<int> ChaosDatabase::unfinishedEvents()
{
    const auto rows =
        ask(QStringLiteral("SELECT 2 * (SELECT count(id) FROM events)"
                           " - (SELECT count(id) FROM webhook_jobs WHERE event_id IS NOT NULL)"));
    return rows ? std::optional(rows->constFirst().value(0).toInt()) : std::nullopt;
}

QList<qint64> ChaosDatabase::workerBackends()
{
    QList<qint64> backends;
    const auto rows = ask(QStringLiteral("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                                         " AND application_name = 'signalbox worker' ORDER BY pid"));
    for (const QSqlRecord &row : rows.value_or(QList<QSqlRecord>()))
        backends << row.value(0).toLongLong();
    return backends;
}

void ChaosDatabase::terminateBackends()
{
    (void)ask(QStringLiteral("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                             " WHERE datname = current_database() AND application_name = 'signalbox worker'"
                             " AND random() < 0.5"));
}

// The driver may send the statement or what it prepared; either names what only attempts have.
void ChaosDatabase::terminateRecorders()
{
    (void)ask(QStringLiteral("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                             " WHERE datname = current_database() AND application_name = 'signalbox worker'"
                             " AND query LIKE '%delay_ms%'"));
}

bool ChaosDatabase::setFull(bool full)
{
    if (m_disk.isMounted() && full)
        return m_disk.fill();
    if (m_disk.isMounted()) {
        m_disk.empty();
        return true;
    }
    return ask(QStringLiteral("UPDATE chaos_disk SET is_full = :full::boolean RETURNING is_full"),
               {{QStringLiteral(":full"), full}})
        .has_value();
}

void ChaosDatabase::holdQueue(const std::function<void()> &act)
{
    SessionOptions options;
    options.statementTimeoutMs = 5'000;
    const auto connection = PgConnection::open(settings(), options);
    if (!connection || !(*connection)->begin())
        return;
    if ((*connection)->executeRaw(QStringLiteral("LOCK TABLE webhook_jobs")))
        act();
    (*connection)->rollback();
}

QList<JobFate> ChaosDatabase::fates()
{
    QList<JobFate> fates;
    QHash<QUuid, qsizetype> places;
    const auto connection = m_database->connect();
    const auto jobs = connection->query(QStringLiteral(R"(
SELECT job.id, job.endpoint_id, job.status, job.attempts, job.max_attempts, job.rescues,
       (SELECT count(id) FROM webhook_deliveries WHERE job_id = job.id) AS attempt_rows,
       coalesce(job.event_type, ''),
       CASE WHEN isfinite(job.created_at) THEN (extract(epoch FROM job.created_at) * 1000000)::bigint ELSE 0 END
FROM webhook_jobs job)"));
    const auto leases = connection->query(QStringLiteral(R"(
SELECT lease.job, lease.kind, (extract(epoch FROM lease.at) * 1000000)::bigint,
       (extract(epoch FROM lease.until) * 1000000)::bigint, coalesce(worker.pid, 0)
FROM chaos_lease lease
LEFT JOIN chaos_worker worker ON worker.id = lease.worker
ORDER BY lease.at)"));
    if (!jobs || !leases)
        qFatal("the database does not answer in the end");
    for (const QSqlRecord &row : *jobs) {
        places.insert(row.value(0).toUuid(), fates.size());
        fates.append({row.value(0).toUuid(),
                      row.value(1).toString(),
                      row.value(7).toString(),
                      row.value(2).toString(),
                      row.value(8).toLongLong(),
                      row.value(3).toInt(),
                      row.value(4).toInt(),
                      row.value(5).toInt(),
                      row.value(6).toInt(),
                      {}});
    }
    for (const QSqlRecord &row : *leases)
        fates[places[row.value(0).toUuid()]].leases.append(
            {kindOf(row.value(1).toString()), row.value(2).toLongLong(), row.value(3).toLongLong(),
             row.value(4).toLongLong()});
    return fates;
}

} // namespace signalbox
