#include "tests/delivery/exchange_fixture.h"

#include "app/delivery/system_resolver.h"

#include <QTest>

#include <optional>

namespace signalbox {

void ScriptedResolver::resolve(const QString &name, QObject *context, Reply<QList<QHostAddress>> reply)
{
    ++m_asked;
    const QList<QHostAddress> addresses = m_answers.size() > 1 ? m_answers.takeFirst() : m_answers.value(0);
    QMetaObject::invokeMethod(
        context,
        [name, addresses, reply = std::move(reply)] {
            if (addresses.isEmpty())
                reply(fail("resolve " + name, "host not found"));
            else
                reply(addresses);
        },
        Qt::QueuedConnection);
}

ClaimedJob jobFor(const QString &url)
{
    ClaimedJob job;
    job.id = QUuid::createUuid();
    job.endpointId = "ep_1";
    job.url = url;
    job.payload = "{\"a\": 1}";
    job.secrets = {Secret("secret")};
    job.timeoutMs = 5'000;
    job.allowPrivateNetwork = true;
    return job;
}

ExchangeResult ExchangeFixture::run(const ClaimedJob &job, Resolver &resolver)
{
    Exchange exchange(job, tools(resolver));
    std::optional<ExchangeResult> result;
    QObject::connect(&exchange, &Exchange::finished, &exchange,
                     [&result](const ExchangeResult &got) { result = got; });
    exchange.start();
    if (!QTest::qWaitFor([&result] { return result.has_value(); }, 120'000))
        qFatal("the exchange never finished");
    return *result;
}

ExchangeResult ExchangeFixture::run(const ClaimedJob &job)
{
    SystemResolver resolver;
    return run(job, resolver);
}

} // namespace signalbox
