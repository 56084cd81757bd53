#include "app/database/notification_listener.h"

#include <memory>

namespace signalbox {

namespace {

struct FreeNotification
{
    void operator()(PGnotify *notification) const { PQfreemem(notification); }
};

} // namespace

NotificationListener::NotificationListener(PGconn *connection)
    : m_connection(connection)
    , m_notifier(PQsocket(connection), QSocketNotifier::Read)
{
    connect(&m_notifier, &QSocketNotifier::activated, this, &NotificationListener::readSocket);
}

void NotificationListener::readSocket()
{
    // A connection that ended stays readable for ever; the next statement says that it is gone.
    if (PQconsumeInput(m_connection) == 0 || PQstatus(m_connection) != CONNECTION_OK)
        m_notifier.setEnabled(false);
    takeArrived();
}

void NotificationListener::takeArrived()
{
    while (const auto arrived = std::unique_ptr<PGnotify, FreeNotification>(PQnotifies(m_connection))) {
        QMetaObject::invokeMethod(
            this,
            [this, channel = QString::fromUtf8(arrived->relname),
             payload = QString::fromUtf8(arrived->extra)] { emit notified(channel, payload); },
            Qt::QueuedConnection);
    }
}

} // namespace signalbox
