#pragma once

#include "app/database/pg_handle.h"

#include <QObject>
#include <QSocketNotifier>
#include <QString>

namespace signalbox {

/// Hands on the notifications of a session: those that arrive while it is idle, and those that came in
/// together with the answer to a statement. Needs the event loop of the session's thread.
class NotificationListener : public QObject
{
    Q_OBJECT
public:
    /// The connection must outlive the listener.
    explicit NotificationListener(PGconn *connection);

    /// To be called after every statement: what libpq has read by then, no socket will announce.
    void takeArrived();

signals:
    /// Queued: never while a statement runs.
    void notified(const QString &channel, const QString &payload);

private:
    void readSocket();

    PGconn *m_connection;
    QSocketNotifier m_notifier;
};

} // namespace signalbox
