#include "app/core/console.h"
#include "app/core/filter.h"
#include "models/chart_series.h"
#include "models/display_text.h"
#include "models/display_zone.h"
#include "ui/charts/axis_ticks.h"
#include "ui/charts/time_chart.h"
#include "ui/dialogs/range_dialog.h"
#include "ui/pages/metric_card.h"
#include "ui/pages/overview_board.h"
#include "ui/pages/overview_links.h"
#include "ui/pages/overview_page.h"
#include "ui/pages/overview_range.h"
#include "ui/pages/range_switch.h"
#include "ui/pages/record_panel.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSqlField>
#include <QSqlRecord>
#include <QTableView>
#include <QTest>
#include <QTimeZone>

using namespace signalbox;

namespace {

/// Keeps the questions, so that a test answers them in the order it wants.
class SlowOverview final : public OverviewSource
{
public:
    void overview(const OverviewRequest &request, QObject *, Reply<Overview> reply) override
    {
        requests.append(request);
        replies.append(std::move(reply));
    }
    void railCounts(QObject *, Reply<RailCounts>) override {}
    void workers(QObject *, Reply<QList<QSqlRecord>>) override {}

    QList<OverviewRequest> requests;
    QList<Reply<Overview>> replies;
};

Overview busyHour(qint64 due)
{
    Overview overview;
    overview.to = QDateTime(QDate(2026, 11, 22), QTime(14, 0), QTimeZone::utc());
    overview.from = overview.to.addSecs(-3'600);
    overview.fanOutEnabled = true;
    overview.due.ready.rows = due;
    for (int minute = 0; minute < 60; ++minute)
        overview.attempts.append({overview.from.addSecs(minute * 60), 700, 200, 0, 0});
    return overview;
}

QString labelWith(const QWidget &page, const QString &text)
{
    for (const QLabel *label : page.findChildren<QLabel *>()) {
        if (label->text().contains(text))
            return label->text();
    }
    return {};
}

} // namespace

class TestOverviewPage : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { theme::apply(*qApp, theme::Mode::Light); }

    void init()
    {
        m_source = std::make_unique<SlowOverview>();
        ConsoleServices services;
        services.overview = m_source.get();
        m_page = std::make_unique<OverviewPage>(services);
        m_page->resize(1'400, 956);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }

    void cleanup() { m_page.reset(); }

    void staleAnswersAreDropped()
    {
        m_page->refresh();
        QTest::keyClick(m_page.get(), Qt::Key_3);
        QCOMPARE(m_source->requests.size(), 2);
        QCOMPARE(m_source->requests.at(0).windowSeconds, 3'600);
        QCOMPARE(m_source->requests.at(1).windowSeconds, 86'400);
        m_source->replies.at(1)(busyHour(222));
        QVERIFY(m_page->isSettled());
        m_source->replies.at(0)(busyHour(111));
        QVERIFY(!labelWith(*m_page, QStringLiteral("222")).isEmpty());
        QVERIFY(labelWith(*m_page, QStringLiteral("111")).isEmpty());
    }

    void refreshDoesNotPileUp()
    {
        m_page->refresh();
        m_page->refresh();
        QCOMPARE(m_source->requests.size(), 1);
        QVERIFY(!m_page->isSettled());
    }

    void clickOnABandLeadsToItsDeliveries()
    {
        m_page->refresh();
        m_source->replies.at(0)(busyHour(1));
        TimeChart *chart = m_page->findChild<OverviewBoard *>()->attemptChart();
        QSignalSpy requested(m_page.get(), &ConsolePage::pageRequested);
        const PlotScale scale = chart->scale();
        const auto clickAt = [&](double value) {
            const QPointF point(scale.x(chart->data().drawnAtMs.at(39)), scale.y(value));
            QTest::mouseClick(chart->viewport(), Qt::LeftButton, {}, point.toPoint());
        };
        clickAt(300); // 700 succeeded, 200 failed on top
        clickAt(800);
        QCOMPARE(requested.size(), 2);
        const QDateTime from = chart->data().starts.at(39);
        QCOMPARE(requested.at(0).at(0).toString(), QStringLiteral("deliveries"));
        QCOMPARE(requested.at(0).at(1).toString(),
                 overview_links::attempts(QStringLiteral("succeeded"), from, from.addSecs(60)));
        QCOMPARE(requested.at(1).at(1).toString(),
                 overview_links::attempts(QStringLiteral("failed"), from, from.addSecs(60)));
    }

    void aDragOverAChartChoosesARange()
    {
        m_page->refresh();
        const Overview overview = busyHour(1);
        m_source->replies.at(0)(overview);
        TimeChart *chart = m_page->findChild<OverviewBoard *>()->attemptChart();
        QSignalSpy requested(m_page.get(), &ConsolePage::pageRequested);
        const PlotScale scale = chart->scale();
        const auto place = [&](int minute) {
            return QPointF(scale.x(overview.from.addSecs(minute * 60 + 30).toMSecsSinceEpoch()), scale.y(500))
                .toPoint();
        };
        QTest::mousePress(chart->viewport(), Qt::LeftButton, {}, place(5));
        QTest::mouseMove(chart->viewport(), place(20));
        QTest::mouseMove(chart->viewport(), place(39));
        QTest::mouseRelease(chart->viewport(), Qt::LeftButton, {}, place(39));
        QVERIFY(requested.isEmpty()); // a drag is no click
        QCOMPARE(m_source->requests.size(), 2);
        QCOMPARE(m_source->requests.at(1).windowSeconds, qint64(35 * 60));
        QCOMPARE(*m_source->requests.at(1).untilSeconds, overview.from.addSecs(40 * 60).toSecsSinceEpoch());
        m_source->replies.at(1)(overview);
        QVERIFY(!labelWith(*m_page, QStringLiteral("Delivered, chosen range")).isEmpty());
        QVERIFY(buttonWith(QStringLiteral("13:05–13:40")));

        QTest::keyClick(m_page.get(), Qt::Key_Escape);
        QCOMPARE(m_source->requests.size(), 3);
        QVERIFY(!m_source->requests.at(2).untilSeconds);
        QCOMPARE(m_source->requests.at(2).windowSeconds, qint64(3'600));
        QVERIFY(!buttonWith(QStringLiteral("13:05–13:40")));
    }

    void aNamedRangeLeavesTheChosenOne()
    {
        m_page->refresh();
        const Overview overview = busyHour(1);
        m_source->replies.at(0)(overview);
        emit m_page->findChild<OverviewBoard *>()->rangeChosen(overview.from, overview.to);
        QVERIFY(m_source->requests.at(1).untilSeconds);
        QTest::keyClick(m_page.get(), Qt::Key_2); // the one that was in force before
        QCOMPARE(m_source->requests.size(), 3);
        QVERIFY(!m_source->requests.at(2).untilSeconds);
    }

    void cardsFollowTheRangeAndSaySo()
    {
        QTest::keyClick(m_page.get(), Qt::Key_3);
        m_source->replies.at(0)(busyHour(1));
        QVERIFY(!labelWith(*m_page, QStringLiteral("Delivered, last 24 hours")).isEmpty());
        QVERIFY(!labelWith(*m_page, QStringLiteral("Latency p95, last 24 hours")).isEmpty());
    }

    void heldJobsAreNotReadyOnes()
    {
        m_page->refresh();
        Overview overview = busyHour(0);
        overview.due.breaker.rows = 12;
        overview.due.disabled.rows = 467;
        m_source->replies.at(0)(overview);
        QVERIFY(!labelWith(*m_page, QStringLiteral("479 held")).isEmpty());
        QSignalSpy requested(m_page.get(), &ConsolePage::pageRequested);
        QTest::mouseClick(cardWith(QStringLiteral("Ready to send")), Qt::LeftButton);
        QCOMPARE(requested.at(0).at(1).toString(), QStringLiteral("due:throttled,breaker,disabled"));
    }

    void alarmingFiguresStayRedInEveryTheme()
    {
        m_page->refresh();
        Overview overview = busyHour(1);
        overview.judged = {{QStringLiteral("ep_1"), {true, true, {}}}};
        m_source->replies.at(0)(overview);
        MetricCard *card = cardWith(QStringLiteral("Failing endpoints"));
        const auto hasRed = [card] {
            const QImage image = card->grab().toImage();
            const QRgb red = theme::stateText(theme::State::Failure).rgb();
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width() / 3; ++x) {
                    if (image.pixel(x, y) == red)
                        return true;
                }
            }
            return false;
        };
        QVERIFY(hasRed());
        for (const theme::Mode mode : {theme::Mode::Dark, theme::Mode::Light}) {
            theme::apply(*qApp, mode);
            QCoreApplication::sendPostedEvents();
            QVERIFY(hasRed());
        }
    }

    void everySeriesOfAChartHasAColourOfItsOwn()
    {
        const Overview overview = busyHour(1);
        for (const ChartData &chart : {attemptChart(overview), latencyChart(overview)}) {
            QSet<QString> states;
            QSet<QString> labels;
            for (const ChartSeries &series : chart.series) {
                states << series.state;
                labels << series.label;
            }
            QCOMPARE(states.size(), chart.series.size());
            QCOMPARE(labels.size(), chart.series.size());
        }
        for (const theme::Mode mode : {theme::Mode::Dark, theme::Mode::Light}) {
            theme::apply(*qApp, mode);
            QSet<QRgb> colours;
            for (const ChartSeries &series : attemptChart(overview).series)
                colours << theme::stateText(theme::stateFromName(series.state)).rgb();
            QCOMPARE(colours.size(), 4);
        }
        QCOMPARE(theme::stateOf(QStringLiteral("never-connected")), theme::State::Unreached);
    }

    void failedIsWhatIsNot2xx()
    {
        m_page->refresh();
        Overview overview = busyHour(1);
        overview.attemptsLast = 5'000;
        overview.deliveredLast = 1'908;
        QSqlRecord row;
        for (const auto &[name, value] : QList<QPair<QString, qint64>>{
                 {"endpoint_id", 1}, {"total_deliveries", 5'000}, {"successful", 1'908}, {"failed", 0}}) {
            QSqlField field(name, QMetaType(QMetaType::LongLong));
            field.setValue(value);
            row.append(field);
        }
        overview.list(Monitoring::DeliveryPerformance) = {{row}, Reach::Range, false};
        m_source->replies.at(0)(overview);
        QVERIFY(!labelWith(*m_page, QStringLiteral("3,092 failed")).isEmpty());
        const RecordListModel *shown =
            m_page->findChild<OverviewBoard *>()->panel(Monitoring::DeliveryPerformance)->model();
        QStringList headings;
        QStringList values;
        for (int column = 0; column < shown->columnCount(); ++column) {
            headings << shown->headerData(column, Qt::Horizontal).toString();
            values << shown->index(0, column).data().toString();
        }
        QCOMPARE(values.at(headings.indexOf(QStringLiteral("Failed"))), QStringLiteral("3,092"));
        QCOMPARE(values.at(headings.indexOf(QStringLiteral("4xx, 5xx"))), QStringLiteral("0"));
        QVERIFY(shown->headerData(headings.indexOf(QStringLiteral("Failed")), Qt::Horizontal, Qt::ToolTipRole)
                    .toString()
                    .contains(QStringLiteral("never connected")));
    }

    void successOfAttemptsComesBeforeTheShareOfJobs()
    {
        m_page->refresh();
        Overview overview = busyHour(1);
        const auto endpointRow = [](const QString &id) {
            QSqlRecord row;
            QSqlField name(QStringLiteral("endpoint_id"), QMetaType(QMetaType::QString));
            name.setValue(id);
            row.append(name);
            QSqlField rate(QStringLiteral("failure_rate"), QMetaType(QMetaType::Double));
            rate.setValue(0.99);
            row.append(rate);
            return row;
        };
        overview.list(Monitoring::FailingEndpoints).rows = {endpointRow(QStringLiteral("ep_dead")),
                                                            endpointRow(QStringLiteral("ep_idle"))};
        overview.judged = {{QStringLiteral("ep_dead"), {true, false, {50, 0}}},
                           {QStringLiteral("ep_idle"), {true, false, {0, 0}}}};
        m_source->replies.at(0)(overview);
        RecordPanel *panel = m_page->findChild<OverviewBoard *>()->panel(Monitoring::FailingEndpoints);
        QCOMPARE(panel->model()->headerData(2, Qt::Horizontal).toString(), QStringLiteral("Success"));
        QCOMPARE(panel->model()->index(0, 2).data().toString(), QStringLiteral("0.0 %"));
        QCOMPARE(panel->model()->index(1, 2).data().toString(), QString()); // drawn as –
        QCOMPARE(panel->model()->index(0, 1).data(RecordListModel::StateRole).toString(),
                 QStringLiteral("failing"));
        QVERIFY(!labelWith(*m_page, QStringLiteral("Failed jobs by endpoint")).isEmpty());
        QVERIFY(labelWith(*m_page, QStringLiteral("Failure rate")).isEmpty());
    }

    void timesFollowTheChosenZone()
    {
        const QDateTime moment(QDate(2026, 11, 22), QTime(23, 30), QTimeZone::utc());
        setDisplayZone(DisplayZone::Utc);
        QCOMPARE(bucketText(moment, 3'600, true),
                 QStringLiteral("Sun 22 Nov, 23:30 – Mon 23 Nov, 00:30 UTC"));
        QCOMPARE(bucketText(moment, 60, false), QStringLiteral("23:30 – 23:31 UTC"));
        QCOMPARE(absoluteTime(moment), QStringLiteral("2026-11-22 23:30:00.000 UTC"));
        setDisplayZone(DisplayZone::Local);
        QVERIFY(absoluteTime(moment).endsWith(moment.toLocalTime().timeZoneAbbreviation()));
    }

    void linksAreFiltersTheLanguageKnows_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Table>("table");
        const QDateTime from(QDate(2026, 11, 22), QTime(13, 39), QTimeZone(3'600));
        const QDateTime to = from.addSecs(60);
        for (const char *series : {"", "succeeded", "failed", "no-answer", "never-connected"}) {
            QTest::newRow(qPrintable(QStringLiteral("attempts %1").arg(QLatin1String(series))))
                << overview_links::attempts(QString::fromLatin1(series), from, to) << Table::Deliveries;
        }
        QTest::newRow("slow") << overview_links::slowDeliveries(412.7, from, to) << Table::Deliveries;
        QTest::newRow("due") << "status:pending,processing" << Table::Jobs;
        QTest::newRow("endpoint") << overview_links::field(QStringLiteral("endpoint"),
                                                           QStringLiteral("odd id,x")) +
                                         QStringLiteral(" age:<1h")
                                  << Table::Deliveries;
        QTest::newRow("stream") << overview_links::field(QStringLiteral("stream"), QStringLiteral("user-42"))
                                << Table::Streams;
    }
    void linksAreFiltersTheLanguageKnows()
    {
        QFETCH(const QString, text);
        QFETCH(const Table, table);
        const Result<Filter> filter = parseFilter(text, table);
        QVERIFY2(filter, filter ? "" : qPrintable(text + QStringLiteral(": ") + filter.error().line()));
    }

    void switchedOffFanOutOffersToTurnItOn()
    {
        m_page->refresh();
        Overview overview = busyHour(1);
        overview.fanOutEnabled = false;
        m_source->replies.at(0)(overview);
        const auto offered = [&](const QString &text) {
            for (const QAbstractButton *button : m_page->findChildren<QAbstractButton *>()) {
                if (button->text() == text && button->isVisible())
                    return true;
            }
            return false;
        };
        QVERIFY(offered(QStringLiteral("Turn on…")));
        overview.fanOutForeignCluster = true;
        m_page->reset();
        m_source->replies.at(1)(overview);
        QVERIFY(offered(QStringLiteral("Rebase fan-out")));
    }

    void listsSayWhatTheyCountAndOfferTheOther()
    {
        m_page->refresh();
        Overview overview = busyHour(1);
        QSqlField type(QStringLiteral("event_type"), QMetaType(QMetaType::QString));
        type.setValue(QStringLiteral("user.created"));
        QSqlField count(QStringLiteral("count"), QMetaType(QMetaType::LongLong));
        count.setValue(725'000);
        QSqlRecord row;
        row.append(type);
        row.append(count);
        overview.list(Monitoring::EventsByType) = {{row}, Reach::All, true};
        overview.list(Monitoring::DeliveryPerformance).reach = Reach::Range;
        m_source->replies.at(0)(overview);
        QVERIFY(!labelWith(*m_page, QStringLiteral("about · all events")).isEmpty());
        QVERIFY(!labelWith(*m_page, QStringLiteral("No deliveries in the last hour")).isEmpty());
        QVERIFY(!labelWith(*m_page, QStringLiteral("No events yet")).isEmpty()); // of the streams' list
        QCOMPARE(m_source->requests.at(0).reaches, describedReaches);

        RecordPanel *types = m_page->findChild<OverviewBoard *>()->panel(Monitoring::EventsByType);
        QStringList headings;
        for (int column = 0; column < types->model()->columnCount({}); ++column)
            headings << types->model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        QCOMPARE(headings, (QStringList{"Type", "Events", "First", "Last"}));
        auto *reach = types->findChild<RangeSwitch *>();
        QVERIFY(reach);
        QTest::keyClick(reach, Qt::Key_Right);
        QCOMPARE(m_source->requests.size(), 2);
        QCOMPARE(m_source->requests.at(1).reaches.at(std::size_t(Monitoring::EventsByType)), Reach::Range);
        overview.list(Monitoring::EventsByType) = {{}, Reach::Range, false};
        m_source->replies.at(1)(overview);
        QVERIFY(!labelWith(*m_page, QStringLiteral("No events in the last hour")).isEmpty());
    }

    void aLostConnectionKeepsTheFigures()
    {
        m_page->refresh();
        m_source->replies.at(0)(busyHour(333));
        QTest::keyClick(m_page.get(), Qt::Key_1);
        m_source->replies.at(1)(
            fail(Error::Kind::Unavailable, QStringLiteral("read"), QStringLiteral("gone")));
        QVERIFY(m_page->isSettled());
        QVERIFY(!labelWith(*m_page, QStringLiteral("333")).isEmpty());
    }

    void valueTicksAreRound_data()
    {
        QTest::addColumn<double>("highest");
        QTest::addColumn<bool>("whole");
        QTest::addColumn<double>("top");
        QTest::addColumn<int>("count");
        QTest::newRow("hundreds") << 1'113.0 << false << 1'250.0 << 6;
        QTest::newRow("small") << 0.7 << false << 0.8 << 5;
        QTest::newRow("few jobs") << 3.0 << true << 3.0 << 4;
        QTest::newRow("nothing") << 0.0 << true << 1.0 << 2;
    }
    void valueTicksAreRound()
    {
        QFETCH(const double, highest);
        QFETCH(const bool, whole);
        const QList<double> ticks = valueTicks(highest, whole);
        QTEST(ticks.last(), "top");
        QTEST(int(ticks.size()), "count");
    }

    void timeTicksStandOnRoundTimes()
    {
        const QDateTime from(QDate(2026, 11, 22), QTime(9, 50, 17));
        for (const qint64 seconds : {300, 3'600, 86'400, 604'800, 2'592'000}) {
            const QList<TimeTick> ticks = timeTicks(from, from.addSecs(seconds), 6);
            QVERIFY(ticks.size() >= 2 && ticks.size() <= 7);
            QCOMPARE(ticks.first().at.time().second() % 10, 0);
        }
        QCOMPARE(timeTicks(from, from.addSecs(3'600), 6).first().label, QStringLiteral("10:00"));
    }

    void readsTypedRanges_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to"); // empty: refused
        const auto row = [](const char *text, const char *from, const char *to) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString(from) << QString(to);
        };
        row("yesterday 18:00..22:00", "2026-11-21T18:00:00Z", "2026-11-21T22:00:00Z");
        row("21:00 – 22:00", "", ""); // not yet
        row("13:05 – 13:40", "2026-11-22T13:05:00Z", "2026-11-22T13:40:00Z");
        row("13:00..", "2026-11-22T13:00:00Z", "2026-11-22T14:00:30Z");
        row("13:00..20:00", "2026-11-22T13:00:00Z", "2026-11-22T14:00:30Z");
        row("yesterday", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z");
        row("2026-11-01 18:00..2026-11-02 06:00", "2026-11-01T18:00:00Z", "2026-11-02T06:00:00Z");
        row("..13:00", "", "");
        row("last week", "", "");
        row("14:00..13:00", "", "");
        row("", "", "");
    }

    void readsTypedRanges()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, from);
        QFETCH(const QString, to);
        setDisplayZone(DisplayZone::Utc);
        const auto span = typedRange(text, QDateTime(QDate(2026, 11, 22), QTime(14, 0, 30), Qt::UTC));
        setDisplayZone(DisplayZone::Local);
        QCOMPARE(span.has_value(), !to.isEmpty());
        if (!span)
            return;
        QCOMPARE(span->from.toString(Qt::ISODate), from);
        QCOMPARE(span->to.toString(Qt::ISODate), to);
    }

    void aRangeCanBeTyped()
    {
        QTest::keyClick(m_page.get(), Qt::Key_Slash);
        auto *dialog = m_page->findChild<RangeDialog *>();
        QVERIFY(dialog && dialog->isVisible());
        auto *text = dialog->findChild<QLineEdit *>();
        QTest::keyClicks(text, QStringLiteral("soon"));
        QTest::keyClick(text, Qt::Key_Return);
        QVERIFY(dialog->isVisible());
        text->clear();
        QTest::keyClicks(text, QStringLiteral("yesterday 18:00..22:00"));
        QTest::keyClick(text, Qt::Key_Return);
        QVERIFY(!dialog->isVisible());
        QCOMPARE(m_source->requests.constLast().windowSeconds, 4 * 3'600);
        QVERIFY(m_source->requests.constLast().untilSeconds);
        QVERIFY(buttonWith(QStringLiteral("18:00–")));
    }

private:
    MetricCard *cardWith(const QString &title) const
    {
        for (MetricCard *card : m_page->findChildren<MetricCard *>()) {
            if (!labelWith(*card, title).isEmpty())
                return card;
        }
        return nullptr;
    }
    QAbstractButton *buttonWith(const QString &text) const
    {
        for (QAbstractButton *button : m_page->findChildren<QAbstractButton *>()) {
            if (button->text().contains(text) && button->isVisible())
                return button;
        }
        return nullptr;
    }

    std::unique_ptr<SlowOverview> m_source;
    std::unique_ptr<OverviewPage> m_page;
};

QTEST_MAIN(TestOverviewPage)
#include "test_overview_page.moc"
