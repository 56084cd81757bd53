#include "models/paged_sql_model.h"
#include "tests/gui/console_fixture.h"
#include "tests/support/test_role.h"
#include "ui/pages/console_page.h"
#include "ui/panes/attempt_list.h"
#include "ui/widgets/connection_banner.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/navigation_item.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/record_table.h"

#include <QLabel>
#include <QTableView>
#include <QTest>

using namespace signalbox;

namespace {

QString shownText(const QWidget *widget)
{
    QStringList texts;
    for (const QLabel *label : widget->findChildren<QLabel *>()) {
        if (label->isVisible())
            texts.append(label->text());
    }
    return texts.join(QLatin1Char('\n'));
}

QString subtitle(const ConsolePage *page)
{
    return page->findChild<PageHeader *>()->subtitle();
}

QStringList visibleActions(const ConsolePage *page)
{
    QStringList texts;
    for (const QAction *action : page->pageActions()) {
        if (action->isVisible())
            texts.append(action->text());
    }
    return texts;
}

} // namespace

/// Pages tell apart: not connected, no schema, no right, reading, failed, empty, rows. What is not known is
/// never shown as 0.
class TestPageStates : public QObject
{
    Q_OBJECT

private slots:
    void beforeAConnectionNothingIsClaimed();
    void aDatabaseWithoutTheSchemaIsNotConnected();
    void anotherDatabaseTakesTheRowsAway();
    void failedReadsSayWhy();
    void foreignAttemptsAreNoZeros();
    void analystsSeeWhatTheyMay();
    void theMissingGrantIsNamed();
    void grantsArriveWithTheNextConnection();
};

void TestPageStates::beforeAConnectionNothingIsClaimed()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    console.window().show();
    for (const QString &id : console.window().pageIds()) {
        console.window().showPage(id);
        const ConsolePage *page = console.window().currentPage();
        QVERIFY2(shownText(page).contains(QStringLiteral("Not connected yet")), qPrintable(id));
        for (const char *claim : {"No ", "Reading", "exact", "0 "})
            QVERIFY2(!subtitle(page).contains(QLatin1String(claim)), qPrintable(id + subtitle(page)));
        QVERIFY2(!shownText(page).contains(QStringLiteral("No endpoints yet")), qPrintable(id));
        QVERIFY2(!page->isSettled(), qPrintable(id));
    }
}

void TestPageStates::aDatabaseWithoutTheSchemaIsNotConnected()
{
    ConsoleFixture console;
    TestDatabase empty = TestDatabase::empty();
    console.window().show();
    console.gateway().connectTo(empty.settings());
    QTRY_COMPARE_WITH_TIMEOUT(console.gateway().status().state, ConnectionStatus::State::Refused, 15'000);
    QVERIFY2(console.window().banner()->text().contains(QStringLiteral("signalbox migrate up")),
             qPrintable(console.window().banner()->text()));
    for (const QString &id : console.window().pageIds()) {
        console.window().showPage(id);
        const ConsolePage *page = console.window().currentPage();
        QVERIFY2(shownText(page).contains(QStringLiteral("signalbox migrate up")), qPrintable(id));
        QVERIFY2(page->isSettled(), qPrintable(id));
        QVERIFY2(!page->problem().isEmpty(), qPrintable(id));
    }
}

void TestPageStates::anotherDatabaseTakesTheRowsAway()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("queue")));
    QTRY_COMPARE(console.table()->model()->rowCount(), 30);
    TestDatabase empty = TestDatabase::empty();
    console.gateway().connectTo(empty.settings());
    QCOMPARE(console.table()->model()->rowCount(), 0);
    QTRY_COMPARE_WITH_TIMEOUT(console.gateway().status().state, ConnectionStatus::State::Refused, 15'000);
    QCOMPARE(subtitle(console.window().currentPage()), QString());
    for (const NavigationItem *item : console.window().findChildren<NavigationItem *>()) {
        if (item->id() == QLatin1String("queue") || item->id() == QLatin1String("endpoints"))
            QCOMPARE(item->accessibleDescription(), QStringLiteral("–"));
    }
}

// A row that another program wrote tells neither its number nor, without NOT NULL, how long it took.
void TestPageStates::foreignAttemptsAreNoZeros()
{
    ConsoleFixture console(QStringLiteral(R"(
ALTER TABLE webhook_deliveries ALTER COLUMN duration_ms DROP NOT NULL;
INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep', 'https://x.test', 's');
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, next_attempt, status, timeout_ms)
VALUES (gen_random_uuid(), 'ep', 'https://x.test', '{}', 's', 1, 4, now(), 'completed', 1000);
INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code)
SELECT gen_random_uuid(), id, 'ep', 't', 200 FROM webhook_jobs)"));
    QVERIFY(console.open(QStringLiteral("queue")));
    const auto *attempts = console.window().currentPage()->findChild<AttemptList *>();
    QVERIFY(attempts);
    console.table()->setFocus();
    QTRY_COMPARE(attempts->count(), 1);
    const QModelIndex row = attempts->model()->index(0, 0);
    QString shown;
    for (const QVariant &value : attempts->model()->itemData(row))
        shown += value.toString() + QLatin1Char('\n');
    QVERIFY2(shown.contains(QStringLiteral("#–\n")), qPrintable(shown));
    QVERIFY2(!shown.contains(QStringLiteral("#0")) && !shown.contains(QStringLiteral("0 ms\n")),
             qPrintable(shown));
}

void TestPageStates::failedReadsSayWhy()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("overview")));
    console.database().run(QStringLiteral("DROP TABLE webhook_deliveries CASCADE"));
    for (const char *id : {"deliveries", "endpoints"}) {
        console.window().showPage(QLatin1String(id));
        QVERIFY(console.settles());
        const ConsolePage *page = console.window().currentPage();
        const QString text = shownText(page);
        QVERIFY2(text.contains(QStringLiteral("could not be read")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("webhook_deliveries")), qPrintable(text));
        QVERIFY2(!text.contains(QStringLiteral("No deliveries yet")) &&
                     !text.contains(QStringLiteral("No endpoints yet")),
                 qPrintable(text));
        QVERIFY2(!page->problem().isEmpty(), id);
    }
}

void TestPageStates::analystsSeeWhatTheyMay()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    const TestRole analyst(console.database(),
                           QStringLiteral("GRANT SELECT ON events, webhook_deliveries, webhook_stats TO %1"));
    QVERIFY(console.open(QStringLiteral("events"), analyst.settings()));
    QTRY_COMPARE(console.table()->model()->rowCount(), 30);
    QTRY_VERIFY(shownText(console.window().currentPage()).contains(QStringLiteral("12345678901234567890")) ||
                shownText(console.window().currentPage()).contains(QStringLiteral("Missing: SELECT on")));
    QVERIFY(console.settles());
    QCOMPARE(console.window().currentPage()->problem(), QString());
    console.window().showPage(QStringLiteral("deliveries"));
    QVERIFY(console.settles());
    QTRY_COMPARE(console.table()->model()->rowCount(), 50);
    QCOMPARE(console.window().currentPage()->problem(), QString());
    console.gateway().disconnectFromDatabase();
}

void TestPageStates::theMissingGrantIsNamed()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    const TestRole analyst(console.database(),
                           QStringLiteral("GRANT SELECT ON events, webhook_deliveries, webhook_stats TO %1"));
    QVERIFY(console.open(QStringLiteral("queue"), analyst.settings()));
    const ConsolePage *page = console.window().currentPage();
    QTRY_VERIFY2(shownText(page).contains(QStringLiteral("Missing: SELECT on webhook_jobs")),
                 qPrintable(shownText(page)));
    QCOMPARE(page->findChild<EmptyState *>()->isVisible(), true);
    QVERIFY(
        shownText(page).contains(QStringLiteral("GRANT SELECT ON webhook_jobs TO %1;").arg(analyst.name())));
    QVERIFY(!visibleActions(page).contains(QStringLiteral("Retry")));
    console.window().showPage(QStringLiteral("endpoints"));
    QVERIFY(shownText(console.window().currentPage()).contains(QStringLiteral("webhook_endpoints")));
    QVERIFY(!visibleActions(console.window().currentPage()).contains(QStringLiteral("Add endpoint…")));
    console.window().showPage(QStringLiteral("overview"));
    QVERIFY(shownText(console.window().currentPage()).contains(QStringLiteral("Missing: SELECT on")));
    console.gateway().disconnectFromDatabase();
}

void TestPageStates::grantsArriveWithTheNextConnection()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    const TestRole analyst(console.database(), QStringLiteral("GRANT SELECT ON events TO %1"));
    QVERIFY(console.open(QStringLiteral("queue"), analyst.settings()));
    QCOMPARE(console.table()->model()->rowCount(), 0);
    console.database().run(QStringLiteral("GRANT SELECT ON webhook_jobs TO %1").arg(analyst.name()));
    console.gateway().connectTo(analyst.settings());
    QTRY_COMPARE_WITH_TIMEOUT(console.table()->model()->rowCount(), 30, 15'000);
    QVERIFY(!visibleActions(console.window().currentPage()).contains(QStringLiteral("Retry")));
    console.gateway().disconnectFromDatabase();
}

QTEST_MAIN(TestPageStates)
#include "test_page_states.moc"
