#pragma once

#include "app/core/clock.h"
#include "app/core/delivery.h"
#include "app/delivery/curl_transfer.h"
#include "app/delivery/prepared_requests.h"
#include "app/delivery/resolver.h"
#include "app/delivery/signed_request.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>

namespace signalbox {

/// What exchanges share. Outlives them; same thread.
struct ExchangeTools
{
    Resolver &resolver;
    CurlMulti &transfers;
    PreparedRequests &prepared;
    const Proxy &proxy;
    const Clock &clock;
    /// Whether a job's lease holds still; none: it is not asked for.
    std::function<bool(const QUuid &leaseToken)> mayPost = {};
};

/// One attempt: resolves, checks the addresses, signs, posts once, reads the answer, within the job's timeout
/// from start to end (design §4, §5). Emits `finished` exactly once, later than start(), unless it is
/// destroyed before: destroying it cuts the exchange.
class Exchange : public QObject
{
    Q_OBJECT
public:
    Exchange(ClaimedJob job, const ExchangeTools &tools, QObject *parent = nullptr);
    ~Exchange() override;

    void start();
    const ClaimedJob &job() const { return m_job; }

signals:
    void finished(const signalbox::ExchangeResult &result);

private:
    void resolve();
    Done prepare();
    void useAddresses(const QList<QHostAddress> &addresses);
    void postToNextAddress();
    PostRequest request(const QHostAddress &address) const;
    void transferEnded();
    void deadlinePassed();
    /// Takes status, headers and body from the transfer; adds why the answer is not whole.
    void takeAnswer(const QString &note);
    void finish(Outcome outcome, const QString &error);
    /// Without a connection, and whose fault that is.
    void finishForWantOf(Fault fault, const QString &error);

    ClaimedJob m_job;
    ExchangeTools m_tools;
    QTimer m_deadline;
    QElapsedTimer m_elapsed;
    Destination m_destination;
    QList<RawHeader> m_headers;
    QList<QHostAddress> m_addresses;
    std::unique_ptr<CurlTransfer> m_transfer;
    ExchangeResult m_result;
    bool m_done = false;
};

} // namespace signalbox
