#pragma once

#include "app/core/result.h"
#include "app/database/connection_settings.h"

#include <QList>
#include <QObject>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QSqlRecord>
#include <QVariant>

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace signalbox {

/// One bound value: {":limit", 200}. Lists and arrays travel as JSON text and are unpacked in SQL.
struct Binding
{
    QString name;
    QVariant value;
};
using Bindings = QList<Binding>;

/// How a session plans its statements.
enum class Plans {
    Fresh, ///< at each call, for the values at hand: what people filter by differs
    /// Once. For a worker's few statements, whose planning costs more than running them. They are written for
    /// one index each; made while a table is empty, such a plan must not be one that reads all of it.
    Kept
};

/// How a session is opened beyond where it goes.
struct SessionOptions
{
    Access access = Access::ReadWrite;
    Plans plans = Plans::Fresh;
    int statementTimeoutMs = 0; ///< 0: none
    QString applicationName = QStringLiteral("signalbox");
};

/// One PostgreSQL session over QPSQL. Belongs to the thread that opened it and closes itself there.
/// Statements are prepared once per text and kept. Session settings travel in the startup options, never by
/// SET (design §2.6), so a transaction pooler cannot leak them to others; a server that does not honour them
/// is refused.
class PgConnection
{
public:
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
    /// Sends SQL as it stands, without preparing it: DDL, a whole script. Every statement's result is
    /// checked.
    Done executeRaw(const QString &sql, const QString &what = QStringLiteral("script"));

    Done begin();
    Done commit();
    void rollback();

    /// LISTEN; `signal notified` needs a running event loop on this thread.
    Done listen(const QString &channel, QObject *context, std::function<void(QString payload)> callback);

    /// False once a statement failed because the session is gone.
    bool isAlive() const { return m_alive; }
    int backendPid() const { return m_backendPid; }
    const ConnectionSettings &settings() const { return m_settings; }
    /// The driver's handle, for what QSqlDatabase offers and this class does not. Same thread only.
    QSqlDatabase database() const;

private:
    explicit PgConnection(QString name, ConnectionSettings settings);
    Result<QSqlQuery *> run(const QString &sql, const Bindings &bindings, const QString &what);
    Done verifySession(const SessionOptions &options);
    Error errorOf(const class QSqlError &error, const QString &what, bool hasValues = false);

    QString m_name;
    ConnectionSettings m_settings;
    std::unordered_map<std::string, std::unique_ptr<QSqlQuery>> m_prepared;
    int m_backendPid = 0;
    bool m_alive = true;
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
