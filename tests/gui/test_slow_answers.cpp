#include "app/core/console.h"
#include "models/job_model.h"
#include "tests/models/scripted_page_source.h"
#include "ui/mainwindow.h"
#include "ui/pages/endpoints_page.h"
#include "ui/pages/queue_page.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/record_table.h"

#include <QLabel>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

namespace {

/// Answers when the test says so.
class SlowEndpoints final : public EndpointStore
{
public:
    QList<Reply<QList<EndpointHealth>>> waiting;

    void answer(int endpoints)
    {
        QList<EndpointHealth> list;
        for (int n = 0; n < endpoints; ++n) {
            EndpointHealth health;
            health.endpoint.id = QStringLiteral("ep_%1").arg(n);
            list.append(health);
        }
        waiting.takeFirst()(list);
    }

    void listEndpoints(QObject *, Reply<QList<EndpointHealth>> reply) override { waiting.append(reply); }
    void addEndpoint(const EndpointChange &, QObject *, Reply<QString>) override {}
    void changeEndpoint(const EndpointChange &, QObject *, Reply<QString>) override {}
    void listAllEndpoints(QObject *, Reply<QList<EndpointHealth>>) override {}
    void setEndpointEnabled(const QString &, bool, const QString &, QObject *, Reply<QString>) override {}
    void setBreaker(const QString &, BreakerAction, const QString &, QObject *, Reply<QString>) override {}
    void removeEndpoint(const QString &, const QString &, QObject *, Reply<QString>) override {}
    void restoreEndpoint(const QString &, const Secret &, const QString &, QObject *, Reply<QString>) override
    {
    }
    void rotateSecret(const QString &, const Secret &, qint64, const QString &, QObject *,
                      Reply<QString>) override
    {
    }
    void revealSecret(const QString &, QObject *, Reply<Secret>) override {}
    void countFilterMatches(const QByteArray &, QObject *, Reply<FilterMatchCount>) override {}
};

ConnectionStatus connected()
{
    ConnectionStatus status;
    status.state = ConnectionStatus::State::Connected;
    return status;
}

int shownRows(const ConsolePage &page)
{
    return page.findChild<QTableView *>()->model()->rowCount();
}

QStringList shownTexts(const QWidget &widget)
{
    QStringList texts;
    for (const QLabel *label : widget.findChildren<QLabel *>()) {
        if (label->isVisibleTo(&widget))
            texts << label->text();
    }
    return texts;
}

} // namespace

/// A database that takes longer to answer than the time between two ticks: what it answers is shown all the
/// same.
class TestSlowAnswers : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
    }

    void endpointsShowAnAnswerThoughATickCameMeanwhile()
    {
        ConsoleSignals signals_;
        SlowEndpoints store;
        ConsoleServices services;
        services.endpoints = &store;
        services.signals_ = &signals_;
        EndpointsPage page(services);
        emit signals_.connectionStatusChanged(connected());
        page.refresh();
        for (int tick = 1; tick <= 5; ++tick) {
            page.refresh(); // before the answer
            store.answer(tick);
            QCOMPARE(shownRows(page), tick);
            QCOMPARE(store.waiting.size(), 1); // and asked again
        }
    }

    void endpointsOfAnotherDatabaseAreNotShown()
    {
        ConsoleSignals signals_;
        SlowEndpoints store;
        ConsoleServices services;
        services.endpoints = &store;
        services.signals_ = &signals_;
        EndpointsPage page(services);
        emit signals_.connectionStatusChanged(connected());
        page.refresh();
        page.reset();
        store.answer(7);
        QCOMPARE(shownRows(page), 0);
        store.answer(2);
        QCOMPARE(shownRows(page), 2);
    }

    // An empty table whose first rows arrive while the next tick is already waiting.
    void aTablePageShowsRowsThoughItNeverRests()
    {
        ConsoleSignals signals_;
        ScriptedPageSource source;
        ConsoleServices services;
        services.pages = &source;
        services.signals_ = &signals_;
        QueuePage page(services);
        page.resize(1200, 700);
        page.show();
        emit signals_.connectionStatusChanged(connected());
        page.reset();
        source.answerAll();
        QVERIFY2(shownTexts(page).contains(QStringLiteral("No jobs yet")),
                 qPrintable(shownTexts(page).join('|')));
        page.refresh();
        page.refresh();
        source.table.append(scriptedRow(QStringLiteral("job-1"), QStringLiteral("1")));
        source.answer(0);
        QCOMPARE(shownRows(page), 1);
        QVERIFY(page.findChild<RecordTable *>()->isVisible());
        QVERIFY(!page.isSettled());
    }

    // New rows are counted, not pushed in above the row somebody works on.
    void aChosenRowIsHeldThoughThePageNeverRests()
    {
        ConsoleSignals signals_;
        ScriptedPageSource source;
        for (const char *key : {"1", "2", "3"})
            source.table.append(scriptedRow(QLatin1String(key), QLatin1String(key)));
        ConsoleServices services;
        services.pages = &source;
        services.signals_ = &signals_;
        QueuePage page(services);
        page.resize(1200, 700);
        page.show();
        emit signals_.connectionStatusChanged(connected());
        page.reset();
        source.answerAll();
        auto *table = page.findChild<RecordTable *>();
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, QPoint(30, 10));
        QCOMPARE(table->currentKey(), QStringLiteral("3"));
        page.refresh();
        page.refresh();
        source.table.append(scriptedRow(QStringLiteral("4"), QStringLiteral("4")));
        source.answerAll();
        page.refresh();
        source.answerAll();
        QCOMPARE(shownRows(page), 3);
        QCOMPARE(table->model()->index(0, 0).data(PagedSqlModel::KeyRole).toString(), QStringLiteral("3"));
    }

    // Refreshes that come faster than a second must not keep the clock of the ages from ringing.
    void agesGoOnWhileRowsArriveAllTheTime()
    {
        ScriptedPageSource source;
        source.table.append(scriptedRow(QStringLiteral("job-1"), QStringLiteral("1")));
        JobModel model;
        model.setSource(&source);
        model.restart();
        source.answerAll();
        model.setVisibleRows(0, 0);
        bool hasAged = false;
        connect(&model, &QAbstractItemModel::dataChanged, this, [&hasAged] { hasAged = true; });
        QTRY_VERIFY([&] {
            model.refresh(0, 0);
            source.answerAll();
            return hasAged;
        }());
    }

    void aPageSaysItsAge()
    {
        ConsoleSignals signals_;
        SlowEndpoints store;
        ConsoleServices services;
        services.endpoints = &store;
        services.signals_ = &signals_;
        auto *page = new EndpointsPage(services);
        QSettings().setValue(QStringLiteral("window/refreshSeconds"), 1);
        MainWindow window(services, {page});
        window.show();
        emit signals_.databaseChanged();
        emit signals_.connectionStatusChanged(connected());
        page->refresh();
        store.answer(3);
        QVERIFY(!shownTexts(*page).join('|').contains(QStringLiteral("as of ")));
        // The next answers are long in coming: after two ticks the page says so, and once they are there no
        // more
        QTRY_VERIFY2(
            shownTexts(*page).join('|').contains(QRegularExpression(QStringLiteral("as of \\d s ago"))),
            qPrintable(shownTexts(*page).join('|')));
        QVERIFY(!store.waiting.isEmpty());
        store.answer(3);
        QVERIFY(!shownTexts(*page).join('|').contains(QStringLiteral("as of ")));
    }

private:
    QTemporaryDir m_settings;
};

QTEST_MAIN(TestSlowAnswers)
#include "test_slow_answers.moc"
