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
        if (!result && result.error().kind == Error::Kind::Unavailable) {
            emit failed(result.error());
            return;
        }
        if (!result) {
            standStill(result.error());
            return;
        }
        m_refusals = 0;
        if (!m_reachedFence || m_poked)
            run();
        emit passed(*result);
    });
}

// The database answers and refuses: that is no lost database. The next poke tries again; who waits for the
// fence waits for a few of them.
void FanOutLoop::standStill(const Error &error)
{
    m_reachedFence = ++m_refusals >= patientRefusals;
    FanOutResult result;
    result.reachedFence = m_reachedFence;
    result.stopped = QStringLiteral("fan-out stands still: ") + error.line();
    emit passed(result);
}

} // namespace signalbox
