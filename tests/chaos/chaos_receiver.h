#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QMutex>
#include <QObject>
#include <QRandomGenerator>
#include <QTcpServer>
#include <QThread>
#include <QUuid>

class QTcpSocket;

namespace signalbox {

/// Microseconds of the system's clock since 1970: PostgreSQL on the same machine tells the same time.
qint64 systemMicroseconds();

/// One request as the receiver saw it, from its last byte to its end.
struct ChaosRequest
{
    enum class End {
        InFlight,   ///< nothing yet
        Success,    ///< the whole of a 2xx answer was written
        HalfAnswer, ///< a 2xx status line and a part of its body: whether it arrived is open
        Refusal,    ///< another status
        Silence     ///< the connection ended, by either side, before an answer
    };

    QUuid job; ///< webhook-id
    qint64 arrivedAt = 0;
    qint64 endedAt = 0;
    End end = End::InFlight;
};

/// Receivers that misbehave by their path, on 127.0.0.1 and a thread of their own:
///   /ok     answers 200 at once
///   /slow   answers 200 within 1.5 s
///   /flaky  answers 500 or 503 (Retry-After: 1) to a third
///   /cut    resets, closes, answers half or no HTTP to a half
///   /hang   leaves one in seven without any answer
///   /dead   answers 500 to all
///   /silent answers nobody
class ChaosReceiver
{
public:
    explicit ChaosReceiver(quint32 seed);
    ~ChaosReceiver();

    QString url(const QString &path) const;
    /// Copies what came until now. Any thread.
    QList<ChaosRequest> requests() const;
    int requestCount() const;

private:
    friend class ChaosServer;
    qsizetype arrived(const QUuid &job);
    void ended(qsizetype request, ChaosRequest::End end);

    QThread m_thread;
    QObject *m_server = nullptr; ///< lives on m_thread and is deleted there
    quint16 m_port = 0;
    mutable QMutex m_mutex;
    QList<ChaosRequest> m_requests;
};

} // namespace signalbox
