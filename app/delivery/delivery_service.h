#pragma once

#include "app/core/delivery_control.h"
#include "app/delivery/dispatcher.h"

#include <QThread>

namespace signalbox {

/// The delivery worker as the window and the commands hold it: owns the thread and the dispatcher on it.
/// Lives on the thread that made it. Destroying it cuts what is in flight, whose leases then run out:
/// stopWorker() first, and wait for the state Stopped.
class DeliveryService final : public DeliveryControl
{
    Q_OBJECT
public:
    /// The queue must outlive the service.
    explicit DeliveryService(DeliveryQueue &queue, const DispatcherOptions &options = {},
                             DispatcherParts parts = DispatcherParts::system(), QObject *parent = nullptr);
    ~DeliveryService() override;

    const WorkerIdentity &identity() const { return m_dispatcher->identity(); }
    /// Answers from the dispatcher's event loop, on the context's thread: whether that loop still turns.
    void ping(QObject *context, std::function<void()> answer);
    void setConcurrency(int concurrency); ///< see Dispatcher
    void setDrainMs(int drainMs);         ///< see Dispatcher

    const WorkerReport &report() const { return m_report; }
    WorkerStatus status() const override { return m_status; }
    void startWorker() override;
    void stopWorker() override;
    /// The proxy of the database that is delivered from; none unless configured.
    void setProxy(const Proxy &proxy);
    void sendTest(const QString &endpointId, QObject *context, Reply<AttemptRecord> reply) override;

signals:
    void reported(const signalbox::WorkerReport &report); ///< see Dispatcher
    void logged(const signalbox::LogEvent &event);        ///< what belongs in the worker's log
    void idle();                                          ///< see Dispatcher
    void gaveUp(const signalbox::Error &error);           ///< see Dispatcher

private:
    QThread m_thread;
    Dispatcher *m_dispatcher; ///< lives on m_thread and is deleted there
    WorkerStatus m_status;
    WorkerReport m_report;
};

} // namespace signalbox
