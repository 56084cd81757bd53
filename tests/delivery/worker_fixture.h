#pragma once

#include "app/database/pg_delivery_queue.h"
#include "app/delivery/delivery_service.h"
#include "tests/support/fake_clock.h"
#include "tests/support/loopback_receiver.h"
#include "tests/support/test_database.h"

#include <QMap>
#include <QUuid>

#include <memory>

namespace signalbox {

/// Values by column, as SQL: {"max_retries", "2"}, {"secret", "'s'"}.
using Columns = QMap<QString, QString>;

/// A receiver, a database with the queue, and a worker to be started: what a test of the worker needs.
class WorkerFixture
{
public:
    WorkerFixture();
    ~WorkerFixture();

    /// An endpoint on the receiver that allows private networks and retries at once; columns replace or add.
    void addEndpoint(const QString &id = QStringLiteral("ep_1"), const Columns &columns = {});
    /// A pending job as a producer inserts it, with the endpoint's own values; columns replace or add.
    QUuid addJob(const QString &payload = QStringLiteral("{}"), const Columns &columns = {},
                 const QString &endpointId = QStringLiteral("ep_1"));

    /// Options with short times, so that no test waits for a poll.
    static DispatcherOptions quickOptions();
    void startWorker(const DispatcherOptions &options = quickOptions(),
                     std::shared_ptr<Resolver> resolver = {});
    /// Drains and waits until the worker stands.
    bool stopWorker();

    QString value(const QString &sql, const QUuid &id = {});
    QString jobStatus(const QUuid &job);
    int attemptRows(const QUuid &job);

    TestDatabase database;
    LoopbackReceiver receiver;
    std::shared_ptr<FakeClock> clock = std::make_shared<FakeClock>();
    std::unique_ptr<PgDeliveryQueue> queue;
    std::unique_ptr<DeliveryService> service;
};

/// The secret of the Standard Webhooks test vector (design §4).
QString vectorSecret();

} // namespace signalbox
