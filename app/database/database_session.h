#pragma once

#include "app/core/console.h"
#include "app/database/pg_connection.h"
#include "app/database/session_socket.h"

#include <QObject>
#include <QStringList>
#include <QTimer>

#include <memory>

namespace signalbox {

/// The connection of a DatabaseWorker and its reconnecting; lives on the worker's thread and is used there
/// only.
class DatabaseSession : public QObject
{
    Q_OBJECT
public:
    explicit DatabaseSession(QObject *parent = nullptr);
    ~DatabaseSession() override;

    void setTarget(const ConnectionSettings &settings, const SessionOptions &options,
                   const QStringList &channels);
    void clearTarget();
    void retryNow();
    /// Hands the connection to `act`, or the reason why there is none; notices afterwards when it broke.
    void perform(const std::function<void(Result<PgConnection *>)> &act);
    /// To be asked for before the session's thread runs; outlives the session.
    std::shared_ptr<SessionSocket> socket() const { return m_socket; }

signals:
    void connected(bool isReplica);
    /// Of a replica, in place of the notifications that it cannot listen to.
    void replicaRead(const signalbox::ReplicaState &state);
    void connectionLost(const signalbox::Error &error, int retryInMs);
    void refused(const signalbox::Error &error);
    void notified(const QString &channel, const QString &payload);

private:
    void connectNow();
    Done watch();
    void readReplica();
    void scheduleRetry(const Error &error);
    void setConnection(std::unique_ptr<PgConnection> connection);

    ConnectionSettings m_settings;
    SessionOptions m_options;
    QStringList m_channels;
    std::unique_ptr<PgConnection> m_connection; ///< see setConnection
    const std::shared_ptr<SessionSocket> m_socket = std::make_shared<SessionSocket>();
    std::unique_ptr<QObject> m_listener; ///< context of the notification callbacks of this connection
    QTimer m_retry;
    QTimer m_probe;   ///< notices a connection that died while idle
    QTimer m_replica; ///< asks a replica what it would not notify
    int m_backOffMs = 0;
    bool m_hasTarget = false;
    Error m_reason;
};

} // namespace signalbox
