#include "app/cli/worker_pulse.h"

#include "app/platform/service_manager.h"

namespace signalbox {

namespace {

constexpr qint64 askEveryMs = 1'000;

} // namespace

LoopPulse::LoopPulse(DeliveryService &service, QObject *parent)
    : QObject(parent)
    , m_service(service)
    , m_watchdogMs(serviceManager::watchdogMs())
    , m_timer(this)
{
    connect(&m_timer, &QTimer::timeout, this, &LoopPulse::ask);
    m_timer.start(int(qMin(askEveryMs, m_watchdogMs.value_or(4 * askEveryMs) / 4)));
}

void LoopPulse::ask()
{
    // One question at a time: a loop that hangs is not buried in them.
    if (std::exchange(m_isAsking, true))
        return;
    m_service.ping(this, [this] { heard(); });
}

void LoopPulse::heard()
{
    m_isAsking = false;
    // With a quarter between two questions, the second one past a quarter comes at half of what is granted.
    if (m_watchdogMs && (!m_toldSince.isValid() || m_toldSince.hasExpired(*m_watchdogMs / 3))) {
        serviceManager::alive();
        m_toldSince.start();
    }
    emit answered();
}

} // namespace signalbox
