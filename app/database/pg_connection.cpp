#include "app/database/pg_connection.h"

#include "app/database/notification_listener.h"
#include "app/database/parameter_values.h"
#include "app/database/pg_error.h"
#include "app/database/result_rows.h"
#include "app/database/session_opening.h"
#include "app/database/statement_cache.h"

namespace signalbox {

namespace {

// More than a worker has, and what a console comes back to.
constexpr qsizetype rememberedStatements = 100;

// 0A000: the columns changed under a prepared statement; 26000: it is gone.
bool needsPreparingAgain(const QString &sqlState)
{
    return sqlState == "0A000" || sqlState == "26000";
}

} // namespace

struct PgConnection::Rows
{
    QList<QSqlRecord> records;
    qint64 affected = 0;
};

struct PgConnection::Session
{
    PgHandle handle;
    std::unique_ptr<NotificationListener> listener; ///< before the handle in going
    StatementCache statements{rememberedStatements};
    int preparedCount = 0;
    int backendPid = 0;
    bool isReplica = false;
    bool isAlive = true;

    bool send(StatementCache::Statement &statement, const ParameterValues &parameters);
    Result<Rows> collect(const QString &what);
    Done prepare(StatementCache::Statement &statement, const QString &what);
    Result<Rows> execute(StatementCache::Statement &statement, const ParameterValues &parameters,
                         const QString &what);
    void dropForgotten();
    void takeArrived() const
    {
        if (listener)
            listener->takeArrived();
    }
};

bool PgConnection::Session::send(StatementCache::Statement &statement, const ParameterValues &parameters)
{
    constexpr int textResults = 0;
    if (statement.name.isEmpty())
        return PQsendQueryParams(handle.get(), statement.numbered.text.constData(), parameters.count(),
                                 nullptr, parameters.values(), parameters.lengths(), parameters.formats(),
                                 textResults) == 1;
    return PQsendQueryPrepared(handle.get(), statement.name.constData(), parameters.count(),
                               parameters.values(), parameters.lengths(), parameters.formats(),
                               textResults) == 1;
}

// Row by row, so that a large answer is not held twice.
Result<PgConnection::Rows> PgConnection::Session::collect(const QString &what)
{
    PQsetSingleRowMode(handle.get());
    Rows rows;
    QSqlRecord columns;
    std::optional<Error> error;
    while (const PgResult result = PgResult(PQgetResult(handle.get()))) {
        if (!succeeded(result.get())) {
            error = errorOf(handle.get(), result.get(), what, Wording::Sentence);
            // What asks for data (COPY) would never end by itself.
            if (PQresultStatus(result.get()) != PGRES_FATAL_ERROR)
                break;
            continue;
        }
        if (columns.isEmpty())
            columns = columnsOf(result.get());
        appendRows(rows.records, columns, result.get());
        rows.affected = QByteArray(PQcmdTuples(result.get())).toLongLong();
    }
    if (error)
        return fail(std::move(*error));
    return rows;
}

Done PgConnection::Session::prepare(StatementCache::Statement &statement, const QString &what)
{
    const QByteArray name = "signalbox_" + QByteArray::number(++preparedCount);
    const PgResult prepared(
        PQprepare(handle.get(), name.constData(), statement.numbered.text.constData(), 0, nullptr));
    if (!succeeded(prepared.get()))
        return fail(errorOf(handle.get(), prepared.get(), what, Wording::Sentence));
    statement.name = name;
    return {};
}

Result<PgConnection::Rows> PgConnection::Session::execute(StatementCache::Statement &statement,
                                                          const ParameterValues &parameters,
                                                          const QString &what)
{
    // Most of what a console asks it asks once, in one round trip.
    if (++statement.uses > 1 && statement.name.isEmpty()) {
        if (Done prepared = prepare(statement, what); !prepared)
            return fail(std::move(prepared.error()));
    }
    const bool isAlone = PQtransactionStatus(handle.get()) == PQTRANS_IDLE;
    if (!send(statement, parameters))
        return fail(lossOf(handle.get(), what));
    auto rows = collect(what);
    if (rows || statement.name.isEmpty() || !needsPreparingAgain(rows.error().sqlState))
        return rows;
    statements.forgetPrepared(statement);
    if (!isAlone)
        return rows;
    // Nothing was done: as a plain statement it is looked at afresh.
    if (!send(statement, parameters))
        return fail(lossOf(handle.get(), what));
    return collect(what);
}

// Outside of transactions only: a DEALLOCATE that fails would end one.
void PgConnection::Session::dropForgotten()
{
    if (!statements.hasDropped() || PQtransactionStatus(handle.get()) != PQTRANS_IDLE)
        return;
    const QByteArrayList names = statements.takeDropped();
    for (const QByteArray &name : names)
        const PgResult ignored(PQexec(handle.get(), ("DEALLOCATE " + name).constData()));
}

PgConnection::PgConnection(ConnectionSettings settings, std::unique_ptr<Session> session)
    : m_settings(std::move(settings))
    , m_session(std::move(session))
{
}

PgConnection::~PgConnection() = default;

Result<std::unique_ptr<PgConnection>> PgConnection::open(const ConnectionSettings &settings,
                                                         const SessionOptions &options)
{
    auto opened = openSession(settings, options);
    if (!opened)
        return fail(std::move(opened.error()));
    auto session = std::make_unique<Session>();
    session->handle = std::move(opened->handle);
    session->backendPid = opened->backendPid;
    session->isReplica = opened->isReplica;
    return std::unique_ptr<PgConnection>(new PgConnection(settings, std::move(session)));
}

bool PgConnection::isAlive() const
{
    return m_session->isAlive;
}

int PgConnection::backendPid() const
{
    return m_session->backendPid;
}

bool PgConnection::isReplica() const
{
    return m_session->isReplica;
}

int PgConnection::socket() const
{
    return PQsocket(m_session->handle.get());
}

Error PgConnection::noticed(Error error)
{
    const bool mayWriteElsewhere = error.sqlState == "25006" && m_settings.access == Access::ReadWrite;
    if (error.kind == Error::Kind::Unavailable || mayWriteElsewhere)
        m_session->isAlive = false;
    return error;
}

Result<PgConnection::Rows> PgConnection::run(const QString &sql, const Bindings &bindings,
                                             const QString &what)
{
    m_session->dropForgotten();
    StatementCache::Statement &statement = m_session->statements.find(sql);
    const auto parameters = ParameterValues::of(statement.numbered.names, bindings);
    if (!parameters)
        return fail(Error::Kind::Failed, what, parameters.error().why);
    auto rows = m_session->execute(statement, *parameters, what);
    m_session->takeArrived();
    if (!rows)
        return fail(noticed(std::move(rows.error())));
    return rows;
}

Result<QList<QSqlRecord>> PgConnection::query(const QString &sql, const Bindings &bindings,
                                              const QString &what)
{
    auto rows = run(sql, bindings, what);
    if (!rows)
        return fail(std::move(rows.error()));
    return std::move(rows->records);
}

Result<qint64> PgConnection::execute(const QString &sql, const Bindings &bindings, const QString &what)
{
    const auto rows = run(sql, bindings, what);
    if (!rows)
        return fail(rows.error());
    return rows->affected;
}

Done PgConnection::executeRaw(const QString &sql, const QString &what)
{
    PGconn *const handle = m_session->handle.get();
    const PgResult result(PQexec(handle, sql.toUtf8().constData()));
    m_session->takeArrived();
    if (!succeeded(result.get()))
        return fail(noticed(errorOf(handle, result.get(), what, Wording::Whole)));
    return {};
}

Done PgConnection::begin()
{
    return executeRaw(QStringLiteral("BEGIN"), QStringLiteral("begin a transaction"));
}

Done PgConnection::commit()
{
    const QString what = QStringLiteral("commit");
    PGconn *const handle = m_session->handle.get();
    const PgResult result(PQexec(handle, "COMMIT"));
    m_session->takeArrived();
    if (!succeeded(result.get()))
        return fail(noticed(errorOf(handle, result.get(), what, Wording::Sentence)));
    // COMMIT of an aborted transaction answers ROLLBACK without an error.
    if (qstrcmp(PQcmdStatus(result.get()), "COMMIT") != 0)
        return fail(what, QStringLiteral("the transaction had failed before and was rolled back"));
    return {};
}

void PgConnection::rollback()
{
    if (isAlive())
        (void)executeRaw(QStringLiteral("ROLLBACK"), QStringLiteral("roll back"));
}

Done PgConnection::listen(const QString &channel, QObject *context, std::function<void(QString)> callback)
{
    const QString quoted = '"' + QString(channel).replace('"', QLatin1String("\"\"")) + '"';
    if (Done done = executeRaw(QStringLiteral("LISTEN ") + quoted, QStringLiteral("listen to ") + channel);
        !done)
        return done;
    if (!m_session->listener)
        m_session->listener = std::make_unique<NotificationListener>(m_session->handle.get());
    QObject::connect(m_session->listener.get(), &NotificationListener::notified, context,
                     [channel, callback = std::move(callback)](const QString &name, const QString &payload) {
                         if (name == channel)
                             callback(payload);
                     });
    return {};
}

Result<Transaction> Transaction::begin(PgConnection &connection)
{
    if (Done started = connection.begin(); !started)
        return fail(std::move(started.error()));
    return Transaction(connection);
}

Transaction::~Transaction()
{
    if (m_connection)
        m_connection->rollback();
}

Done Transaction::commit()
{
    PgConnection *connection = std::exchange(m_connection, nullptr);
    return connection->commit();
}

} // namespace signalbox
