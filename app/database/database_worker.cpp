#include "app/database/database_worker.h"

#include "app/database/database_session.h"

namespace signalbox {

DatabaseWorker::DatabaseWorker(const QString &name, QObject *parent)
    : QObject(parent)
    , m_session(new DatabaseSession)
{
    qRegisterMetaType<Error>();
    m_thread.setObjectName(name);
    m_session->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_session, &QObject::deleteLater);
    connect(m_session, &DatabaseSession::connected, this, &DatabaseWorker::connected);
    connect(m_session, &DatabaseSession::connectionLost, this, &DatabaseWorker::connectionLost);
    connect(m_session, &DatabaseSession::refused, this, &DatabaseWorker::refused);
    connect(m_session, &DatabaseSession::notified, this, &DatabaseWorker::notified);
    m_thread.start();
}

DatabaseWorker::~DatabaseWorker()
{
    m_thread.quit();
    m_thread.wait();
}

void DatabaseWorker::setTarget(const ConnectionSettings &settings, const SessionOptions &options,
                               const QStringList &channels)
{
    QMetaObject::invokeMethod(
        m_session,
        [session = m_session, settings, options, channels] {
            session->setTarget(settings, options, channels);
        },
        Qt::QueuedConnection);
}

void DatabaseWorker::clearTarget()
{
    QMetaObject::invokeMethod(m_session, &DatabaseSession::clearTarget, Qt::QueuedConnection);
}

void DatabaseWorker::retryNow()
{
    QMetaObject::invokeMethod(m_session, &DatabaseSession::retryNow, Qt::QueuedConnection);
}

void DatabaseWorker::post(Act act)
{
    QMetaObject::invokeMethod(
        m_session, [session = m_session, act = std::move(act)] { session->perform(act); },
        Qt::QueuedConnection);
}

} // namespace signalbox
