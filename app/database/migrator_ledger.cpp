#include "app/database/migrator_ledger.h"

#include <algorithm>

namespace signalbox {

namespace {

QString sqlxTable()
{
    return QStringLiteral("_sqlx_migrations");
}

QString ownTable()
{
    return QStringLiteral("signalbox_migrations");
}

QString actName()
{
    return QStringLiteral("migration ledger");
}

Result<QList<LedgerRow>> readTable(PgConnection &connection, const QString &qualifiedName,
                                   const QString &table)
{
    const auto rows = connection.query(
        QStringLiteral(
            "SELECT version, description, installed_on, success, encode(checksum, 'hex'), execution_time"
            " FROM %1 ORDER BY version")
            .arg(qualifiedName),
        {}, actName());
    if (!rows)
        return fail(rows.error());
    QList<LedgerRow> result;
    for (const QSqlRecord &row : *rows)
        result.append(ledgerRow(row, table));
    return result;
}

} // namespace

QString MigrationLedger::qualified(const QString &table) const
{
    return m_schema + '.' + table;
}

Result<MigrationLedger> MigrationLedger::read(PgConnection &connection, const QList<MigrationFile> &files)
{
    const auto schema = connection.query(
        QStringLiteral("SELECT quote_ident(current_schema()),"
                       " to_regclass(quote_ident(current_schema()) || '._sqlx_migrations') IS NOT NULL,"
                       " to_regclass(quote_ident(current_schema()) || '.signalbox_migrations') IS NOT NULL"),
        {}, actName());
    if (!schema)
        return fail(schema.error());
    const QSqlRecord &found = schema->constFirst();
    if (found.value(0).isNull()) {
        return fail(Error::Kind::Refused, actName(),
                    QStringLiteral("the search path names no schema that exists"),
                    QStringLiteral("create the schema or set search_path"));
    }
    MigrationLedger ledger;
    ledger.m_schema = found.value(0).toString();
    bool shared = true;
    if (found.value(1).toBool()) {
        auto rows = readTable(connection, ledger.qualified(sqlxTable()), sqlxTable());
        if (!rows)
            return fail(std::move(rows.error()));
        shared = isShared(*rows, files);
        ledger.m_rows += *rows;
    }
    const bool hasOwn = found.value(2).toBool();
    if (hasOwn) {
        auto rows = readTable(connection, ledger.qualified(ownTable()), ownTable());
        if (!rows)
            return fail(std::move(rows.error()));
        ledger.m_rows += *rows;
    }
    ledger.m_writable = shared && !hasOwn ? sqlxTable() : ownTable();
    return ledger;
}

const LedgerRow *MigrationLedger::rowOf(const MigrationFile &file) const
{
    return findRowOf(m_rows, file);
}

const LedgerRow *MigrationLedger::writableRowOf(const MigrationFile &file) const
{
    const auto row = std::find_if(m_rows.begin(), m_rows.end(), [this, &file](const LedgerRow &each) {
        return each.isOf(file) && each.table == m_writable;
    });
    return row == m_rows.end() ? nullptr : &*row;
}

const LedgerRow *MigrationLedger::differingRowOf(const MigrationFile &file) const
{
    return findDifferingRowOf(m_rows, file);
}

Done MigrationLedger::refuseUnfinished() const
{
    return signalbox::refuseUnfinished(m_rows);
}

Done MigrationLedger::ensureTable(PgConnection &connection) const
{
    return connection.executeRaw(QStringLiteral("CREATE TABLE IF NOT EXISTS %1 ("
                                                "version BIGINT PRIMARY KEY,"
                                                " description TEXT NOT NULL,"
                                                " installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),"
                                                " success BOOLEAN NOT NULL,"
                                                " checksum BYTEA NOT NULL,"
                                                " execution_time BIGINT NOT NULL)")
                                     .arg(qualified(m_writable)),
                                 actName());
}

Done MigrationLedger::add(PgConnection &connection, const MigrationFile &file, qint64 nanoseconds) const
{
    const auto added = connection.execute(
        QStringLiteral("INSERT INTO %1 (version, description, success, checksum, execution_time)"
                       " VALUES (:version::bigint, :description::text, true, decode(:checksum::text, 'hex'),"
                       " :nanoseconds::bigint)")
            .arg(qualified(m_writable)),
        {{QStringLiteral(":version"), file.version},
         {QStringLiteral(":description"), file.description},
         {QStringLiteral(":checksum"), QString::fromLatin1(file.checksum.toHex())},
         {QStringLiteral(":nanoseconds"), nanoseconds}},
        actName());
    if (!added)
        return fail(added.error());
    return {};
}

Done MigrationLedger::remove(PgConnection &connection, qint64 version) const
{
    const auto removed = connection.execute(
        QStringLiteral("DELETE FROM %1 WHERE version = :version::bigint").arg(qualified(m_writable)),
        {{QStringLiteral(":version"), version}}, actName());
    if (!removed)
        return fail(removed.error());
    return {};
}

} // namespace signalbox
