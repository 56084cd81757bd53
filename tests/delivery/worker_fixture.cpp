#include "tests/delivery/worker_fixture.h"

#include "tests/support/partitioned_tables.h"

#include <QTest>

namespace signalbox {

namespace {

QString insertStatement(const QString &table, const Columns &columns)
{
    return QStringLiteral("INSERT INTO %1 (%2) VALUES (%3)")
        .arg(table, QStringList(columns.keys()).join(','), QStringList(columns.values()).join(','));
}

QString quoted(const QString &text)
{
    return '\'' + QString(text).replace('\'', "''") + '\'';
}

Columns replaced(Columns columns, const Columns &by)
{
    for (auto it = by.cbegin(); it != by.cend(); ++it)
        columns[it.key()] = it.value();
    return columns;
}

} // namespace

QString vectorSecret()
{
    return QStringLiteral("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
}

// The tests of the engine run a second time over partitioned deliveries.
WorkerFixture::WorkerFixture()
{
    if (qEnvironmentVariableIsSet("SIGNALBOX_TEST_PARTITIONED"))
        partitionDeliveries(database);
}

WorkerFixture::~WorkerFixture()
{
    service.reset();
    queue.reset();
}

void WorkerFixture::addEndpoint(const QString &id, const Columns &columns)
{
    database.run(insertStatement(QStringLiteral("webhook_endpoints"),
                                 replaced({{"id", quoted(id)},
                                           {"url", quoted(receiver.url())},
                                           {"secret", quoted(vectorSecret())},
                                           {"allow_private_network", "true"},
                                           {"retry_schedule_seconds", "ARRAY[0]"}},
                                          columns)));
}

QUuid WorkerFixture::addJob(const QString &payload, const Columns &columns, const QString &endpointId)
{
    const QUuid id = QUuid::createUuid();
    const auto ofEndpoint = [&endpointId](const QString &expression) {
        return QStringLiteral("(SELECT %1 FROM webhook_endpoints WHERE id = %2)")
            .arg(expression, quoted(endpointId));
    };
    database.run(insertStatement(QStringLiteral("webhook_jobs"),
                                 replaced({{"id", quoted(id.toString(QUuid::WithoutBraces))},
                                           {"endpoint_id", quoted(endpointId)},
                                           {"url", ofEndpoint("url")},
                                           {"payload", quoted(payload)},
                                           {"secret", ofEndpoint("secret")},
                                           {"custom_headers", ofEndpoint("custom_headers")},
                                           {"max_attempts", ofEndpoint("max_retries + 1")},
                                           {"timeout_ms", ofEndpoint("timeout_ms")},
                                           {"next_attempt", "now()"},
                                           {"status", "'pending'"}},
                                          columns)));
    return id;
}

DispatcherOptions WorkerFixture::quickOptions()
{
    DispatcherOptions options;
    options.concurrency = 8;
    options.pollEveryMs = 50;
    options.rescueEveryMs = 100;
    options.flushMs = 1;
    return options;
}

void WorkerFixture::startWorker(const DispatcherOptions &options, std::shared_ptr<Resolver> resolver)
{
    if (!queue) {
        queue = std::make_unique<PgDeliveryQueue>();
        queue->setTarget(database.settings());
    }
    DispatcherParts parts = DispatcherParts::system();
    parts.clock = clock;
    parts.random = [] { return 0.5; };
    if (resolver)
        parts.resolver = std::move(resolver);
    service = std::make_unique<DeliveryService>(*queue, options, std::move(parts));
    service->startWorker();
}

bool WorkerFixture::stopWorker()
{
    service->stopWorker();
    return QTest::qWaitFor([this] { return service->status().state == WorkerStatus::State::Stopped; },
                           60'000);
}

QString WorkerFixture::value(const QString &sql, const QUuid &id)
{
    Bindings bindings;
    if (!id.isNull())
        bindings.append({QStringLiteral(":id"), id.toString(QUuid::WithoutBraces)});
    return database.value(sql, bindings).toString();
}

QString WorkerFixture::jobStatus(const QUuid &job)
{
    return value(QStringLiteral("SELECT status FROM webhook_jobs WHERE id = :id::uuid"), job);
}

int WorkerFixture::attemptRows(const QUuid &job)
{
    return value(QStringLiteral("SELECT count(id) FROM webhook_deliveries WHERE job_id = :id::uuid"), job)
        .toInt();
}

} // namespace signalbox
