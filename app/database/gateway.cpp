#include "app/database/gateway.h"

#include "app/database/console_rights_query.h"
#include "app/database/detail_queries.h"
#include "app/database/endpoint_queries.h"
#include "app/database/fan_out.h"
#include "app/database/job_changes.h"
#include "app/database/overview_queries.h"
#include "app/database/page_queries.h"

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

Result<bool> asBool(const Done &done)
{
    if (!done)
        return fail(done.error());
    return true;
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

template <typename T>
void Gateway::change(const QString &what, std::function<Result<T>(PgConnection &)> act, QObject *context,
                     Reply<T> reply)
{
    if (!m_readOnly && !serverTakesNoChanges()) {
        m_changes.run<T>(std::move(act), context, std::move(reply));
        return;
    }
    const QString why = m_readOnly ? tr("this connection is read-only") : m_changesStatus.error.why;
    // Queued like every other reply: callers never see it before their call returned.
    QMetaObject::invokeMethod(
        context, [what, why, reply = std::move(reply)] { reply(fail(Error::Kind::Refused, what, why)); },
        Qt::QueuedConnection);
}

void Gateway::fetchPage(const PageRequest &request, QObject *context, Reply<Page> reply)
{
    m_pages.run<Page>([request, rights = m_rights](
                          PgConnection &connection) { return readPage(connection, request, rights); },
                      context, std::move(reply));
}

void Gateway::countRows(const CountRequest &request, QObject *context, Reply<RowCount> reply)
{
    m_charts.run<RowCount>(
        [request](PgConnection &connection) { return signalbox::countRows(connection, request); }, context,
        std::move(reply));
}

void Gateway::jobDetail(const QString &id, QObject *context, Reply<JobDetail> reply)
{
    m_pages.run<JobDetail>(
        [id, rights = m_rights](PgConnection &connection) { return readJobDetail(connection, id, rights); },
        context, std::move(reply));
}

void Gateway::deliveryDetail(const QString &id, QObject *context, Reply<DeliveryDetail> reply)
{
    m_pages.run<DeliveryDetail>(
        [id, rights = m_rights](PgConnection &connection) {
            return readDeliveryDetail(connection, id, rights);
        },
        context, std::move(reply));
}

void Gateway::eventDetail(const QString &id, QObject *context, Reply<EventDetail> reply)
{
    m_pages.run<EventDetail>(
        [id, rights = m_rights](PgConnection &connection) { return readEventDetail(connection, id, rights); },
        context, std::move(reply));
}

void Gateway::streamDetail(const QString &id, QObject *context, Reply<StreamDetail> reply)
{
    m_pages.run<StreamDetail>(
        [id, rights = m_rights](PgConnection &connection) {
            return readStreamDetail(connection, id, rights);
        },
        context, std::move(reply));
}

void Gateway::listEndpoints(QObject *context, Reply<QList<EndpointHealth>> reply)
{
    m_charts.run<QList<EndpointHealth>>(
        [](PgConnection &connection) { return signalbox::listEndpoints(connection); }, context,
        std::move(reply));
}

void Gateway::addEndpoint(const EndpointChange &wanted, QObject *context, Reply<QString> reply)
{
    change<QString>(
        tr("add endpoint"),
        [wanted](PgConnection &connection) { return signalbox::addEndpoint(connection, wanted); }, context,
        std::move(reply));
}

void Gateway::changeEndpoint(const EndpointChange &wanted, QObject *context, Reply<QString> reply)
{
    change<QString>(
        tr("change endpoint"),
        [wanted](PgConnection &connection) { return signalbox::changeEndpoint(connection, wanted); }, context,
        std::move(reply));
}

void Gateway::setEndpointEnabled(const QString &id, bool enabled, QObject *context, Reply<QString> reply)
{
    change<QString>(
        enabled ? tr("enable endpoint") : tr("disable endpoint"),
        [id, enabled](PgConnection &connection) {
            return signalbox::setEndpointEnabled(connection, id, enabled);
        },
        context, std::move(reply));
}

void Gateway::setBreaker(const QString &id, BreakerAction action, const QString &reason, QObject *context,
                         Reply<QString> reply)
{
    change<QString>(
        action == BreakerAction::Close ? tr("close the circuit breaker") : tr("hold the circuit breaker"),
        [id, action, reason](PgConnection &connection) {
            return signalbox::setBreaker(connection, id, action, reason);
        },
        context, std::move(reply));
}

void Gateway::removeEndpoint(const QString &id, QObject *context, Reply<QString> reply)
{
    change<QString>(
        tr("remove endpoint"),
        [id](PgConnection &connection) { return signalbox::removeEndpoint(connection, id); }, context,
        std::move(reply));
}

void Gateway::rotateSecret(const QString &id, const Secret &secret, qint64 overlapSeconds, QObject *context,
                           Reply<QString> reply)
{
    change<QString>(
        tr("rotate secret"),
        [id, secret, overlapSeconds](PgConnection &connection) {
            return signalbox::rotateSecret(connection, id, secret, overlapSeconds);
        },
        context, std::move(reply));
}

void Gateway::revealSecret(const QString &id, QObject *context, Reply<Secret> reply)
{
    m_pages.run<Secret>([id](PgConnection &connection) { return signalbox::revealSecret(connection, id); },
                        context, std::move(reply));
}

void Gateway::countFilterMatches(const QByteArray &eventFilter, QObject *context,
                                 Reply<FilterMatchCount> reply)
{
    m_pages.run<FilterMatchCount>(
        [eventFilter](PgConnection &connection) {
            return signalbox::countFilterMatches(connection, eventFilter);
        },
        context, std::move(reply));
}

void Gateway::previewJobs(const JobSelection &selection, JobAction action, QObject *context,
                          Reply<ActionPreview> reply)
{
    m_charts.run<ActionPreview>(
        [selection, action](PgConnection &connection) {
            return signalbox::previewJobs(connection, selection, action);
        },
        context, std::move(reply));
}

void Gateway::changeJobs(const JobSelection &selection, JobAction action, const QString &reason,
                         QObject *context, Reply<ActionResult> reply)
{
    change<ActionResult>(
        action == JobAction::Cancel ? tr("cancel jobs") : tr("retry jobs"),
        [selection, action, reason](PgConnection &connection) {
            return signalbox::changeJobs(connection, selection, action, reason);
        },
        context, std::move(reply));
}

void Gateway::overview(const OverviewRequest &request, QObject *context, Reply<Overview> reply)
{
    SharedRequest<Overview> &shared = m_overviews[request];
    if (!shared.join(context, std::move(reply)))
        return;
    m_charts.run<Overview>([request](PgConnection &connection) { return readOverview(connection, request); },
                           this, [&shared](const Result<Overview> &overview) { shared.answer(overview); });
}

void Gateway::railCounts(QObject *context, Reply<RailCounts> reply)
{
    if (!m_rail.join(context, std::move(reply)))
        return;
    m_pages.run<RailCounts>(
        [rights = m_rights](PgConnection &connection) { return readRailCounts(connection, rights); }, this,
        [this](const Result<RailCounts> &counts) { m_rail.answer(counts); });
}

void Gateway::workers(QObject *context, Reply<QList<QSqlRecord>> reply)
{
    m_pages.run<QList<QSqlRecord>>([](PgConnection &connection) { return readWorkers(connection); }, context,
                                   std::move(reply));
}

void Gateway::enableFanOut(FanOutStart start, QObject *context, Reply<bool> reply)
{
    change<bool>(
        tr("enable fan-out"),
        [start](PgConnection &connection) { return asBool(signalbox::enableFanOut(connection, start)); },
        context, std::move(reply));
}

void Gateway::disableFanOut(QObject *context, Reply<bool> reply)
{
    change<bool>(
        tr("disable fan-out"),
        [](PgConnection &connection) { return asBool(signalbox::disableFanOut(connection)); }, context,
        std::move(reply));
}

void Gateway::rebaseFanOut(QObject *context, Reply<bool> reply)
{
    change<bool>(
        tr("rebase fan-out"),
        [](PgConnection &connection) { return asBool(signalbox::rebaseFanOut(connection)); }, context,
        std::move(reply));
}

} // namespace signalbox
