#pragma once

#include "app/core/console.h"
#include "app/core/job_change_log.h"
#include "app/core/page_source.h"
#include "app/database/connection_settings.h"
#include "app/database/database_worker.h"
#include "app/database/shared_request.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <optional>
#include <utility>

namespace signalbox {

/// The console's database: implements the interfaces of core over three workers, each with a connection and a
/// thread of its own, so that a slow chart never delays a page and a page never delays a change (design §1,
/// §2.2). All members belong to the GUI thread and return at once.
///
/// On a standby the console reads, asks every two seconds instead of listening, and finds out when it is
/// promoted. With read-only settings the connection for changes does not exist: every change answers Refused.
class Gateway final : public QObject,
                      public PageSource,
                      public DetailSource,
                      public EndpointStore,
                      public JobActions,
                      public JobChangeLog,
                      public OverviewSource,
                      public FanOutControl
{
    Q_OBJECT
public:
    explicit Gateway(QObject *parent = nullptr);
    ~Gateway() override;

    /// Leaves the database at hand, if any, and connects to another; `signals_().databaseChanged` follows the
    /// connection.
    void connectTo(const ConnectionSettings &settings);
    void disconnectFromDatabase();
    /// Ends the wait between two tries to connect.
    void retryNow();

    ConsoleSignals &signals_() { return m_signals; }
    const ConnectionStatus &status() const { return m_status; }

    void fetchPage(const PageRequest &request, QObject *context, Reply<Page> reply) override;
    void countRows(const CountRequest &request, QObject *context, Reply<RowCount> reply) override;

    void jobDetail(const QString &id, QObject *context, Reply<JobDetail> reply) override;
    void deliveryDetail(const QString &id, QObject *context, Reply<DeliveryDetail> reply) override;
    void eventDetail(const QString &id, QObject *context, Reply<EventDetail> reply) override;
    void streamDetail(const QString &id, QObject *context, Reply<StreamDetail> reply) override;

    void listEndpoints(QObject *context, Reply<QList<EndpointHealth>> reply) override;
    void listAllEndpoints(QObject *context, Reply<QList<EndpointHealth>> reply) override;
    void addEndpoint(const EndpointChange &change, QObject *context, Reply<QString> reply) override;
    void changeEndpoint(const EndpointChange &change, QObject *context, Reply<QString> reply) override;
    void setEndpointEnabled(const QString &id, bool enabled, const QString &reason, QObject *context,
                            Reply<QString> reply) override;
    void setBreaker(const QString &id, BreakerAction action, const QString &reason, QObject *context,
                    Reply<QString> reply) override;
    void removeEndpoint(const QString &id, const QString &reason, QObject *context,
                        Reply<QString> reply) override;
    void restoreEndpoint(const QString &id, const Secret &secret, const QString &reason, QObject *context,
                         Reply<QString> reply) override;
    void rotateSecret(const QString &id, const Secret &secret, qint64 overlapSeconds, const QString &reason,
                      QObject *context, Reply<QString> reply) override;
    void revealSecret(const QString &id, QObject *context, Reply<Secret> reply) override;
    void countFilterMatches(const QByteArray &eventFilter, QObject *context,
                            Reply<FilterMatchCount> reply) override;

    void previewJobs(const JobSelection &selection, const JobChange &change, QObject *context,
                     Reply<ActionPreview> reply) override;
    void changeJobs(const JobSelection &selection, const JobChange &change, const QString &reason,
                    const ActionWatch &watch, QObject *context, Reply<ActionResult> reply) override;
    void retryOutcome(const QString &changeId, QObject *context, Reply<RetryOutcome> reply) override;
    void undoRetry(const QString &changeId, QObject *context, Reply<RetryUndo> reply) override;

    void overview(const OverviewRequest &request, QObject *context, Reply<Overview> reply) override;
    void railCounts(QObject *context, Reply<RailCounts> reply) override;
    void workers(QObject *context, Reply<QList<QSqlRecord>> reply) override;

    void enableFanOut(FanOutStart start, QObject *context, Reply<bool> reply) override;
    void disableFanOut(QObject *context, Reply<bool> reply) override;
    void previewRebase(const RebasePoint &point, QObject *context, Reply<RebasePreview> reply) override;
    void rebaseFanOut(const RebasePoint &point, QObject *context, Reply<bool> reply) override;

private:
    template <typename T>
    void change(const QString &what, std::function<Result<T>(PgConnection &)> act, QObject *context,
                Reply<T> reply);
    void watch(DatabaseWorker &worker, ConnectionStatus &status);
    void readRights();
    void takeRights(const Result<ConsoleRights> &rights);
    void combineStatus();
    void followRole(bool isReplica);
    void takeReplica(const ReplicaState &state);
    bool serverTakesNoChanges() const;
    void noticeData();
    void sayWaitingNotice();

    ConsoleSignals m_signals;
    ConnectionStatus m_status;
    ConnectionStatus m_pagesStatus, m_chartsStatus, m_changesStatus;
    ConsoleRights m_rights; ///< of the role, read with every connection
    QString m_label;        ///< of the database, for messages
    quint64 m_target = 0;   ///< answers about an earlier one are stale
    bool m_hasTarget = false;
    bool m_readOnly = false; ///< by the settings
    std::optional<ReplicaState> m_replica;
    bool m_announced = false; ///< databaseChanged was said for this target
    QTimer m_notice;          ///< folds notifications: dataChanged at most four times a second
    bool m_noticeWaits = false;
    SharedRequest<RailCounts> m_rail;
    std::map<OverviewRequest, SharedRequest<Overview>> m_overviews;

    // Last, so that the threads end before what their replies touch.
    DatabaseWorker m_pages;   ///< read-only: pages, details
    DatabaseWorker m_charts;  ///< read-only: overview, counts, health
    DatabaseWorker m_changes; ///< read-write
};

} // namespace signalbox
