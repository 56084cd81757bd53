#include "app/delivery/fan_out_loop.h"

namespace signalbox {

FanOutLoop::FanOutLoop(DeliveryQueue &queue, int batchSize, QObject *parent)
    : QObject(parent)
    , m_queue(queue)
    , m_batchSize(batchSize)
{
}

void FanOutLoop::poke()
{
    m_poked = true;
    if (!m_underWay)
        run();
}

void FanOutLoop::run()
{
    m_underWay = true;
    m_poked = false;
    m_queue.fanOut(m_batchSize, this, [this](const Result<FanOutResult> &result) {
        m_underWay = false;
        m_reachedFence = result && result->reachedFence;
        if (!result) {
            emit failed(result.error());
            return;
        }
        if (!m_reachedFence || m_poked)
            run();
        emit passed(*result);
    });
}

} // namespace signalbox
