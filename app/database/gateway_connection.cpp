#include "app/database/console_rights_query.h"
#include "app/database/gateway.h"

#include <utility>

namespace signalbox {

namespace {

constexpr int readTimeoutMs = 15'000;
constexpr int noticeEveryMs = 250;

SessionOptions sessionOptions(int statementTimeoutMs)
{
    SessionOptions options;
    options.statementTimeoutMs = statementTimeoutMs;
    options.applicationName = QStringLiteral("signalbox console");
    return options;
}

} // namespace

Gateway::Gateway(QObject *parent)
    : QObject(parent)
    , m_pages(QStringLiteral("database pages"))
    , m_charts(QStringLiteral("database charts"))
    , m_changes(QStringLiteral("database changes"))
{
    m_notice.setSingleShot(true);
    m_notice.setInterval(noticeEveryMs);
    connect(&m_notice, &QTimer::timeout, this, &Gateway::sayWaitingNotice);
    connect(&m_pages, &DatabaseWorker::notified, this, &Gateway::noticeData);
    connect(&m_pages, &DatabaseWorker::replicaRead, this, &Gateway::takeReplica);
    connect(&m_pages, &DatabaseWorker::connected, this, &Gateway::followRole);
    watch(m_pages, m_pagesStatus);
    watch(m_charts, m_chartsStatus);
    watch(m_changes, m_changesStatus);
}

Gateway::~Gateway() = default;

void Gateway::watch(DatabaseWorker &worker, ConnectionStatus &status)
{
    using State = ConnectionStatus::State;
    const auto become = [this, &status](State state, const Error &error, int retryInMs) {
        status.state = state;
        status.error = error;
        status.retryInMs = retryInMs;
        combineStatus();
    };
    // Pages say what the role may read: they are there when that is known.
    if (&worker == &m_pages)
        connect(&worker, &DatabaseWorker::connected, this, &Gateway::readRights);
    else
        connect(&worker, &DatabaseWorker::connected, this, [become] { become(State::Connected, {}, 0); });
    connect(&worker, &DatabaseWorker::connectionLost, this,
            [become](const Error &error, int retryInMs) { become(State::Lost, error, retryInMs); });
    connect(&worker, &DatabaseWorker::refused, this,
            [become](const Error &error) { become(State::Refused, error, 0); });
}

void Gateway::readRights()
{
    m_pages.run<ConsoleRights>(readConsoleRights, this,
                               [this, target = m_target](const Result<ConsoleRights> &rights) {
                                   if (target == m_target)
                                       takeRights(rights);
                               });
}

// Rights that could not be read hold nothing back; the server has the last word.
void Gateway::takeRights(const Result<ConsoleRights> &rights)
{
    if (!rights && rights.error().kind == Error::Kind::Unavailable)
        return; // the connection went meanwhile, which its worker says
    m_rights = rights.value_or(ConsoleRights());
    const bool isOurs = m_rights.schema() == SchemaPresence::Here;
    m_pagesStatus.state = isOurs ? ConnectionStatus::State::Connected : ConnectionStatus::State::Refused;
    m_pagesStatus.error = isOurs ? Error() : schemaError(tr("open %1").arg(m_label), m_rights.schema());
    m_pagesStatus.retryInMs = 0;
    combineStatus();
}

void Gateway::connectTo(const ConnectionSettings &settings)
{
    m_hasTarget = true;
    ++m_target;
    m_label = settings.label();
    m_rights = {};
    m_announced = false;
    m_replica.reset();
    m_readOnly = settings.access == Access::ReadOnly;
    m_pagesStatus = m_chartsStatus = m_changesStatus = {};
    m_pages.setTarget(settings.forReading(), sessionOptions(readTimeoutMs),
                      {QStringLiteral("signalbox_changed"), QStringLiteral("signalbox_wake")});
    m_charts.setTarget(settings.forReading(), sessionOptions(readTimeoutMs));
    if (m_readOnly)
        m_changes.clearTarget();
    else
        m_changes.setTarget(settings, sessionOptions(0));
    combineStatus();
}

void Gateway::disconnectFromDatabase()
{
    m_hasTarget = false;
    ++m_target;
    for (DatabaseWorker *worker : {&m_pages, &m_charts, &m_changes})
        worker->clearTarget();
}

void Gateway::retryNow()
{
    for (DatabaseWorker *worker : {&m_pages, &m_charts, &m_changes})
        worker->retryNow();
}

void Gateway::followRole(bool isReplica)
{
    if (isReplica || !m_replica)
        return;
    // Promoted: the session for changes need not wait for its next try.
    m_replica.reset();
    m_changes.retryNow();
    combineStatus();
}

void Gateway::takeReplica(const ReplicaState &state)
{
    m_replica = state;
    combineStatus();
    noticeData();
}

// A standby, or a database that is read-only for now: the session for changes goes on trying, the others
// read.
bool Gateway::serverTakesNoChanges() const
{
    return m_changesStatus.error.sqlState == QLatin1String("25006");
}

// The worst of the connections is what the console says: with one of them gone, a part of it stands still.
void Gateway::combineStatus()
{
    if (!m_hasTarget)
        return;
    using State = ConnectionStatus::State;
    QList<const ConnectionStatus *> parts{&m_pagesStatus, &m_chartsStatus};
    if (!m_readOnly && !serverTakesNoChanges())
        parts << &m_changesStatus;
    ConnectionStatus combined;
    combined.state = State::Connected;
    for (const State state : {State::Connecting, State::Lost, State::Refused}) {
        for (const ConnectionStatus *part : parts) {
            if (part->state == state)
                combined = *part;
        }
    }
    combined.readOnly = m_readOnly || serverTakesNoChanges();
    combined.replica = m_replica;
    combined.rights = m_rights;
    const bool cameBack = combined.state == State::Connected && m_status.state != State::Connected;
    m_status = combined;
    emit m_signals.connectionStatusChanged(m_status);
    if (!cameBack && m_announced)
        return;
    if (combined.state != State::Connected)
        return;
    if (m_announced) {
        noticeData();
        return;
    }
    m_announced = true;
    emit m_signals.databaseChanged();
}

// The first notification is passed on at once, those that follow within the interval as one.
void Gateway::noticeData()
{
    if (m_notice.isActive()) {
        m_noticeWaits = true;
        return;
    }
    m_notice.start();
    emit m_signals.dataChanged();
}

void Gateway::sayWaitingNotice()
{
    if (!std::exchange(m_noticeWaits, false))
        return;
    m_notice.start();
    emit m_signals.dataChanged();
}

} // namespace signalbox
