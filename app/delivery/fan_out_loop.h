#pragma once

#include "app/core/delivery_queue.h"

#include <QObject>

namespace signalbox {

/// Fans events out, batch after batch, until the fence is reached; rests until it is poked again.
class FanOutLoop : public QObject
{
    Q_OBJECT
public:
    FanOutLoop(DeliveryQueue &queue, int batchSize, QObject *parent = nullptr);

    void poke();
    /// Nothing under way, and the last answer was that the fence is reached (or fan-out is off).
    bool isSettled() const { return !m_underWay && m_reachedFence; }

signals:
    void passed(const signalbox::FanOutResult &result);
    void failed(const signalbox::Error &error);

private:
    void run();

    DeliveryQueue &m_queue;
    int m_batchSize;
    bool m_underWay = false;
    bool m_poked = false;
    bool m_reachedFence = false;
};

} // namespace signalbox
