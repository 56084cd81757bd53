#include "app/database/migrator_script.h"

#include "app/database/partitioned_statements.h"
#include "app/database/statement_splitter.h"

#include <QRegularExpression>

namespace signalbox {

namespace {

// Where a line of the statement is said, it follows the message as "LINE 2: text ^", in the server's
// language.
Error located(Error error, const QString &fileName, const Statement &statement)
{
    static const QRegularExpression position(QStringLiteral("^(.*?)\\s\\p{Lu}+\\s(\\d+):\\s.*?\\^(.*)$"),
                                             QRegularExpression::DotMatchesEverythingOption |
                                                 QRegularExpression::UseUnicodePropertiesOption);
    int line = statement.line;
    const auto match = position.match(error.why);
    if (match.hasMatch()) {
        line += match.captured(2).toInt() - 1;
        error.why = match.captured(1) + match.captured(3);
    }
    error.what = QStringLiteral("%1, line %2").arg(fileName).arg(line);
    if (error.sqlState == QLatin1String("55P03"))
        error.hint = QStringLiteral("another session holds the table; try again when it is done");
    return error;
}

Done runStatement(PgConnection &connection, const QString &fileName, const Statement &statement)
{
    const auto onPartitions = runOnPartitions(connection, statement.text, fileName);
    if (!onPartitions)
        return fail(located(onPartitions.error(), fileName, statement));
    if (*onPartitions)
        return {};
    Done done = connection.executeRaw(statement.text, fileName);
    if (!done)
        return fail(located(std::move(done.error()), fileName, statement));
    return {};
}

// The name of the index that a CREATE INDEX CONCURRENTLY makes, or empty.
QString indexNameOf(const QString &statement)
{
    static const QRegularExpression pattern(
        QStringLiteral(
            "^CREATE\\s+(?:UNIQUE\\s+)?INDEX\\s+CONCURRENTLY\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?(\\w+)\\s+ON\\s"),
        QRegularExpression::CaseInsensitiveOption);
    return pattern.match(statement).captured(1).toLower();
}

// The quoted name of the index with its schema when it is there and INVALID, else empty. That of a
// partitioned table is invalid until each partition has its own, and kept.
Result<QString> invalidIndex(PgConnection &connection, const QString &name)
{
    const auto rows = connection.query(
        QStringLiteral("SELECT format('%I.%I', current_schema(), relation.relname)"
                       " FROM pg_class relation JOIN pg_index state ON state.indexrelid = relation.oid"
                       " AND relation.relkind = 'i'"
                       " JOIN pg_namespace namespace ON namespace.oid = relation.relnamespace"
                       " WHERE namespace.nspname = current_schema() AND relation.relname = :name::text"
                       " AND NOT state.indisvalid"),
        {{QStringLiteral(":name"), name}}, QStringLiteral("look for index ") + name);
    if (!rows)
        return fail(rows.error());
    return rows->isEmpty() ? QString() : rows->constFirst().value(0).toString();
}

QList<Statement> statementsOf(const QByteArray &sql)
{
    return splitStatements(QString::fromUtf8(sql));
}

} // namespace

Done runScript(PgConnection &connection, const QString &fileName, const QByteArray &sql)
{
    for (const Statement &statement : statementsOf(sql)) {
        if (Done done = runStatement(connection, fileName, statement); !done)
            return done;
    }
    return {};
}

Done runWithoutTransaction(PgConnection &connection, const MigrationFile &file)
{
    const QList<Statement> statements = statementsOf(file.sql);
    if (statements.size() != 1) {
        return fail(file.fileName,
                    QStringLiteral("a file without transaction holds one statement, this one has %1")
                        .arg(statements.size()));
    }
    const auto leftover = invalidIndex(connection, indexNameOf(statements.constFirst().text));
    if (!leftover)
        return fail(leftover.error());
    if (!leftover->isEmpty()) {
        if (Done dropped =
                connection.executeRaw(QStringLiteral("DROP INDEX CONCURRENTLY ") + *leftover, file.fileName);
            !dropped)
            return dropped;
    }
    return runStatement(connection, file.fileName, statements.constFirst());
}

Done dropLeftover(PgConnection &connection, const MigrationFile &file)
{
    const QList<Statement> statements = statementsOf(file.sql);
    const auto leftover = invalidIndex(connection, indexNameOf(statements.value(0).text));
    if (!leftover)
        return fail(leftover.error());
    if (leftover->isEmpty())
        return {};
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(std::move(transaction.error()));
    const QString sql = QStringLiteral("SET LOCAL lock_timeout = '5s'; DROP INDEX ") + *leftover;
    if (Done dropped = connection.executeRaw(sql, file.fileName); !dropped)
        return dropped;
    return transaction->commit();
}

} // namespace signalbox
