#pragma once

#include "app/delivery/exchange.h"
#include "tests/support/fake_clock.h"

namespace signalbox {

/// Answers names as a test says, one list after the other; the last one stays. An empty list is a failure.
class ScriptedResolver final : public Resolver
{
public:
    explicit ScriptedResolver(QList<QList<QHostAddress>> answers)
        : m_answers(std::move(answers))
    {
    }
    void resolve(const QString &name, QObject *context, Reply<QList<QHostAddress>> reply) override;
    int asked() const { return m_asked; }

private:
    QList<QList<QHostAddress>> m_answers;
    int m_asked = 0;
};

/// A job that goes to `url`, private networks allowed, within 5 s.
ClaimedJob jobFor(const QString &url);

/// Runs single exchanges that share their connections, as those of a worker do. Needs an event loop's thread.
class ExchangeFixture
{
public:
    explicit ExchangeFixture(const Proxy &through = {})
        : proxy(through)
    {
    }
    /// Waits for the end; ends the test when there is none within half a minute.
    ExchangeResult run(const ClaimedJob &job, Resolver &resolver);
    ExchangeResult run(const ClaimedJob &job);

    ExchangeTools tools(Resolver &resolver) { return {resolver, transfers, prepared, proxy, clock}; }

    CurlMulti transfers;
    PreparedRequests prepared;
    Proxy proxy;
    FakeClock clock;
};

} // namespace signalbox
