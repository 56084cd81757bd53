#include "app/database/table_locks.h"

#include "app/database/statement_splitter.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QSet>

namespace signalbox {

namespace {

// Well below deadlock_timeout (1 s): in a circle of waiting sessions it is we who give way. Four tables in
// turn keep producers for less than 250 ms.
constexpr int lockTimeoutMs = 40;
constexpr double firstPauseSeconds = 0.1;
constexpr double longestPauseSeconds = 2;
constexpr qint64 giveUpMs = 60'000;
constexpr qint64 tellAfterMs = 2'000;

QString actName()
{
    return QStringLiteral("lock the tables");
}

// Names that follow words which need the table for themselves.
QSet<QString> namesIn(const QByteArray &script)
{
    static const QRegularExpression harmless(
        QStringLiteral("^(CREATE (OR REPLACE )?(FUNCTION|VIEW)|COMMENT|INSERT|SELECT"
                       "|UPDATE|GRANT|REVOKE|SET) "),
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression named(
        QStringLiteral(
            "\\b(?:(?:ALTER|DROP)\\s+TABLE(?:\\s+IF\\s+EXISTS)?(?:\\s+ONLY)?|ON|REFERENCES)\\s+(\\w+)"),
        QRegularExpression::CaseInsensitiveOption);
    QSet<QString> names;
    const QList<Statement> statements = splitStatements(QString::fromUtf8(script));
    for (const Statement &statement : statements) {
        if (harmless.match(statement.text).hasMatch())
            continue;
        auto matches = named.globalMatch(statement.text);
        while (matches.hasNext())
            names.insert(matches.next().captured(1).toLower());
    }
    return names;
}

// "process 4711 (app) holds webhook_jobs", or nothing when it is over meanwhile.
QString holders(PgConnection &connection, const QStringList &tables)
{
    const auto rows = connection.query(QStringLiteral(R"(
SELECT string_agg(DISTINCT format('process %s (%s) holds %s', held.pid,
                                  coalesce(nullif(session.application_name, ''), session.usename::text, ''),
                                  held.relation::regclass), ', ')
FROM pg_locks held
LEFT JOIN pg_stat_activity session ON session.pid = held.pid
WHERE held.locktype = 'relation' AND held.granted AND held.pid <> pg_backend_pid()
  AND held.relation = ANY (string_to_array(:tables::text, ',')::regclass[]))"),
                                       {{QStringLiteral(":tables"), tables.join(',')}}, actName());
    if (!rows || rows->constFirst().value(0).isNull())
        return QStringLiteral("another session holds them");
    return rows->constFirst().value(0).toString();
}

Result<Transaction> tryOnce(PgConnection &connection, const QStringList &tables)
{
    auto transaction = Transaction::begin(connection);
    if (!transaction || tables.isEmpty())
        return transaction;
    const QString sql =
        QStringLiteral("SET LOCAL lock_timeout = '%1ms'; LOCK TABLE %2 IN ACCESS EXCLUSIVE MODE;"
                       " SET LOCAL lock_timeout = '5s'")
            .arg(lockTimeoutMs)
            .arg(tables.join(QStringLiteral(", ")));
    if (Done locked = connection.executeRaw(sql, actName()); !locked)
        return fail(std::move(locked.error()));
    return transaction;
}

bool isBusy(const Error &error)
{
    return error.sqlState == QLatin1String("55P03") || error.sqlState == QLatin1String("40P01");
}

} // namespace

Result<QStringList> tablesToLock(PgConnection &connection, const QList<QByteArray> &scripts)
{
    QSet<QString> names;
    for (const QByteArray &script : scripts)
        names.unite(namesIn(script));
    const auto rows = connection.query(QStringLiteral(R"(
SELECT format('%I.%I', namespace.nspname, relation.relname)
FROM pg_class relation
JOIN pg_namespace namespace ON namespace.oid = relation.relnamespace AND namespace.nspname = current_schema()
WHERE relation.relkind IN ('r', 'p') AND relation.relname = ANY (string_to_array(:names::text, ','))
ORDER BY coalesce(array_position(ARRAY['webhook_deliveries', 'webhook_jobs', 'webhook_endpoints', 'events', 'event_streams',
                                       'event_snapshots'], relation.relname::text), 7), relation.relname)"),
                                       {{QStringLiteral(":names"), names.values().join(',')}}, actName());
    if (!rows)
        return fail(rows.error());
    QStringList tables;
    for (const QSqlRecord &row : *rows)
        tables << row.value(0).toString();
    return tables;
}

Result<Transaction> beginWithLocks(PgConnection &connection, const QList<QByteArray> &scripts,
                                   const std::function<void(QString)> &progress)
{
    const auto tables = tablesToLock(connection, scripts);
    if (!tables)
        return fail(tables.error());
    QElapsedTimer clock;
    clock.start();
    double pause = firstPauseSeconds;
    for (bool isTold = false;;) {
        auto transaction = tryOnce(connection, *tables);
        if (transaction || !isBusy(transaction.error()))
            return transaction;
        if (clock.hasExpired(giveUpMs))
            return fail(Error{Error::Kind::Failed, actName(), holders(connection, *tables),
                              QStringLiteral("try again when it is done"), QStringLiteral("55P03"), -1});
        if (!isTold && clock.hasExpired(tellAfterMs)) {
            progress(QStringLiteral("Waiting: %1 …").arg(holders(connection, *tables)));
            isTold = true;
        }
        if (const auto paused =
                connection.query(QStringLiteral("SELECT pg_sleep(:pause::float8 * (0.5 + random()))"),
                                 {{QStringLiteral(":pause"), pause}}, actName());
            !paused)
            return fail(paused.error());
        pause = qMin(longestPauseSeconds, pause * 1.5);
    }
}

} // namespace signalbox
