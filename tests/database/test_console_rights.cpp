#include "app/core/console_rights.h"
#include "app/database/cluster_opener.h"
#include "app/database/console_rights_query.h"
#include "app/database/detail_queries.h"
#include "app/database/migrator.h"
#include "app/database/overview_queries.h"
#include "app/database/page_queries.h"
#include "app/database/pg_delivery_queue.h"
#include "tests/database/sample_rows.h"
#include "tests/support/test_database.h"
#include "tests/support/test_role.h"

#include <QTest>

using namespace signalbox;

namespace {

QList<Grant> selectOn(const QStringList &tables)
{
    QList<Grant> grants;
    for (const QString &table : tables)
        grants.append({table, Right::Select});
    return grants;
}

Result<Page> firstPage(PgConnection &connection, Table table, const ConsoleRights &rights)
{
    PageRequest request;
    request.table = table;
    if (table == Table::Streams)
        request.sort.column = QStringLiteral("updated_at");
    return readPage(connection, request, rights);
}

} // namespace

/// What a role may do, read from the catalogs, with the grants of the schema's description.
class TestConsoleRights : public QObject
{
    Q_OBJECT

private slots:
    void theOwnerMayDoEverything();
    void anAnalystSeesWhatWasGranted();
    void anAnalystReadsPagesAndDetails();
    void grantsFromBeforeTheAdoptionReach();
    void columnsMayBeGrantedOneByOne();
    void theSchemaIsFoundWithoutItsLedger();
    void aMissingSchemaIsSaid();
    void statementsNameEveryRightOnce();
    void aWorkerWithoutDeleteSaysSoOnce();
};

void TestConsoleRights::theOwnerMayDoEverything()
{
    TestDatabase database;
    const auto rights = readConsoleRights(database.connection());
    QVERIFY2(rights, qPrintable(rights ? QString() : rights.error().line()));
    QCOMPARE(rights->schema(), SchemaPresence::Here);
    for (const ConsoleAct act :
         {ConsoleAct::SeeOverview, ConsoleAct::SeeJobs, ConsoleAct::SeeStreams, ConsoleAct::ChangeJobs,
          ConsoleAct::AddEndpoints, ConsoleAct::MoveBreakers, ConsoleAct::Deliver})
        QVERIFY2(rights->allows(act), qPrintable(rights->obstacle(act)));
}

void TestConsoleRights::anAnalystSeesWhatWasGranted()
{
    TestDatabase database;
    const TestRole analyst(database,
                           QStringLiteral("GRANT SELECT ON events, webhook_deliveries, webhook_stats TO %1"));
    const auto rights = readConsoleRights(*analyst.connect());
    QVERIFY2(rights, qPrintable(rights ? QString() : rights.error().line()));
    QCOMPARE(rights->role(), analyst.name());
    QCOMPARE(rights->schema(), SchemaPresence::Here);
    QVERIFY(rights->allows(ConsoleAct::SeeEvents));
    QVERIFY(rights->allows(ConsoleAct::SeeDeliveries));
    QCOMPARE(rights->missingFor(ConsoleAct::SeeJobs), selectOn({QStringLiteral("webhook_jobs")}));
    QCOMPARE(rights->obstacle(ConsoleAct::SeeJobs), QStringLiteral("Missing: SELECT on webhook_jobs"));
    QCOMPARE(rights->remedy(ConsoleAct::SeeJobs),
             QStringLiteral("GRANT SELECT ON webhook_jobs TO %1;").arg(analyst.name()));
    QVERIFY(!rights->allows(ConsoleAct::ChangeJobs));
    QVERIFY(!rights->allows(ConsoleAct::Deliver));
    // What the remedy names is what was lacking.
    database.run(rights->remedy(ConsoleAct::SeeJobs));
    QVERIFY(readConsoleRights(*analyst.connect())->allows(ConsoleAct::SeeJobs));
}

void TestConsoleRights::anAnalystReadsPagesAndDetails()
{
    TestDatabase database;
    database.run(sampleEndpoints() + sampleJobs(1) + QStringLiteral(R"(
INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)
VALUES ('00000000-0000-4000-8000-000000000001', 'a.b', 's', 1, '{}', '{}', now());
INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms)
SELECT '00000000-0000-4000-8000-000000000002', id, endpoint_id, 'a.b', 200, 1 FROM webhook_jobs)"));
    const TestRole analyst(database,
                           QStringLiteral("GRANT SELECT ON events, webhook_deliveries, webhook_stats TO %1"));
    const auto connection = analyst.connect();
    const ConsoleRights rights = readConsoleRights(*connection).value();
    for (const Table table : {Table::Events, Table::Deliveries}) {
        const auto page = firstPage(*connection, table, rights);
        QVERIFY2(page, qPrintable(page ? QString() : page.error().line()));
        QCOMPARE(page->rows.size(), 1);
    }
    const auto event =
        readEventDetail(*connection, QStringLiteral("00000000-0000-4000-8000-000000000001"), rights);
    QVERIFY2(event, qPrintable(event ? QString() : event.error().line()));
    QCOMPARE(event->missing, selectOn({QStringLiteral("webhook_endpoints"), QStringLiteral("webhook_jobs")}));
    const auto delivery =
        readDeliveryDetail(*connection, QStringLiteral("00000000-0000-4000-8000-000000000002"), rights);
    QVERIFY2(delivery, qPrintable(delivery ? QString() : delivery.error().line()));
    QCOMPARE(delivery->missing, selectOn({QStringLiteral("webhook_jobs")}));
    const auto counts = readRailCounts(*connection, rights);
    QVERIFY2(counts, qPrintable(counts ? QString() : counts.error().line()));
    QVERIFY(!counts->dueJobs && !counts->failedJobs && !counts->endpoints && !counts->workers);
}

// The description's app_user, granted before Signalbox came: it sees and changes jobs without our tables.
void TestConsoleRights::grantsFromBeforeTheAdoptionReach()
{
    TestDatabase database = TestDatabase::empty();
    QVERIFY(Migrator(database.connection()).up(2));
    const TestRole app(database,
                       QStringLiteral("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO %1"));
    QVERIFY(Migrator(database.connection()).up());
    database.run(sampleEndpoints() + sampleJobs(2));
    const auto connection = app.connect();
    const ConsoleRights rights = readConsoleRights(*connection).value();
    for (const ConsoleAct act :
         {ConsoleAct::SeeJobs, ConsoleAct::SeeDeliveries, ConsoleAct::SeeEvents, ConsoleAct::SeeStreams})
        QVERIFY2(rights.allows(act), qPrintable(rights.obstacle(act)));
    const auto page = firstPage(*connection, Table::Jobs, rights);
    QVERIFY2(page, qPrintable(page ? QString() : page.error().line()));
    QCOMPARE(page->rows.size(), 2);
    const auto job = readJobDetail(*connection, rowKey(page->rows.constFirst()), rights);
    QVERIFY2(job, qPrintable(job ? QString() : job.error().line()));
}

// A role that must not read secrets.
void TestConsoleRights::columnsMayBeGrantedOneByOne()
{
    TestDatabase database;
    database.run(sampleEndpoints() + sampleJobs(1));
    const TestRole reader(database, QStringLiteral(R"(
DO $$
BEGIN
    EXECUTE (SELECT format('GRANT SELECT (%%s) ON webhook_jobs TO %1', string_agg(quote_ident(attname), ', '))
             FROM pg_attribute WHERE attrelid = 'webhook_jobs'::regclass AND attnum > 0 AND attname <> 'secret');
END
$$)")
                                        .replace(QStringLiteral("%%"), QStringLiteral("%")));
    const auto connection = reader.connect();
    const ConsoleRights rights = readConsoleRights(*connection).value();
    QVERIFY2(rights.allows(ConsoleAct::SeeJobs), qPrintable(rights.obstacle(ConsoleAct::SeeJobs)));
    const auto page = firstPage(*connection, Table::Jobs, rights);
    QVERIFY2(page, qPrintable(page ? QString() : page.error().line()));
    QCOMPARE(page->rows.size(), 1);
}

void TestConsoleRights::theSchemaIsFoundWithoutItsLedger()
{
    TestDatabase database;
    const TestRole analyst(database, QStringLiteral("GRANT SELECT ON events TO %1"));
    const auto connection = analyst.connect();
    const Done fits = checkSchema(*connection, QStringLiteral("open"));
    QVERIFY2(fits, qPrintable(fits ? QString() : fits.error().line()));
    database.run(QStringLiteral("ALTER TABLE webhook_jobs DROP COLUMN wait_reason CASCADE"));
    const Done older = checkSchema(*connection, QStringLiteral("open"));
    QVERIFY(!older);
    QVERIFY(older.error().why.contains(QStringLiteral("lacks migrations")));
}

void TestConsoleRights::aMissingSchemaIsSaid()
{
    TestDatabase database = TestDatabase::empty();
    QCOMPARE(readConsoleRights(database.connection())->schema(), SchemaPresence::Missing);
    const Done missing = checkSchema(database.connection(), QStringLiteral("open it"));
    QVERIFY(!missing);
    QCOMPARE(missing.error().what, QStringLiteral("open it"));
    QVERIFY(missing.error().hint.contains(QStringLiteral("signalbox migrate up")));
    const auto tried = ClusterOpener::tryOut(database.settings()); // "Test" in the list of connections
    QVERIFY(!tried);
    QCOMPARE(tried.error().kind, Error::Kind::Refused);
    QVERIFY(Migrator(database.connection()).up(2));
    QCOMPARE(readConsoleRights(database.connection())->schema(), SchemaPresence::Older);
}

void TestConsoleRights::statementsNameEveryRightOnce()
{
    const QList<Grant> grants{{QStringLiteral("a"), Right::Update},
                              {QStringLiteral("b"), Right::Select},
                              {QStringLiteral("c"), Right::Update}};
    QCOMPARE(grantsText(grants), QStringLiteral("SELECT on b; UPDATE on a, c"));
    QCOMPARE(grantStatements(grants, QStringLiteral("\"some one\"")),
             QStringLiteral("GRANT SELECT ON b TO \"some one\";\nGRANT UPDATE ON a, c TO \"some one\";"));
    QVERIFY(ConsoleRights().allows(ConsoleAct::Deliver)); // not known: the server decides
}

namespace {

QStringList &warnings()
{
    static QStringList texts;
    return texts;
}

} // namespace

// Said by the thread that owns the session, before its reply.
void TestConsoleRights::aWorkerWithoutDeleteSaysSoOnce()
{
    TestDatabase database;
    const TestRole worker(
        database, QStringLiteral("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO %1"));
    QVERIFY(readConsoleRights(*worker.connect())->allows(ConsoleAct::Deliver));
    warnings().clear();
    const QtMessageHandler before = qInstallMessageHandler(
        [](QtMsgType, const QMessageLogContext &, const QString &text) { warnings().append(text); });
    int rescued = 0;
    {
        PgDeliveryQueue queue;
        queue.setTarget(worker.settings());
        RescueRequest request;
        request.worker = {QUuid::createUuid(), QStringLiteral("host"), 1, QStringLiteral("0")};
        const auto again = [&] {
            queue.rescueExpired(
                request, this, [&rescued](const Result<RescueResult> &done) { rescued += done.has_value(); });
            return rescued >= 3;
        };
        QTRY_VERIFY_WITH_TIMEOUT(again(), 15'000);
    }
    qInstallMessageHandler(before);
    QCOMPARE(warnings().filter(QStringLiteral("GRANT DELETE ON signalbox_workers")).size(), 1);
}

QTEST_MAIN(TestConsoleRights)
#include "test_console_rights.moc"
