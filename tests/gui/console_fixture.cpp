#include "tests/gui/console_fixture.h"

#include "ui/pages/console_page.h"
#include "ui/pages/page_registry.h"
#include "ui/theme/theme.h"
#include "ui/widgets/record_table.h"

#include <QApplication>
#include <QSettings>
#include <QTest>

namespace signalbox {

namespace {

constexpr int patienceMs = 60'000;

ConsoleServices servicesOf(Gateway &gateway, DeliveryControl *delivery)
{
    ConsoleServices services;
    services.pages = &gateway;
    services.details = &gateway;
    services.endpoints = &gateway;
    services.jobActions = &gateway;
    services.jobChanges = &gateway;
    services.overview = &gateway;
    services.fanOut = &gateway;
    services.signals_ = &gateway.signals_();
    services.delivery = delivery;
    return services;
}

} // namespace

ConsoleFixture::ConsoleFixture(const QString &script, DeliveryControl *delivery)
    : m_gateway(std::make_unique<Gateway>())
{
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
    theme::apply(*qApp, theme::Mode::Light);
    if (!script.isEmpty())
        m_database.run(script);
    const ConsoleServices services = servicesOf(*m_gateway, delivery);
    m_window = std::make_unique<MainWindow>(services, createPages(services));
    m_window->resize(1600, 1000);
}

ConsoleFixture::~ConsoleFixture()
{
    m_window.reset();
    m_gateway.reset();
    QCoreApplication::sendPostedEvents(); // answers that were under way find nobody
}

bool ConsoleFixture::open(const QString &pageId)
{
    return open(pageId, m_database.settings());
}

bool ConsoleFixture::open(const QString &pageId, const ConnectionSettings &settings)
{
    m_window->showPage(pageId);
    m_window->show();
    m_gateway->connectTo(settings);
    return QTest::qWaitForWindowActive(m_window.get()) && settles();
}

bool ConsoleFixture::settles() const
{
    return QTest::qWaitFor([this] { return m_window->currentPage()->isSettled(); }, patienceMs);
}

RecordTable *ConsoleFixture::table() const
{
    return m_window->currentPage()->findChild<RecordTable *>();
}

void ConsoleFixture::press(Qt::Key key, Qt::KeyboardModifiers modifiers) const
{
    QWidget *target = QApplication::focusWidget();
    if (!target)
        target = QApplication::activeWindow();
    QTest::keyClick(target, key, modifiers);
}

void ConsoleFixture::type(const QString &text) const
{
    QTest::keyClicks(QApplication::focusWidget(), text);
}

QString ConsoleFixture::sampleRows()
{
    return QStringLiteral(R"(
INSERT INTO webhook_endpoints (id, url, secret, max_retries)
VALUES ('ep_shop', 'https://shop.example/hook', 'a secret of the shop', 3);
INSERT INTO events (id, event_type, stream_id, version, payload, metadata, correlation_id, timestamp, created_at)
SELECT ('00000000-0000-4000-8000-0000000000' || lpad(n::text, 2, '0'))::uuid, 'order.paid.v1', 'order-' || (n % 3),
       n, jsonb_build_object('order', 12345678901234567890, 'n', n), '{"source": "test"}',
       '11111111-0000-4000-8000-000000000001', now(), now() - n * interval '1 minute'
FROM generate_series(1, 30) n;
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, next_attempt, status, last_error,
                          timeout_ms, created_at, event_id, event_type)
SELECT ('20000000-0000-4000-8000-0000000000' || lpad(n::text, 2, '0'))::uuid, 'ep_shop', 'https://shop.example/hook',
       jsonb_build_object('order', 12345678901234567890, 'n', n), 'a secret of the shop',
       CASE n % 3 WHEN 0 THEN 1 WHEN 1 THEN 4 ELSE 0 END, 4, now(),
       CASE n % 3 WHEN 0 THEN 'completed' WHEN 1 THEN 'failed' ELSE 'pending' END,
       CASE n % 3 WHEN 1 THEN 'timed out after 30 s' END, 30000, now() - n * interval '1 minute',
       ('00000000-0000-4000-8000-0000000000' || lpad(n::text, 2, '0'))::uuid, 'order.paid.v1'
FROM generate_series(1, 30) n;
INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, error, duration_ms, created_at, attempt,
                                outcome)
SELECT gen_random_uuid(), id, endpoint_id, event_type, CASE WHEN status = 'completed' THEN 200 ELSE 500 END,
       CASE WHEN status = 'failed' THEN 'HTTP 500' END, 212, created_at, attempt, 'answered'
FROM webhook_jobs, generate_series(1, attempts) attempt;
)");
}

} // namespace signalbox
