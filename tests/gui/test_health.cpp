// The same figure on every page: what the Overview says, the lists it opens and the rail agree.

#include "tests/gui/console_fixture.h"

#include "models/display_zone.h"
#include "models/endpoint_model.h"
#include "ui/pages/console_page.h"
#include "ui/pages/metric_card.h"
#include "ui/pages/overview_page.h"
#include "ui/pages/range_switch.h"
#include "ui/widgets/navigation_item.h"
#include "ui/widgets/record_table.h"

#include <QLabel>
#include <QTableView>
#include <QTest>

using namespace signalbox;

namespace {

// ep_dead gets no 2xx, ep_open has tripped its breaker, ep_off is disabled and failed too, ep_gone is
// removed.
QString endpointsInTrouble()
{
    return QStringLiteral(
        "INSERT INTO webhook_endpoints (id, url, secret, enabled, removed_at) VALUES "
        "('ep_well', 'https://w.example.com', 's', true, NULL), ('ep_dead', 'https://d.example.com', 's', "
        "true, NULL), ('ep_open', 'https://o.example.com', 's', true, NULL), "
        "('ep_off', 'https://f.example.com', 's', false, NULL), "
        "('ep_gone', 'https://g.example.com', 's', true, now());"
        "INSERT INTO signalbox_endpoint_state (endpoint_id, breaker, breaker_since, breaker_until) "
        "VALUES ('ep_open', 'open', now(), now() - interval '17 min') "
        "ON CONFLICT (endpoint_id) DO UPDATE SET breaker = 'open', breaker_until = excluded.breaker_until;"
        "INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, "
        "next_attempt, status, timeout_ms) "
        "SELECT gen_random_uuid(), endpoint, 'https://example.com', '{}', 's', 1, 4, now(), 'pending', 1000 "
        "FROM (VALUES ('ep_well', 3), ('ep_dead', 2), ('ep_open', 4), ('ep_off', 5), ('ep_gone', 6)) made "
        "(endpoint, jobs), generate_series(1, jobs);"
        "INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, duration_ms, status_code, "
        "outcome) "
        "SELECT gen_random_uuid(), id, endpoint_id, 'a', 40, CASE endpoint_id WHEN 'ep_well' THEN 200 ELSE "
        "302 END, 'answered' FROM webhook_jobs;");
}

} // namespace

class TestHealth : public QObject
{
    Q_OBJECT
private slots:
    void failingEndpointsAreTheSameEverywhere()
    {
        ConsoleFixture console(endpointsInTrouble());
        QVERIFY(console.open(QStringLiteral("overview")));
        MetricCard *card = cardOf(console, QStringLiteral("Failing endpoints"));
        QTRY_COMPARE(card->figure(), QStringLiteral("2"));
        const auto railSays = [&] {
            for (const NavigationItem *item : console.window().findChildren<NavigationItem *>()) {
                if (item->id() == QLatin1String("endpoints"))
                    return item->toolTip();
            }
            return QString();
        };
        QTRY_VERIFY2(railSays().contains(QStringLiteral("4 endpoints, 2 failing")), qPrintable(railSays()));

        QTest::mouseClick(card, Qt::LeftButton);
        QTRY_COMPARE(console.window().currentPage()->pageId(), QStringLiteral("endpoints"));
        QVERIFY(console.settles());
        const auto *table = console.window().currentPage()->findChild<QTableView *>();
        QTRY_COMPARE(table->model()->rowCount(), 2);
        QStringList shown;
        for (int row = 0; row < 2; ++row)
            shown << table->model()->index(row, 0).data(EndpointModel::KeyRole).toString();
        shown.sort();
        QCOMPARE(shown, (QStringList{QStringLiteral("ep_dead"), QStringLiteral("ep_open")}));
        QVERIFY(hasLabel(console, QStringLiteral("2 failing")));
    }

    // What recovers leaves the list, not the pane, and no other endpoint is marked beside it.
    void whatRecoversMarksNoOther()
    {
        ConsoleFixture console(endpointsInTrouble());
        QVERIFY(console.open(QStringLiteral("endpoints")));
        ConsolePage *page = console.window().currentPage();
        page->applyFilter(QStringLiteral("failing"));
        page->selectRow(QStringLiteral("ep_dead"));
        const auto *table = page->findChild<QTableView *>();
        QTRY_COMPARE(table->model()->rowCount(), 2);
        QTRY_COMPARE(table->currentIndex().data(EndpointModel::KeyRole).toString(),
                     QStringLiteral("ep_dead"));
        console.database().run(
            QStringLiteral("DELETE FROM webhook_deliveries WHERE endpoint_id = 'ep_dead'"));
        QTRY_COMPARE(table->model()->rowCount(), 1);
        QCOMPARE(page->selectedId(), QStringLiteral("ep_dead"));
        QVERIFY(!table->currentIndex().isValid());
        QVERIFY(!table->selectionModel()->hasSelection());
        // And one step down is at the row that is left
        page->setFocus();
        console.press(Qt::Key_Down);
        QTRY_COMPARE(page->selectedId(), QStringLiteral("ep_open"));
    }

    void readyJobsOpenAListOfAsMany()
    {
        ConsoleFixture console(endpointsInTrouble());
        QVERIFY(console.open(QStringLiteral("overview")));
        MetricCard *card = cardOf(console, QStringLiteral("Ready to send"));
        QTRY_COMPARE(card->figure(), QStringLiteral("5"));
        QVERIFY2(card->note().contains(QStringLiteral("9 held")), qPrintable(card->note()));
        QTest::mouseClick(card, Qt::LeftButton);
        QTRY_VERIFY(console.table() && console.table()->model()->rowCount() == 5);
    }

    void aPassedMomentHoldsNothingWithoutAWorker()
    {
        ConsoleFixture console(endpointsInTrouble());
        QVERIFY(console.open(QStringLiteral("queue")));
        QTRY_VERIFY(console.table() && console.table()->model()->rowCount() == 20);
        const QString held =
            QStringLiteral("SELECT count(1) FROM webhook_jobs job, signalbox_held_reason(job.id) held "
                           "WHERE held.reason = 'breaker' AND held.until < now()");
        QCOMPARE(console.database().value(held).toInt(), 4); // what the function alone would say
        console.window().currentPage()->applyFilter(QStringLiteral("held:no-worker"));
        QTRY_COMPARE(console.table()->model()->rowCount(), 9); // the five ready ones and those at the breaker
    }

    void theZoneOfTimesIsChosenOnceAndKept()
    {
        ConsoleFixture console;
        QVERIFY(console.open(QStringLiteral("overview")));
        QCOMPARE(displayZone(), DisplayZone::Local);
        for (RangeSwitch *choice : console.window().findChildren<RangeSwitch *>()) {
            if (choice->accessibleName() == QLatin1String("Time zone"))
                QTest::keyClick(choice, Qt::Key_Left);
        }
        QCOMPARE(displayZone(), DisplayZone::Utc);
        QVERIFY(hasLabel(console, QStringLiteral(", UTC")));
        setDisplayZone(DisplayZone::Local);
        const OverviewPage ofTheNextStart(ConsoleServices{});
        QCOMPARE(displayZone(), DisplayZone::Utc);
        setDisplayZone(DisplayZone::Local);
    }

private:
    static MetricCard *cardOf(const ConsoleFixture &console, const QString &title)
    {
        for (MetricCard *card : const_cast<ConsoleFixture &>(console).window().findChildren<MetricCard *>()) {
            for (const QLabel *label : card->findChildren<QLabel *>()) {
                if (label->text().startsWith(title))
                    return card;
            }
        }
        return nullptr;
    }

    static bool hasLabel(ConsoleFixture &console, const QString &text)
    {
        for (const QLabel *label : console.window().findChildren<QLabel *>()) {
            if (label->isVisible() && label->text().contains(text))
                return true;
        }
        return false;
    }
};

QTEST_MAIN(TestHealth)
#include "test_health.moc"
