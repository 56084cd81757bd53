#include "app/database/database_session.h"

#include "app/database/replica_query.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int firstBackOffMs = 1'000;
constexpr int longestBackOffMs = 30'000;
constexpr int probeEveryMs = 5'000;
constexpr int readReplicaEveryMs = 2'000;

// Tries that cannot succeed without somebody changing something: wrong password, unknown role or database, a
// pooler. libpq gives no SQLSTATE for a connection that was never made, only the server's sentence.
bool isHopeless(const Error &error)
{
    static const QStringList sentences{
        QStringLiteral("password authentication failed"), QStringLiteral("no password supplied"),
        QStringLiteral("no pg_hba.conf entry"), QStringLiteral("does not exist"),
        QStringLiteral("unsupported startup parameter")};
    // A standby may be promoted.
    if (error.sqlState == QLatin1String("25006"))
        return false;
    return error.kind == Error::Kind::Refused ||
           std::any_of(sentences.cbegin(), sentences.cend(),
                       [&error](const QString &sentence) { return error.why.contains(sentence); });
}

} // namespace

DatabaseSession::DatabaseSession(QObject *parent)
    : QObject(parent)
    , m_retry(this)
    , m_probe(this)
    , m_replica(this)
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &DatabaseSession::connectNow);
    m_probe.setInterval(probeEveryMs);
    connect(&m_probe, &QTimer::timeout, this, [this] {
        perform([](Result<PgConnection *> connection) {
            if (connection)
                (void)(*connection)
                    ->query(QStringLiteral("SELECT 1"), {}, QStringLiteral("check the connection"));
        });
    });
    m_replica.setInterval(readReplicaEveryMs);
    connect(&m_replica, &QTimer::timeout, this, &DatabaseSession::readReplica);
    m_reason = Error{Error::Kind::Unavailable, tr("database"), tr("not connected"), {}, {}, -1};
}

DatabaseSession::~DatabaseSession()
{
    setConnection({});
}

void DatabaseSession::setTarget(const ConnectionSettings &settings, const SessionOptions &options,
                                const QStringList &channels)
{
    m_settings = settings;
    m_options = options;
    m_channels = channels;
    m_hasTarget = true;
    m_backOffMs = 0;
    connectNow();
}

void DatabaseSession::clearTarget()
{
    m_hasTarget = false;
    m_retry.stop();
    m_probe.stop();
    m_replica.stop();
    m_listener.reset();
    setConnection({});
    m_reason.why = tr("not connected");
}

void DatabaseSession::retryNow()
{
    if (m_hasTarget && !m_connection)
        connectNow();
}

void DatabaseSession::connectNow()
{
    m_retry.stop();
    m_replica.stop();
    m_listener.reset();
    setConnection({});
    auto opened = PgConnection::open(m_settings, m_options);
    if (!opened) {
        scheduleRetry(opened.error());
        return;
    }
    setConnection(std::move(*opened));
    if (const Done watching = watch(); !watching) {
        setConnection({});
        scheduleRetry(watching.error());
        return;
    }
    m_backOffMs = 0;
    m_probe.start();
    emit connected(m_connection->isReplica());
    if (m_replica.isActive())
        readReplica();
}

// A standby refuses to LISTEN.
Done DatabaseSession::watch()
{
    if (m_channels.isEmpty())
        return {};
    if (m_connection->isReplica()) {
        m_replica.start();
        return {};
    }
    m_listener = std::make_unique<QObject>();
    for (const QString &channel : std::as_const(m_channels)) {
        Done listening =
            m_connection->listen(channel, m_listener.get(), [this, channel](const QString &payload) {
                emit notified(channel, payload);
            });
        if (!listening)
            return listening;
    }
    return {};
}

void DatabaseSession::readReplica()
{
    bool isPromoted = false;
    perform([this, &isPromoted](Result<PgConnection *> connection) {
        if (!connection)
            return;
        const auto state = readReplicaState(**connection);
        isPromoted = state && !*state;
        if (state && *state)
            emit replicaRead(**state);
    });
    if (isPromoted)
        connectNow();
}

void DatabaseSession::scheduleRetry(const Error &error)
{
    m_probe.stop();
    m_replica.stop();
    m_reason = error;
    m_reason.kind = Error::Kind::Unavailable;
    if (isHopeless(error)) {
        emit refused(error);
        return;
    }
    m_backOffMs = m_backOffMs == 0 ? firstBackOffMs : qMin(m_backOffMs * 2, longestBackOffMs);
    m_retry.start(m_backOffMs);
    emit connectionLost(error, m_backOffMs);
}

void DatabaseSession::setConnection(std::unique_ptr<PgConnection> connection)
{
    // The old one goes first: closing it talks to the server too.
    m_connection = std::move(connection);
    m_socket->hold(m_connection ? m_connection->socket() : -1);
}

void DatabaseSession::perform(const std::function<void(Result<PgConnection *>)> &act)
{
    if (!m_connection) {
        act(fail(m_reason));
        return;
    }
    act(m_connection.get());
    if (m_connection && !m_connection->isAlive()) {
        m_listener.reset();
        setConnection({});
        scheduleRetry(
            Error{Error::Kind::Unavailable, tr("database"), tr("the server went away"), {}, {}, -1});
    }
}

} // namespace signalbox
