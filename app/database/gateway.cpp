#include "app/database/gateway.h"

#include "app/database/detail_queries.h"
#include "app/database/endpoint_queries.h"
#include "app/database/fan_out.h"
#include "app/database/fan_out_rebase.h"
#include "app/database/job_changes.h"
#include "app/database/job_retry_log.h"
#include "app/database/overview_queries.h"
#include "app/database/page_queries.h"

namespace signalbox {

namespace {

Result<bool> asBool(const Done &done)
{
    if (!done)
        return fail(done.error());
    return true;
}

} // namespace

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
    PageRequest carried = request;
    if (request.watch.progress)
        carried.watch.progress = carryTo<SearchProgress>(
            context,
            [tell = request.watch.progress](const Result<SearchProgress> &progress) { tell(*progress); });
    m_pages.run<Page>([carried, rights = m_rights](
                          PgConnection &connection) { return readPage(connection, carried, rights); },
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

void Gateway::listAllEndpoints(QObject *context, Reply<QList<EndpointHealth>> reply)
{
    m_charts.run<QList<EndpointHealth>>(
        [](PgConnection &connection) { return signalbox::listEndpoints(connection, EndpointScope::All); },
        context, std::move(reply));
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

void Gateway::setEndpointEnabled(const QString &id, bool enabled, const QString &reason, QObject *context,
                                 Reply<QString> reply)
{
    change<QString>(
        enabled ? tr("enable endpoint") : tr("disable endpoint"),
        [id, enabled, reason](PgConnection &connection) {
            return signalbox::setEndpointEnabled(connection, id, enabled, reason);
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

void Gateway::removeEndpoint(const QString &id, const QString &reason, QObject *context, Reply<QString> reply)
{
    change<QString>(
        tr("remove endpoint"),
        [id, reason](PgConnection &connection) { return signalbox::removeEndpoint(connection, id, reason); },
        context, std::move(reply));
}

void Gateway::restoreEndpoint(const QString &id, const Secret &secret, const QString &reason,
                              QObject *context, Reply<QString> reply)
{
    change<QString>(
        tr("restore endpoint"),
        [id, secret, reason](PgConnection &connection) {
            return signalbox::restoreEndpoint(connection, id, secret, reason);
        },
        context, std::move(reply));
}

void Gateway::rotateSecret(const QString &id, const Secret &secret, qint64 overlapSeconds,
                           const QString &reason, QObject *context, Reply<QString> reply)
{
    change<QString>(
        tr("rotate secret"),
        [id, secret, overlapSeconds, reason](PgConnection &connection) {
            return signalbox::rotateSecret(connection, id, secret, overlapSeconds, false, reason);
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

void Gateway::previewJobs(const JobSelection &selection, const JobChange &wanted, QObject *context,
                          Reply<ActionPreview> reply)
{
    m_charts.run<ActionPreview>(
        [selection, wanted](PgConnection &connection) {
            return signalbox::previewJobs(connection, selection, wanted);
        },
        context, std::move(reply));
}

void Gateway::changeJobs(const JobSelection &selection, const JobChange &wanted, const QString &reason,
                         const ActionWatch &watch, QObject *context, Reply<ActionResult> reply)
{
    ActionWatch carried = watch;
    if (watch.progress)
        carried.progress = carryTo<ActionProgress>(
            context, [tell = watch.progress](const Result<ActionProgress> &progress) { tell(*progress); });
    change<ActionResult>(
        wanted.action == JobAction::Cancel   ? tr("cancel jobs")
        : wanted.action == JobAction::Follow ? tr("let jobs follow their endpoint")
                                             : tr("retry jobs"),
        [selection, wanted, reason, carried](PgConnection &connection) {
            return signalbox::changeJobs(connection, selection, wanted, reason, carried);
        },
        context, std::move(reply));
}

void Gateway::retryOutcome(const QString &changeId, QObject *context, Reply<RetryOutcome> reply)
{
    m_charts.run<RetryOutcome>(
        [changeId](PgConnection &connection) { return readRetryOutcome(connection, changeId); }, context,
        std::move(reply));
}

void Gateway::undoRetry(const QString &changeId, QObject *context, Reply<RetryUndo> reply)
{
    change<RetryUndo>(
        tr("undo the retry"),
        [changeId](PgConnection &connection) { return signalbox::undoRetry(connection, changeId); }, context,
        std::move(reply));
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

void Gateway::previewRebase(const RebasePoint &point, QObject *context, Reply<RebasePreview> reply)
{
    m_charts.run<RebasePreview>(
        [point](PgConnection &connection) { return signalbox::previewRebase(connection, point); }, context,
        std::move(reply));
}

void Gateway::rebaseFanOut(const RebasePoint &point, QObject *context, Reply<bool> reply)
{
    change<bool>(
        tr("rebase fan-out"),
        [point](PgConnection &connection) { return asBool(signalbox::rebaseFanOut(connection, point)); },
        context, std::move(reply));
}

} // namespace signalbox
