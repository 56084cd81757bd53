// The jobs that operators open the console for, each by keyboard alone and in no more steps than was
// promised. A step is one thing that is done: a key, or a text written where a key put the cursor, with the
// Enter that ends it.

#include "app/database/cluster_opener.h"
#include "app/database/console_connector.h"
#include "app/database/pg_delivery_queue.h"
#include "app/delivery/delivery_service.h"
#include "models/endpoint_model.h"
#include "tests/gui/console_fixture.h"
#include "tests/support/loopback_receiver.h"
#include "ui/dialogs/connections_dialog.h"
#include "ui/dialogs/consent_dialog.h"
#include "ui/dialogs/secret_dialog.h"
#include "ui/pages/console_page.h"
#include "ui/pages/overview_board.h"
#include "ui/pages/page_registry.h"
#include "ui/pages/record_panel.h"
#include "ui/panes/attempt_details.h"
#include "ui/panes/detail_pane.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_palette.h"
#include "ui/widgets/header_table.h"
#include "ui/widgets/json_view.h"
#include "ui/widgets/record_table.h"
#include "ui/widgets/secret_text.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/top_bar.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <QUrl>

using namespace signalbox;

namespace {

constexpr int patienceMs = 60'000;

/// Somebody who has a keyboard only, and counts.
class Operator
{
public:
    explicit Operator(MainWindow &window)
        : m_window(window)
    {
    }

    int steps() const { return m_steps; }

    bool press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        ++m_steps;
        return strike(key, modifiers);
    }

    /// The key that puts the cursor into a field, a text, Enter.
    bool write(Qt::Key key, Qt::KeyboardModifiers modifiers, const QString &text)
    {
        if (field() || !press(key, modifiers) || !QTest::qWaitFor([] { return field(); }, patienceMs))
            return false;
        field()->selectAll();
        QTest::keyClicks(field(), text);
        return QTest::qWaitFor([] { return mayAccept(); }, patienceMs) && strike(Qt::Key_Return);
    }

    /// Ctrl+K, a text, and Enter as soon as the first match is what was meant.
    bool jump(const QString &text, const QString &match)
    {
        auto *palette = m_window.findChild<CommandPalette *>();
        if (!press(Qt::Key_K, Qt::ControlModifier))
            return false;
        QTest::keyClicks(field(), text);
        auto *matches = palette->findChild<QListView *>();
        return QTest::qWaitFor([&] { return matches->currentIndex().data().toString() == match; },
                               patienceMs) &&
               strike(Qt::Key_Return) &&
               QTest::qWaitFor([this] { return m_window.currentPage()->isSettled(); }, patienceMs);
    }

private:
    static QLineEdit *field() { return qobject_cast<QLineEdit *>(QApplication::focusWidget()); }

    /// A form is filled in: Enter does what its default button says.
    static bool mayAccept()
    {
        const QWidget *form = QApplication::activeWindow();
        if (!qobject_cast<const QDialog *>(form))
            return true;
        const QList<QPushButton *> buttons = form->findChildren<QPushButton *>();
        return std::any_of(buttons.cbegin(), buttons.cend(), [](const QPushButton *button) {
            return button->isDefault() && button->isEnabled();
        });
    }

    bool strike(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const
    {
        const auto hasKeyboard = [this] {
            const QWidget *active = QApplication::activeWindow();
            if (!active || !active->isVisible())
                m_window.activateWindow();
            return active && active->isVisible() && QApplication::focusWidget();
        };
        if (!QTest::qWaitFor(hasKeyboard, patienceMs))
            return false;
        QTest::keyClick(QApplication::focusWidget(), key, modifiers);
        return true;
    }

    MainWindow &m_window;
    int m_steps = 0;
};

ConsolePage *page(ConsoleFixture &console)
{
    return console.window().currentPage();
}

DetailPane *pane(ConsoleFixture &console)
{
    return page(console)->findChild<DetailPane *>();
}

/// All that a part of the window says, in labels and links.
QString said(const QWidget *where)
{
    QStringList texts;
    for (const QLabel *label : where->findChildren<QLabel *>()) {
        if (label->isVisible())
            texts << label->text();
    }
    for (const QPushButton *link : where->findChildren<QPushButton *>()) {
        if (link->isVisible())
            texts << link->text();
    }
    return texts.join('|');
}

bool hasRows(ConsoleFixture &console, int rows)
{
    return console.settles() && console.table()->model()->rowCount() == rows;
}

int count(ConsoleFixture &console, const QString &condition)
{
    return console.database()
        .value(QStringLiteral("SELECT count(1) FROM webhook_jobs WHERE ") + condition)
        .toInt();
}

QString filterQueue(const QString &filter)
{
    return QStringLiteral("Filter Queue by ") + filter;
}

/// What a dialog of this kind is open; null: none.
template <typename Dialog> Dialog *shown(ConsoleFixture &console)
{
    for (Dialog *dialog : console.window().findChildren<Dialog *>()) {
        if (dialog->isVisible())
            return dialog;
    }
    return nullptr;
}

/// As sampleRows, and another endpoint whose jobs have failed a moment ago.
QString twoEndpoints()
{
    return ConsoleFixture::sampleRows() + QStringLiteral(R"(
INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep_news', 'https://news.example/', 'a secret of the news');
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, next_attempt, status, timeout_ms)
SELECT gen_random_uuid(), 'ep_news', 'https://news.example/', '{}', 's', 1, 1, now(), 'failed', 30000
FROM generate_series(1, 2);
INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, attempt, outcome)
SELECT gen_random_uuid(), id, endpoint_id, 'a', 500, 20, 1, 'answered' FROM webhook_jobs WHERE endpoint_id = 'ep_news';
)");
}

} // namespace

class TestOperatorJobs : public QObject
{
    Q_OBJECT
private slots:
    void saysWhatFailsSinceWhenAndWhy();
    void findsFailedJobsOfAnEndpoint();
    void findsAJobByItsPayload();
    void findsAJobByTheAnswer();
    void readsAnAttempt();
    void copiesAsCurl();
    void correctsAUrlAndTheQueueDrains();
    void retriesChosenJobsAndLearnsTheOutcome();
    void cancelsAllThatMatch();
    void rotatesASecret();
    void disablesForMaintenance();
    void readsP95OfYesterdayEvening();
    void connectsReadOnly();
};

void TestOperatorJobs::saysWhatFailsSinceWhenAndWhy()
{
    // Given an endpoint whose receiver has been down for 12 minutes, among others
    ConsoleFixture console(twoEndpoints() + QStringLiteral(R"(
INSERT INTO webhook_endpoints (id, url, secret) VALUES ('ep_dead', 'https://dead.example/', 's');
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, next_attempt, status, timeout_ms)
VALUES (gen_random_uuid(), 'ep_dead', 'https://dead.example/', '{}', 's', 3, 9, now(), 'pending', 30000);
INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, duration_ms, attempt, outcome, error, created_at)
SELECT gen_random_uuid(), id, endpoint_id, 'a', 3, n, 'never-connected', 'connection refused', now() - n * interval '1 min'
FROM webhook_jobs, generate_series(1, 12) n WHERE endpoint_id = 'ep_dead';
INSERT INTO signalbox_endpoint_state (endpoint_id, failing_since) VALUES ('ep_dead', now() - interval '12 min')
ON CONFLICT (endpoint_id) DO UPDATE SET failing_since = excluded.failing_since;
UPDATE webhook_deliveries SET status_code = 200 WHERE endpoint_id <> 'ep_dead';
)"));
    QVERIFY(console.open(QStringLiteral("overview")));
    Operator operator_(console.window());

    // When its failures are asked for
    QVERIFY(operator_.press(Qt::Key_F));

    // Then it is the one that is listed, and the pane says since when, and why
    QTRY_COMPARE(page(console)->pageId(), QStringLiteral("endpoints"));
    QTRY_COMPARE(pane(console)->shownId(), QStringLiteral("ep_dead"));
    QCOMPARE(page(console)->findChild<QTableView *>()->model()->rowCount(), 1);
    QTRY_VERIFY2(said(pane(console)).contains(QStringLiteral("Failing since|12 min ago")),
                 qPrintable(said(pane(console))));
    QVERIFY2(said(pane(console)).contains(QStringLiteral("0 of 12 succeeded")),
             qPrintable(said(pane(console))));
    QVERIFY2(said(pane(console)).contains(QStringLiteral("never connected")),
             qPrintable(said(pane(console))));
    QVERIFY2(said(pane(console)).contains(QStringLiteral("connection refused")),
             qPrintable(said(pane(console))));
    QVERIFY(operator_.steps() <= 3);
}

void TestOperatorJobs::findsFailedJobsOfAnEndpoint()
{
    ConsoleFixture console(twoEndpoints());
    QVERIFY(console.open(QStringLiteral("overview")));
    Operator operator_(console.window());
    QVERIFY(operator_.press(Qt::Key_2, Qt::ControlModifier));
    QTRY_COMPARE(page(console)->pageId(), QStringLiteral("queue"));
    QVERIFY(operator_.write(Qt::Key_Slash, {}, QStringLiteral("failed:<10m endpoint:ep_shop")));
    QTRY_VERIFY(hasRows(console, 3)); // those of 1, 4 and 7 minutes ago
    QTRY_VERIFY(console.table()->hasFocus());
    QVERIFY(operator_.steps() <= 2);
}

void TestOperatorJobs::findsAJobByItsPayload()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("overview")));
    Operator operator_(console.window());
    const QString filter = QStringLiteral("payload.n:7");
    QVERIFY(operator_.jump(filter, filterQueue(filter)));
    QTRY_VERIFY(hasRows(console, 1));
    QTRY_COMPARE(pane(console)->shownId(), QStringLiteral("20000000-0000-4000-8000-000000000007"));
    QCOMPARE(operator_.steps(), 1);
}

void TestOperatorJobs::findsAJobByTheAnswer()
{
    ConsoleFixture console(
        ConsoleFixture::sampleRows() +
        QStringLiteral("UPDATE webhook_deliveries SET response_body = '{\"error\": \"the teapot is empty\"}' "
                       "WHERE job_id = '20000000-0000-4000-8000-000000000013' AND attempt = 2;"));
    QVERIFY(console.open(QStringLiteral("overview")));
    Operator operator_(console.window());
    QVERIFY(
        operator_.jump(QStringLiteral("response:teapot"), filterQueue(QStringLiteral("response:teapot"))));
    QTRY_VERIFY(hasRows(console, 1));
    QTRY_COMPARE(pane(console)->shownId(), QStringLiteral("20000000-0000-4000-8000-000000000013"));
    QCOMPARE(operator_.steps(), 1);
}

void TestOperatorJobs::readsAnAttempt()
{
    // Given a job that is looked at
    ConsoleFixture console(
        ConsoleFixture::sampleRows() +
        QStringLiteral("UPDATE webhook_deliveries SET response_body = '{\"answer\": 42}', request_headers = "
                       "'{\"X-Asked\": \"so\"}', dns_ms = 2, first_byte_ms = 31;"));
    QVERIFY(console.open(QStringLiteral("queue")));
    page(console)->applyFilter(QStringLiteral("status:failed"));
    QTRY_VERIFY(hasRows(console, 10));
    const QString job = pane(console)->shownId();
    Operator operator_(console.window());

    QVERIFY(operator_.press(Qt::Key_A));

    // Then the newest attempt is open below it, and the keyboard still on the list
    const auto *details = pane(console)->findChild<AttemptDetails *>();
    QVERIFY(details && details->isVisible());
    QVERIFY(details->findChild<JsonView *>()->text().contains(QStringLiteral("42")));
    QVERIFY2(said(details).contains(QStringLiteral("first byte 31 ms")), qPrintable(said(details)));
    bool hasRequest = false;
    for (const HeaderTable *headers : details->findChildren<HeaderTable *>())
        hasRequest = hasRequest ||
                     (headers->rowCount() == 1 && headers->item(0, 0)->text() == QStringLiteral("X-Asked"));
    QVERIFY(hasRequest);
    QCOMPARE(pane(console)->shownId(), job);
    QVERIFY(console.table()->hasFocus());
    QCOMPARE(operator_.steps(), 1);

    // And the same key folds it
    QVERIFY(operator_.press(Qt::Key_A));
    QTRY_VERIFY(!pane(console)->findChild<AttemptDetails *>());
}

void TestOperatorJobs::copiesAsCurl()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    const auto clipboard = [] { return QGuiApplication::clipboard()->text(); };
    for (const QString &pageId : {QStringLiteral("queue"), QStringLiteral("deliveries")}) {
        QVERIFY(console.open(pageId));
        QTRY_VERIFY(!pane(console)->shownId().isEmpty());
        QGuiApplication::clipboard()->clear();
        Operator operator_(console.window());
        QVERIFY(operator_.press(Qt::Key_Y));
        QTRY_VERIFY(clipboard().startsWith(QStringLiteral("curl -X POST 'https://shop.example/hook'")));
        QVERIFY(!clipboard().contains(QStringLiteral("a secret of the shop")));
        QCOMPARE(operator_.steps(), 1);
    }
}

void TestOperatorJobs::correctsAUrlAndTheQueueDrains()
{
    // Given an endpoint with a wrong URL: five jobs wait behind its open breaker, three have failed for good
    LoopbackReceiver receiver;
    receiver.answerBy([](const ReceivedRequest &request) {
        return ReceiverAnswer::withStatus(request.path == "/right" ? 200 : 404);
    });
    PgDeliveryQueue queue;
    DispatcherOptions quick;
    quick.pollEveryMs = 50;
    DeliveryService worker(queue, quick);
    {
        ConsoleFixture console(QStringLiteral(R"(
INSERT INTO webhook_endpoints (id, url, secret, allow_private_network) VALUES ('ep_shop', '%1', 'a secret of the shop', true);
INSERT INTO signalbox_endpoint_state (endpoint_id, breaker, breaker_since, breaker_until, breaker_trips)
VALUES ('ep_shop', 'open', now(), now() + interval '1 h', 5)
ON CONFLICT (endpoint_id) DO UPDATE SET breaker = 'open', breaker_since = excluded.breaker_since,
    breaker_until = excluded.breaker_until, breaker_trips = 5;
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, next_attempt, status, timeout_ms)
SELECT gen_random_uuid(), 'ep_shop', '%1', '{}', 'a secret of the shop', CASE WHEN n > 5 THEN 4 ELSE 1 END, 4, now(),
       CASE WHEN n > 5 THEN 'failed' ELSE 'pending' END, 30000 FROM generate_series(1, 8) n;
)")
                                   .arg(receiver.url(QStringLiteral("/wrong"))),
                               &worker);
        queue.setTarget(console.database().settings());
        QVERIFY(console.open(QStringLiteral("overview")));
        worker.startWorker();
        QTRY_COMPARE(worker.status().state, WorkerStatus::State::Running);
        Operator operator_(console.window());

        // When its URL is corrected, and what had failed is retried
        QVERIFY(operator_.jump(QStringLiteral("ep_shop"), QStringLiteral("ep_shop")));
        QTRY_COMPARE(pane(console)->shownId(), QStringLiteral("ep_shop"));
        QVERIFY(operator_.write(Qt::Key_E, {}, receiver.url(QStringLiteral("/right"))));
        QTRY_COMPARE(count(console, QStringLiteral("status = 'completed'")), 5);
        const QString failed = QStringLiteral("endpoint:ep_shop status:failed");
        QVERIFY(operator_.jump(failed, filterQueue(failed)));
        QTRY_VERIFY(hasRows(console, 3));
        QVERIFY(operator_.write(Qt::Key_R, Qt::ControlModifier, QStringLiteral("wrong URL")));

        // Then all are delivered, none to the wrong one, and the window says so
        QTRY_COMPARE(count(console, QStringLiteral("status = 'completed'")), 8);
        for (const ReceivedRequest &request : receiver.requests())
            QCOMPARE(request.path, QByteArray("/right"));
        QTRY_VERIFY2(console.window().toast()->text().contains(QStringLiteral("3 delivered")),
                     qPrintable(console.window().toast()->text()));
        QVERIFY(operator_.steps() <= 4);
        worker.stopWorker();
        QTRY_COMPARE(worker.status().state, WorkerStatus::State::Stopped);
    }
}

void TestOperatorJobs::retriesChosenJobsAndLearnsTheOutcome()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("overview")));
    Operator operator_(console.window());
    const auto toast = [&console] { return console.window().toast()->text(); };
    QVERIFY(operator_.jump(QStringLiteral("status:failed"), filterQueue(QStringLiteral("status:failed"))));
    QTRY_VERIFY(hasRows(console, 10));
    QVERIFY(operator_.press(Qt::Key_End, Qt::ShiftModifier));
    QTRY_COMPARE(console.table()->selectedKeys().size(), 10);
    QVERIFY(operator_.write(Qt::Key_R, {}, QStringLiteral("receiver was repaired")));
    QTRY_VERIFY2(toast().contains(QStringLiteral("10 retried: 10 waiting")), qPrintable(toast()));
    console.database().run(QStringLiteral(
        "UPDATE webhook_jobs SET status = CASE WHEN id::text < '20000000-0000-4000-8000-000000000014' "
        "THEN 'completed' ELSE 'failed' END WHERE max_attempts = 5"));
    QTRY_VERIFY2(toast().contains(QStringLiteral("5 delivered, 5 failed again")), qPrintable(toast()));
    QCOMPARE(console.database().value(QStringLiteral("SELECT reason FROM signalbox_changes")).toString(),
             QStringLiteral("receiver was repaired"));
    QVERIFY(operator_.steps() <= 3);
}

void TestOperatorJobs::cancelsAllThatMatch()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("overview")));
    Operator operator_(console.window());
    const QString filter = QStringLiteral("status:pending endpoint:ep_shop");
    QVERIFY(operator_.jump(filter, filterQueue(filter)));
    QTRY_VERIFY(hasRows(console, 10));
    QVERIFY(operator_.write(Qt::Key_Backspace, Qt::ControlModifier | Qt::ShiftModifier,
                            QStringLiteral("sent by hand")));
    QTRY_COMPARE(count(console, QStringLiteral("status = 'cancelled'")), 10);
    QTRY_VERIFY(hasRows(console, 0));
    QVERIFY2(console.window().toast()->text().contains(QStringLiteral("10 cancelled")),
             qPrintable(console.window().toast()->text()));
    QVERIFY(operator_.steps() <= 3);
}

void TestOperatorJobs::rotatesASecret()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    QVERIFY(console.open(QStringLiteral("overview")));
    Operator operator_(console.window());
    QVERIFY(operator_.jump(QStringLiteral("ep_shop"), QStringLiteral("ep_shop")));
    QTRY_COMPARE(pane(console)->shownId(), QStringLiteral("ep_shop"));
    QVERIFY(operator_.press(Qt::Key_R));
    QTRY_VERIFY(shown<ConsentDialog>(console));
    QTRY_COMPARE(QApplication::activeWindow(), shown<ConsentDialog>(console));
    QVERIFY(operator_.press(Qt::Key_Return));
    QTRY_VERIFY(shown<SecretDialog>(console));
    const QString secret =
        console.database().value(QStringLiteral("SELECT secret FROM webhook_endpoints")).toString();
    QVERIFY(secret.startsWith(QStringLiteral("whsec_")));
    QCOMPARE(shown<SecretDialog>(console)->findChild<SecretText *>()->toPlainText(), secret);
    QCOMPARE(
        console.database().value(QStringLiteral("SELECT previous_secret FROM webhook_endpoints")).toString(),
        QStringLiteral("a secret of the shop"));
    QVERIFY(operator_.steps() <= 3);
}

void TestOperatorJobs::disablesForMaintenance()
{
    ConsoleFixture console(ConsoleFixture::sampleRows());
    const QString state =
        QStringLiteral("SELECT concat_ws('|', enabled, disabled_reason) FROM webhook_endpoints");
    QVERIFY(console.open(QStringLiteral("endpoints")));
    QTRY_COMPARE(pane(console)->shownId(), QStringLiteral("ep_shop"));
    Operator operator_(console.window());
    QVERIFY(operator_.write(Qt::Key_D, {}, QStringLiteral("maintenance until 15:00")));
    QTRY_COMPARE(console.database().value(state).toString(), QStringLiteral("f|maintenance until 15:00"));
    QTRY_VERIFY2(said(pane(console)).contains(QStringLiteral("maintenance until 15:00")),
                 qPrintable(said(pane(console))));

    // It says how many jobs go out now, and takes a reason
    QVERIFY(operator_.write(Qt::Key_D, {}, QStringLiteral("maintenance is over")));
    QTRY_COMPARE(console.database().value(state).toString(), QStringLiteral("t"));
    QCOMPARE(console.database()
                 .value(QStringLiteral("SELECT count(1) FROM signalbox_changes WHERE reason IN "
                                       "('maintenance until 15:00', 'maintenance is over')"))
                 .toInt(),
             2);
    QVERIFY(operator_.steps() <= 3);
}

void TestOperatorJobs::readsP95OfYesterdayEvening()
{
    // Given a slow evening, and a quick day since
    ConsoleFixture console(ConsoleFixture::sampleRows() + QStringLiteral(R"(
INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, duration_ms, attempt, outcome, created_at)
SELECT gen_random_uuid(), '20000000-0000-4000-8000-000000000003', 'ep_shop', 'a', 200, 1600, 1, 'answered',
       date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '5 h' + n * interval '1 min'
FROM generate_series(1, 100) n;
)"));
    QVERIFY(console.open(QStringLiteral("overview")));
    Operator operator_(console.window());
    QVERIFY(operator_.write(Qt::Key_Slash, {}, QStringLiteral("yesterday 18:00..22:00")));

    RecordPanel *panel = page(console)->findChild<OverviewBoard *>()->panel(Monitoring::DeliveryPerformance);
    const auto p95 = [panel] {
        for (int row = 0; row < panel->model()->rowCount(); ++row) {
            const QSqlRecord record = panel->model()->record(row);
            if (record.value(QStringLiteral("endpoint_id")).toString() == QStringLiteral("ep_shop"))
                return record.value(QStringLiteral("p95_duration")).toDouble();
        }
        return 0.0;
    };
    QTRY_COMPARE(p95(), 1'600.0);
    QVERIFY2(said(page(console)).contains(QStringLiteral("18:00 – 22:00")), qPrintable(said(page(console))));
    QVERIFY(operator_.steps() <= 3);
}

void TestOperatorJobs::connectsReadOnly()
{
    // Given a console that is connected to nothing, and the address of one's own database
    class NoProfiles final : public ProfileStore
    {
    public:
        QList<ConnectionProfile> profiles() const override { return saved; }
        Done saveProfile(const ConnectionProfile &profile) override
        {
            saved.append(profile);
            return {};
        }
        Done removeProfile(const QString &) override { return {}; }
        QList<ConnectionProfile> saved;
    };
    class NoKeychain final : public CredentialStore
    {
    public:
        void readPassword(const QString &, QObject *, Reply<Secret> reply) override { reply(Secret()); }
        void writePassword(const QString &, const Secret &, QObject *, Reply<bool> reply) override
        {
            reply(true);
        }
        void removePassword(const QString &, QObject *, Reply<bool> reply) override { reply(true); }
    };
    ConsoleFixture empty; // its database and its settings
    empty.database().run(ConsoleFixture::sampleRows());
    Gateway gateway;
    ClusterHost host;
    ConsoleConnector connector(gateway, host);
    NoProfiles profiles;
    NoKeychain keychain;
    ConsoleServices services;
    services.pages = &gateway;
    services.details = &gateway;
    services.endpoints = &gateway;
    services.jobActions = &gateway;
    services.jobChanges = &gateway;
    services.overview = &gateway;
    services.fanOut = &gateway;
    services.signals_ = &gateway.signals_();
    services.connector = &connector;
    services.profiles = &profiles;
    services.credentials = &keychain;
    MainWindow window(services, createPages(services));
    window.show();
    window.showPage(QStringLiteral("queue"));
    QVERIFY(QTest::qWaitForWindowActive(&window));
    Operator operator_(window);
    const ConnectionSettings &server = empty.database().settings();
    const QString address = QStringLiteral("postgresql://%1@%2:%3/%4")
                                .arg(server.user, QString::fromLatin1(QUrl::toPercentEncoding(server.host)),
                                     QString::number(server.port > 0 ? server.port : 5432), server.database);

    // When it is pasted into the list of connections, read-only is ticked, and Enter pressed
    QVERIFY(operator_.press(Qt::Key_O, Qt::ControlModifier));
    QTRY_VERIFY(window.findChild<ConnectionsDialog *>());
    QTRY_COMPARE(QApplication::activeWindow(), window.findChild<ConnectionsDialog *>());
    QGuiApplication::clipboard()->setText(address);
    QVERIFY(operator_.press(Qt::Key_V, Qt::ControlModifier));
    QVERIFY(operator_.press(Qt::Key_R, Qt::AltModifier));
    QTRY_VERIFY(window.findChild<ConnectionsDialog *>()->findChild<QCheckBox *>()->isChecked());
    QVERIFY(operator_.press(Qt::Key_Return));

    // Then its rows are there, and the server refuses changes
    QTRY_COMPARE(profiles.saved.size(), 1);
    QVERIFY(profiles.saved.constFirst().readOnly);
    QCOMPARE(profiles.saved.constFirst().name, server.database);
    QTRY_VERIFY(window.currentPage()->findChild<RecordTable *>()->model()->rowCount() == 30);
    QTRY_VERIFY2(
        said(window.findChild<TopBar *>()).contains(QStringLiteral("read-only"), Qt::CaseInsensitive),
        qPrintable(said(window.findChild<TopBar *>())));
    QVERIFY(operator_.steps() <= 4);
}

QTEST_MAIN(TestOperatorJobs)
#include "test_operator_jobs.moc"
