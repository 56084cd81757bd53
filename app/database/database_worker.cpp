#include "app/database/database_worker.h"

#include "app/database/database_session.h"

namespace signalbox {

DatabaseWorker::DatabaseWorker(const QString &name, int patienceMs, QObject *parent)
    : QObject(parent)
    , m_session(new DatabaseSession)
    , m_socket(m_session->socket())
    , m_patienceMs(patienceMs)
{
    qRegisterMetaType<Error>();
    qRegisterMetaType<ReplicaState>();
    m_thread.setObjectName(name);
    m_session->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_session, &QObject::deleteLater);
    connect(m_session, &DatabaseSession::connected, this, &DatabaseWorker::connected);
    connect(m_session, &DatabaseSession::replicaRead, this, &DatabaseWorker::replicaRead);
    connect(m_session, &DatabaseSession::connectionLost, this, &DatabaseWorker::connectionLost);
    connect(m_session, &DatabaseSession::refused, this, &DatabaseWorker::refused);
    connect(m_session, &DatabaseSession::notified, this, &DatabaseWorker::notified);
    m_thread.start();
}

DatabaseWorker::~DatabaseWorker()
{
    m_thread.quit();
    // statement_timeout is the server's: one that hangs, or a network that fell silent, would keep the thread
    // in libpq, and the program with it.
    if (m_thread.wait(m_patienceMs))
        return;
    m_socket->cut();
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
