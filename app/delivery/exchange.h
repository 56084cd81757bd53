#pragma once

#include "app/core/clock.h"
#include "app/core/delivery.h"
#include "app/delivery/manager_pool.h"
#include "app/delivery/resolver.h"

#include <QElapsedTimer>
#include <QNetworkReply>
#include <QObject>
#include <QPointer>
#include <QTimer>
#include <QUrl>

namespace signalbox {

class UploadDevice;

/// What exchanges share. Outlives them; same thread.
struct ExchangeTools
{
    Resolver &resolver;
    ManagerPool &managers;
    const Clock &clock;
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
    void useAddresses(const QList<QHostAddress> &addresses);
    void postToNextAddress();
    QNetworkRequest request(const QHostAddress &address) const;
    void listenTo(QNetworkReply *reply);
    void readBody();
    void replyFinished();
    void deadlinePassed();
    /// Takes status, headers and body from the reply; adds why the body is not whole.
    void takeAnswer(const QString &bodyNote);
    void dropReply();
    void finish(Outcome outcome, const QString &error);
    bool wasSent() const;

    ClaimedJob m_job;
    ExchangeTools m_tools;
    QTimer m_deadline;
    QElapsedTimer m_elapsed;
    QUrl m_url;
    QList<HttpHeader> m_headers;
    QList<QHostAddress> m_addresses;
    ManagerSlot m_slot;
    UploadDevice *m_upload = nullptr; ///< child of the reply
    QPointer<QNetworkReply> m_reply;
    QByteArray m_body;
    ExchangeResult m_result;
    bool m_done = false;
};

} // namespace signalbox
