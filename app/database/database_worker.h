#pragma once

#include "app/core/carry.h"
#include "app/core/console.h"
#include "app/core/result.h"
#include "app/database/pg_connection.h"
#include "app/database/session_socket.h"

#include <QObject>
#include <QThread>

#include <functional>
#include <memory>

namespace signalbox {

class DatabaseSession;

/// A thread that owns one connection and runs acts on it, one after the other (design §2.2). A lost
/// connection is opened again with back-off (1 s doubling to 30 s, reset by success); acts that arrive
/// meanwhile are answered with Kind::Unavailable at once, so nobody waits on a dead server.
///
/// Members may be called from any thread; `run` from the thread of its context, where the reply arrives too.
class DatabaseWorker : public QObject
{
    Q_OBJECT
public:
    /// `patienceMs`: how long the destructor waits for an act.
    explicit DatabaseWorker(const QString &name, int patienceMs = 30'000, QObject *parent = nullptr);
    /// Finishes the act under way, or cuts its connection when it takes longer; drops the others.
    ~DatabaseWorker() override;

    /// Points the worker at a database and connects. `channels` are listened to after every (re)connect.
    void setTarget(const ConnectionSettings &settings, const SessionOptions &options,
                   const QStringList &channels = {});
    /// Closes the connection and stops reconnecting.
    void clearTarget();
    /// Ends the wait between two tries to connect.
    void retryNow();

    /// Queues an act; its reply is dropped when the context is gone by then.
    template <typename T>
    void run(std::function<Result<T>(PgConnection &)> act, QObject *context, Reply<T> reply)
    {
        post([act = std::move(act),
              deliver = carryTo<T>(context, std::move(reply))](Result<PgConnection *> connection) {
            deliver(connection ? act(**connection) : Result<T>(fail(connection.error())));
        });
    }

signals:
    void connected(bool isReplica);
    /// Every two seconds while the server is a standby, in place of notifications; only with channels.
    void replicaRead(const signalbox::ReplicaState &state);
    void connectionLost(const signalbox::Error &error, int retryInMs);
    /// The server is there but will not take us (password, pooler); no further try until retryNow or
    /// setTarget.
    void refused(const signalbox::Error &error);
    void notified(const QString &channel, const QString &payload);

private:
    using Act = std::function<void(Result<PgConnection *>)>;
    void post(Act act);

    QThread m_thread;
    DatabaseSession *m_session; ///< lives on m_thread and is deleted there
    std::shared_ptr<SessionSocket> m_socket;
    int m_patienceMs;
};

} // namespace signalbox
