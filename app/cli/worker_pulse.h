#pragma once

#include "app/delivery/delivery_service.h"

#include <QElapsedTimer>
#include <QTimer>

namespace signalbox {

/// Asks the dispatcher's event loop again and again whether it still turns, and tells the service manager so
/// when it does. When that loop, or this one, hangs, the service manager hears nothing and starts the worker
/// again.
class LoopPulse : public QObject
{
    Q_OBJECT
public:
    explicit LoopPulse(DeliveryService &service, QObject *parent = nullptr);

signals:
    void answered();

private:
    void ask();
    void heard();

    DeliveryService &m_service;
    const std::optional<qint64> m_watchdogMs;
    QTimer m_timer;
    QElapsedTimer m_toldSince;
    bool m_isAsking = false;
};

} // namespace signalbox
