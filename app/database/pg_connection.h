#pragma once

#include "app/core/result.h"
#include "app/database/binding.h"
#include "app/database/connection_settings.h"
#include "app/database/session_options.h"

#include <QList>
#include <QObject>
#include <QSqlRecord>

#include <functional>
#include <memory>
#include <optional>

namespace signalbox {

/// One PostgreSQL session, over libpq. Belongs to the thread that opened it and closes itself there. Values
/// travel as parameters, never as part of a statement's text: the server writes that into its log and shows
/// it to other sessions. A statement that comes a second time is prepared; the most recent ones stay so.
class PgConnection
{
public:
    /// Errors as openSession's (session_opening.h).
    static Result<std::unique_ptr<PgConnection>> open(const ConnectionSettings &settings,
                                                      const SessionOptions &options = {});
    ~PgConnection();
    PgConnection(const PgConnection &) = delete;
    PgConnection &operator=(const PgConnection &) = delete;

    /// Runs one statement with named placeholders; rows as values. `what` names the act in errors.
    Result<QList<QSqlRecord>> query(const QString &sql, const Bindings &bindings = {},
                                    const QString &what = QStringLiteral("query"));
    /// As query, for statements without rows: the number of rows affected.
    Result<qint64> execute(const QString &sql, const Bindings &bindings = {},
                           const QString &what = QStringLiteral("statement"));
    /// Sends SQL as it stands, without preparing it: DDL, a whole script. Ends at the first statement that
    /// fails.
    Done executeRaw(const QString &sql, const QString &what = QStringLiteral("script"));

    Done begin();
    Done commit();
    void rollback();

    /// LISTEN; the callback needs a running event loop on this thread.
    Done listen(const QString &channel, QObject *context, std::function<void(QString payload)> callback);

    /// False once a statement failed because the session is gone, or because it was to write and the server
    /// became read-only: another session may find it otherwise.
    bool isAlive() const;
    int backendPid() const;
    /// Whether the server was a standby when the session was opened.
    bool isReplica() const;
    /// The session's socket, for SessionSocket.
    int socket() const;
    const ConnectionSettings &settings() const { return m_settings; }

private:
    struct Session;
    struct Rows;
    PgConnection(ConnectionSettings settings, std::unique_ptr<Session> session);
    Result<Rows> run(const QString &sql, const Bindings &bindings, const QString &what);
    Error noticed(Error error);

    ConnectionSettings m_settings;
    std::unique_ptr<Session> m_session; ///< what only libpq's users need to see
};

/// Rolls back unless committed.
class Transaction
{
public:
    static Result<Transaction> begin(PgConnection &connection);
    Transaction(Transaction &&other) noexcept
        : m_connection(std::exchange(other.m_connection, nullptr))
    {
    }
    Transaction(const Transaction &) = delete;
    ~Transaction();
    Done commit();

private:
    explicit Transaction(PgConnection &connection)
        : m_connection(&connection)
    {
    }
    PgConnection *m_connection;
};

} // namespace signalbox
