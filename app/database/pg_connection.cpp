#include "app/database/pg_connection.h"

#include <QRegularExpression>
#include <QSqlDriver>
#include <QSqlError>
#include <QUuid>

namespace signalbox {

namespace {

// SQLSTATE classes after which the session is gone: 08 connection exceptions, 57P01..57P03 shutdown and
// crash.
bool meansLostSession(const QString &sqlState)
{
    return sqlState.startsWith("08") || sqlState == "57P01" || sqlState == "57P02" || sqlState == "57P03";
}

Error::Kind kindOf(const QString &sqlState)
{
    if (meansLostSession(sqlState))
        return Error::Kind::Unavailable;
    if (sqlState == "23505" || sqlState == "40001" || sqlState == "40P01")
        return Error::Kind::Conflict;
    if (sqlState == "25006" || sqlState == "42501")
        return Error::Kind::Refused;
    return Error::Kind::Failed;
}

// 0A000: the columns changed under a prepared statement; 26000: it is gone. After any other error it is kept:
// freeing it in an aborted transaction fails and leaks it.
bool needsPreparingAgain(const QString &sqlState)
{
    return sqlState == "0A000" || sqlState == "26000";
}

// Whether the server's excerpt of the statement ("LINE 1: ...") stays in a message. The driver writes bound
// values into the statement it sends, so an excerpt of that may show a secret.
enum class Excerpt { Keep, Drop };

// The server's own sentence: the driver wraps it in its own and appends the SQLSTATE.
QString serverMessage(const QSqlError &error, Excerpt excerpt)
{
    QString text = error.databaseText().trimmed();
    if (text.isEmpty())
        text = error.driverText().trimmed();
    for (const char *prefix : {"ERROR:", "FATAL:", "PANIC:"}) {
        if (text.startsWith(QLatin1String(prefix)))
            text = text.mid(int(qstrlen(prefix))).trimmed();
    }
    if (excerpt == Excerpt::Drop) {
        static const QRegularExpression line(QStringLiteral("\\nLINE \\d+: [^\\n]*\\n *\\^"));
        text.remove(line);
    }
    const qsizetype state = text.lastIndexOf(QLatin1String("\n("));
    if (state > 0 && text.endsWith(')'))
        text.truncate(state);
    return text.simplified();
}

QString quoteOption(QString value)
{
    return value.replace('\\', "\\\\").replace(' ', "\\ ");
}

// The startup "options" of a session, in libpq's syntax.
QString startupOptions(const SessionOptions &options)
{
    // Notices ("does not exist, skipping") would go to stderr, where commands speak to their user.
    QStringList settings{"-c timezone=UTC", "-c client_min_messages=warning"};
    if (options.plans == Plans::Fresh)
        settings << "-c plan_cache_mode=force_custom_plan";
    else
        settings << "-c plan_cache_mode=force_generic_plan"
                 << "-c enable_seqscan=off"
                 << "-c enable_bitmapscan=off"
                 << "-c enable_hashjoin=off"
                 << "-c enable_mergejoin=off"
                 << "-c jit=off";
    if (options.access == Access::ReadOnly)
        settings << "-c default_transaction_read_only=on";
    if (options.statementTimeoutMs > 0)
        settings << QStringLiteral("-c statement_timeout=%1").arg(options.statementTimeoutMs);
    return settings.join(' ');
}

QString poolerHint()
{
    return QStringLiteral("Signalbox needs a direct or session-pooled connection");
}

} // namespace

PgConnection::PgConnection(QString name, ConnectionSettings settings)
    : m_name(std::move(name))
    , m_settings(std::move(settings))
{
}

PgConnection::~PgConnection()
{
    // Queries must be gone before the connection is removed, or the driver warns and leaks it.
    m_prepared.clear();
    {
        QSqlDatabase handle = database();
        handle.close();
    }
    QSqlDatabase::removeDatabase(m_name);
}

QSqlDatabase PgConnection::database() const
{
    return QSqlDatabase::database(m_name, false);
}

Result<std::unique_ptr<PgConnection>> PgConnection::open(const ConnectionSettings &settings,
                                                         const SessionOptions &options)
{
    const QString name = QUuid::createUuid().toString(QUuid::WithoutBraces);
    std::unique_ptr<PgConnection> connection(new PgConnection(name, settings));
    QSqlDatabase handle = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), name);
    handle.setHostName(settings.host);
    if (settings.port > 0)
        handle.setPort(settings.port);
    handle.setDatabaseName(settings.database);
    handle.setUserName(settings.user);
    handle.setPassword(settings.password.reveal());
    handle.setNumericalPrecisionPolicy(QSql::HighPrecision);

    QString startup = startupOptions(options);
    QStringList connectOptions;
    for (const QString &pair : settings.extraOptions.split(';', Qt::SkipEmptyParts)) {
        if (pair.startsWith(QLatin1String("options=")))
            startup = pair.mid(8) + ' ' + startup;
        else
            connectOptions << pair;
    }
    if (!settings.sslMode.isEmpty())
        connectOptions << "sslmode=" + settings.sslMode;
    // A network that falls silent must not hold the session until the kernel gives up, a quarter of an hour
    // later. Means nothing on a Unix socket.
    connectOptions = QStringList{"keepalives_idle=10", "keepalives_interval=5", "keepalives_count=4",
                                 "tcp_user_timeout=30000"} +
                     connectOptions;
    connectOptions << QStringLiteral("connect_timeout=%1").arg(qMax(2, settings.connectTimeoutSeconds))
                   << "application_name=" + quoteOption(options.applicationName)
                   << "options='" + startup.replace('\'', "\\'") + '\'';
    handle.setConnectOptions(connectOptions.join(';'));
    if (!handle.open()) {
        Error error =
            connection->errorOf(handle.lastError(), QStringLiteral("connect to ") + settings.label());
        error.kind = Error::Kind::Unavailable;
        if (error.why.contains(QLatin1String("unsupported startup parameter")))
            error.hint = poolerHint();
        return fail(std::move(error));
    }
    if (Done verified = connection->verifySession(options); !verified)
        return fail(std::move(verified.error()));
    return connection;
}

Done PgConnection::verifySession(const SessionOptions &options)
{
    const QString sql =
        QStringLiteral("SELECT pg_backend_pid(), current_setting('default_transaction_read_only'), "
                       "current_setting('timezone')");
    const auto first = query(sql, {}, QStringLiteral("check the session"));
    if (!first)
        return fail(first.error());
    const auto second = query(sql, {}, QStringLiteral("check the session"));
    if (!second)
        return fail(second.error());
    const QSqlRecord &row = first->constFirst();
    m_backendPid = row.value(0).toInt();
    const bool optionsHonoured =
        row.value(2).toString() == QLatin1String("UTC") &&
        (options.access == Access::ReadWrite || row.value(1).toString() == QLatin1String("on"));
    if (!optionsHonoured || second->constFirst().value(0).toInt() != m_backendPid) {
        return fail(Error::Kind::Refused, QStringLiteral("connect to ") + m_settings.label(),
                    QStringLiteral("the server, or a pooler before it, does not keep session settings"),
                    poolerHint());
    }
    return {};
}

Error PgConnection::errorOf(const QSqlError &error, const QString &what, bool hasValues)
{
    Error result;
    result.sqlState = error.nativeErrorCode();
    const QString message = serverMessage(error, hasValues ? Excerpt::Drop : Excerpt::Keep);
    // The driver knows that a session ended even where it reports an error without a word: when the end was
    // read together with notifications, or the backend was killed. And the server's own errors have a
    // SQLSTATE: one without is libpq's, who lost the server, as the first after a crash.
    const bool isOfLibpq = result.sqlState.isEmpty() && !error.databaseText().isEmpty();
    const bool gone = error.type() == QSqlError::ConnectionError || meansLostSession(result.sqlState) ||
                      isOfLibpq || !database().driver()->isOpen();
    if (gone)
        m_alive = false;
    result.kind = gone ? Error::Kind::Unavailable : kindOf(result.sqlState);
    result.what = what;
    result.why = message.isEmpty() && gone ? QStringLiteral("the connection was lost") : message;
    return result;
}

Result<QSqlQuery *> PgConnection::run(const QString &sql, const Bindings &bindings, const QString &what)
{
    std::unique_ptr<QSqlQuery> &slot = m_prepared[sql.toStdString()];
    if (!slot) {
        auto prepared = std::make_unique<QSqlQuery>(database());
        prepared->setForwardOnly(true);
        if (!prepared->prepare(sql)) {
            Error error = errorOf(prepared->lastError(), what);
            m_prepared.erase(sql.toStdString());
            return fail(std::move(error));
        }
        slot = std::move(prepared);
    }
    for (const Binding &binding : bindings)
        slot->bindValue(binding.name, binding.value);
    if (!slot->exec()) {
        Error error = errorOf(slot->lastError(), what, true);
        if (needsPreparingAgain(error.sqlState))
            m_prepared.erase(sql.toStdString());
        return fail(std::move(error));
    }
    return slot.get();
}

Result<QList<QSqlRecord>> PgConnection::query(const QString &sql, const Bindings &bindings,
                                              const QString &what)
{
    auto executed = run(sql, bindings, what);
    if (!executed)
        return fail(std::move(executed.error()));
    QSqlQuery &statement = **executed;
    QList<QSqlRecord> rows;
    // The driver puts a record together column by column at each call; its values alone differ.
    const QSqlRecord columns = statement.record();
    while (statement.next()) {
        QSqlRecord &row = rows.emplace_back(columns);
        for (int column = 0; column < columns.count(); ++column)
            row.setValue(column, statement.value(column));
    }
    if (statement.lastError().isValid())
        return fail(errorOf(statement.lastError(), what, true));
    statement.finish();
    return rows;
}

Result<qint64> PgConnection::execute(const QString &sql, const Bindings &bindings, const QString &what)
{
    auto executed = run(sql, bindings, what);
    if (!executed)
        return fail(std::move(executed.error()));
    const qint64 affected = (*executed)->numRowsAffected();
    (*executed)->finish();
    return affected;
}

Done PgConnection::executeRaw(const QString &sql, const QString &what)
{
    QSqlQuery statement(database());
    if (!statement.exec(sql))
        return fail(errorOf(statement.lastError(), what));
    // exec() answers for the first statement only; the others' errors come with their results.
    while (statement.nextResult()) {
        if (statement.lastError().isValid())
            return fail(errorOf(statement.lastError(), what));
    }
    if (statement.lastError().isValid())
        return fail(errorOf(statement.lastError(), what));
    return {};
}

Done PgConnection::begin()
{
    return executeRaw(QStringLiteral("BEGIN"), QStringLiteral("begin a transaction"));
}

Done PgConnection::commit()
{
    // COMMIT of an aborted transaction answers ROLLBACK without an error, so a failed statement must have
    // been seen before; every statement's result is checked for that reason.
    return executeRaw(QStringLiteral("COMMIT"), QStringLiteral("commit"));
}

void PgConnection::rollback()
{
    if (m_alive)
        (void)executeRaw(QStringLiteral("ROLLBACK"), QStringLiteral("roll back"));
}

Done PgConnection::listen(const QString &channel, QObject *context, std::function<void(QString)> callback)
{
    QSqlDriver *driver = database().driver();
    if (!driver->subscribeToNotification(channel))
        return fail(errorOf(driver->lastError(), QStringLiteral("listen to ") + channel));
    QObject::connect(driver, &QSqlDriver::notification, context,
                     [channel, callback = std::move(callback)](
                         const QString &name, QSqlDriver::NotificationSource, const QVariant &payload) {
                         if (name == channel)
                             callback(payload.toString());
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
