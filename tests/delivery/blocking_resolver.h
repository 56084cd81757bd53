#pragma once

#include "app/delivery/resolver.h"

#include <QSemaphore>

namespace signalbox {

/// Keeps the dispatcher's thread from going on until it is let go.
class BlockingResolver final : public Resolver
{
public:
    void resolve(const QString &, QObject *context, Reply<QList<QHostAddress>> reply) override
    {
        m_reached.release();
        m_gate.acquire();
        QMetaObject::invokeMethod(
            context, [reply] { reply(QList<QHostAddress>{QHostAddress("127.0.0.1")}); },
            Qt::QueuedConnection);
    }
    bool isReached() const { return m_reached.available() > 0; }
    void letGo() { m_gate.release(1'000); }

private:
    QSemaphore m_reached;
    QSemaphore m_gate;
};

} // namespace signalbox
