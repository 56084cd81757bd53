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
    /// Nothing under way, and the last answer was that the fence is reached (or fan-out is off,
    /// or was refused again and again).
    bool isSettled() const { return !m_underWay && m_reachedFence; }

signals:
    void passed(const signalbox::FanOutResult &result);
    void failed(const signalbox::Error &error);

private:
    static constexpr int patientRefusals = 5;
    void run();
    void standStill(const Error &error);

    DeliveryQueue &m_queue;
    int m_batchSize;
    bool m_underWay = false;
    bool m_poked = false;
    bool m_reachedFence = false;
    int m_refusals = 0; ///< in a row
};

} // namespace signalbox
