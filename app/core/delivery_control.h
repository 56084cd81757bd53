#pragma once

#include "app/core/delivery.h"
#include "app/core/result.h"

#include <QObject>
#include <QStringList>

namespace signalbox {

struct WorkerStatus
{
    enum class State { Stopped, Running, Draining };
    State state = State::Stopped;
    int inFlight = 0;
    double perSecond = 0; ///< attempts finished per second, over the last 5 s
    qint64 delivered = 0; ///< 2xx since start
    qint64 failed = 0;
    qint64 fannedOut = 0;  ///< jobs made from events since start
    qint64 unrecorded = 0; ///< attempts made and not on record yet
    /// What keeps it from delivering as it should, the gravest first: lost database, own trouble, what the
    /// database refuses, fan-out stopped.
    QStringList problems;
    QStringList remarks; ///< what keeps nobody else waiting: endpoints that ask for less
};

/// The switch of the delivery worker, as the window sees it. Lives on the GUI thread.
class DeliveryControl : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    virtual WorkerStatus status() const = 0;
    virtual void startWorker() = 0;
    virtual void stopWorker() = 0; ///< drains: at most 10 s, then leases are released
    /// Sends a test event at once, past disabled state and queue; recorded as a test (design §4).
    virtual void sendTest(const QString &endpointId, QObject *context, Reply<AttemptRecord> reply) = 0;
signals:
    void statusChanged(const signalbox::WorkerStatus &status);
};

} // namespace signalbox
