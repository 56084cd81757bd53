#include "app/delivery/delivery_service.h"

#include "app/core/carry.h"

namespace signalbox {

DeliveryService::DeliveryService(DeliveryQueue &queue, const DispatcherOptions &options,
                                 DispatcherParts parts, QObject *parent)
    : DeliveryControl(parent)
    , m_dispatcher(new Dispatcher(queue, std::move(parts), options))
{
    qRegisterMetaType<Error>();
    qRegisterMetaType<WorkerStatus>();
    qRegisterMetaType<WorkerReport>();
    qRegisterMetaType<LogEvent>();
    m_thread.setObjectName(QStringLiteral("dispatcher"));
    m_dispatcher->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_dispatcher, &QObject::deleteLater);
    connect(m_dispatcher, &Dispatcher::statusChanged, this, [this](const WorkerStatus &status) {
        m_status = status;
        emit statusChanged(status);
    });
    connect(m_dispatcher, &Dispatcher::reported, this, [this](const WorkerReport &report) {
        m_report = report;
        emit reported(report);
    });
    connect(m_dispatcher, &Dispatcher::logged, this, &DeliveryService::logged);
    connect(m_dispatcher, &Dispatcher::idle, this, &DeliveryService::idle);
    connect(m_dispatcher, &Dispatcher::gaveUp, this, &DeliveryService::gaveUp);
    m_thread.start();
}

DeliveryService::~DeliveryService()
{
    m_thread.quit();
    m_thread.wait();
}

void DeliveryService::startWorker()
{
    QMetaObject::invokeMethod(m_dispatcher, &Dispatcher::start, Qt::QueuedConnection);
}

void DeliveryService::stopWorker()
{
    QMetaObject::invokeMethod(m_dispatcher, &Dispatcher::drain, Qt::QueuedConnection);
}

void DeliveryService::ping(QObject *context, std::function<void()> answer)
{
    const auto deliver =
        carryTo<bool>(context, [answer = std::move(answer)](const Result<bool> &) { answer(); });
    QMetaObject::invokeMethod(
        m_dispatcher, [deliver] { deliver(true); }, Qt::QueuedConnection);
}

void DeliveryService::setConcurrency(int concurrency)
{
    QMetaObject::invokeMethod(
        m_dispatcher, [dispatcher = m_dispatcher, concurrency] { dispatcher->setConcurrency(concurrency); },
        Qt::QueuedConnection);
}

void DeliveryService::setDrainMs(int drainMs)
{
    QMetaObject::invokeMethod(
        m_dispatcher, [dispatcher = m_dispatcher, drainMs] { dispatcher->setDrainMs(drainMs); },
        Qt::QueuedConnection);
}

void DeliveryService::setProxy(const Proxy &proxy)
{
    QMetaObject::invokeMethod(
        m_dispatcher, [dispatcher = m_dispatcher, proxy] { dispatcher->setProxy(proxy); },
        Qt::QueuedConnection);
}

void DeliveryService::sendTest(const QString &endpointId, QObject *context, Reply<AttemptRecord> reply)
{
    QMetaObject::invokeMethod(
        m_dispatcher,
        [dispatcher = m_dispatcher, endpointId, deliver = carryTo<AttemptRecord>(context, std::move(reply))] {
            dispatcher->sendTest(endpointId, deliver);
        },
        Qt::QueuedConnection);
}

} // namespace signalbox
