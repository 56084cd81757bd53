#include "app/database/partitioned_statements.h"

#include <QCryptographicHash>
#include <QRegularExpression>

#include <optional>

namespace signalbox {

namespace {

struct Relation
{
    QString quotedName; ///< with its schema
    QString name;
    bool isPartitioned = false;
};

// A CREATE INDEX in the parts that change from one relation to the next.
struct IndexStatement
{
    QString unique; ///< "UNIQUE " or empty
    QString name;
    QString definition; ///< what follows the table's name
};

Result<QList<Relation>> relations(PgConnection &connection, const QString &sql, const QString &name,
                                  const QString &what)
{
    const auto rows = connection.query(sql, {{QStringLiteral(":name"), name}}, what);
    if (!rows)
        return fail(rows.error());
    QList<Relation> found;
    for (const QSqlRecord &row : *rows)
        found.append({row.value(0).toString(), row.value(1).toString(), row.value(2).toBool()});
    return found;
}

Result<std::optional<Relation>> findPartitioned(PgConnection &connection, const QString &table,
                                                const QString &what)
{
    const auto found = relations(connection, QStringLiteral(R"(
SELECT format('%I.%I', namespace.nspname, relation.relname), relation.relname::text, true
FROM pg_class relation
JOIN pg_namespace namespace ON namespace.oid = relation.relnamespace
WHERE namespace.nspname = current_schema() AND relation.relkind = 'p' AND relation.relname = :name::text)"),
                                 table, what);
    if (!found)
        return fail(found.error());
    return found->isEmpty() ? std::nullopt : std::optional<Relation>(found->constFirst());
}

Result<QList<Relation>> partitionsOf(PgConnection &connection, const Relation &parent, const QString &what)
{
    return relations(connection, QStringLiteral(R"(
SELECT format('%I.%I', namespace.nspname, partition.relname), partition.relname::text, partition.relkind = 'p'
FROM pg_inherits inheritance
JOIN pg_class partition ON partition.oid = inheritance.inhrelid
JOIN pg_namespace namespace ON namespace.oid = partition.relnamespace
WHERE inheritance.inhparent = :name::regclass
ORDER BY partition.relname)"),
                     parent.quotedName, what);
}

QString schemaOf(const Relation &relation)
{
    return relation.quotedName.left(relation.quotedName.lastIndexOf('.'));
}

// A name that is the same at each run and fits PostgreSQL's 63 bytes.
QString indexNameFor(const Relation &partition, const QString &index)
{
    const QByteArray key = (partition.quotedName + ' ' + index).toUtf8();
    const QByteArray hash = QCryptographicHash::hash(key, QCryptographicHash::Sha256).toHex().left(12);
    return QStringLiteral("signalbox_") + QString::fromLatin1(hash);
}

Done dropInvalid(PgConnection &connection, const QString &quotedIndex, const QString &what)
{
    const auto rows = connection.query(QStringLiteral(R"(
SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(:name::text) AND NOT indisvalid)"),
                                       {{QStringLiteral(":name"), quotedIndex}}, what);
    if (!rows)
        return fail(rows.error());
    return rows->isEmpty()
               ? Done()
               : connection.executeRaw(QStringLiteral("DROP INDEX CONCURRENTLY ") + quotedIndex, what);
}

Done buildIndex(PgConnection &connection, const Relation &table, const IndexStatement &index,
                const QString &what);

// An index of the parent is valid once each partition has its own: so those come first, the parent's last but
// for the attaching.
Done buildPartitions(PgConnection &connection, const Relation &parent, const IndexStatement &index,
                     const QString &what)
{
    const auto partitions = partitionsOf(connection, parent, what);
    if (!partitions)
        return fail(partitions.error());
    for (const Relation &partition : *partitions) {
        IndexStatement own = index;
        own.name = indexNameFor(partition, index.name);
        if (Done built = buildIndex(connection, partition, own, what); !built)
            return built;
        const QString attach = QStringLiteral("ALTER INDEX %1.%2 ATTACH PARTITION %3.%4")
                                   .arg(schemaOf(parent), index.name, schemaOf(partition), own.name);
        if (Done attached = connection.executeRaw(attach, what); !attached)
            return attached;
    }
    return {};
}

Done buildIndex(PgConnection &connection, const Relation &table, const IndexStatement &index,
                const QString &what)
{
    const QString quotedIndex = schemaOf(table) + '.' + index.name;
    if (!table.isPartitioned) {
        if (Done dropped = dropInvalid(connection, quotedIndex, what); !dropped)
            return dropped;
        return connection.executeRaw(QStringLiteral("CREATE %1INDEX CONCURRENTLY IF NOT EXISTS %2 ON %3 %4")
                                         .arg(index.unique, index.name, table.quotedName, index.definition),
                                     what);
    }
    const QString parent = QStringLiteral("CREATE %1INDEX IF NOT EXISTS %2 ON ONLY %3 %4")
                               .arg(index.unique, index.name, table.quotedName, index.definition);
    if (Done created = connection.executeRaw(parent, what); !created)
        return created;
    return buildPartitions(connection, table, index, what);
}

// Storage parameters belong to what stores rows; a parent takes none.
Done setOnPartitions(PgConnection &connection, const Relation &parent, const QString &change,
                     const QString &what)
{
    const auto partitions = partitionsOf(connection, parent, what);
    if (!partitions)
        return fail(partitions.error());
    for (const Relation &partition : *partitions) {
        const Done done =
            partition.isPartitioned
                ? setOnPartitions(connection, partition, change, what)
                : connection.executeRaw(QStringLiteral("ALTER TABLE %1 %2").arg(partition.quotedName, change),
                                        what);
        if (!done)
            return done;
    }
    return {};
}

} // namespace

Result<bool> runOnPartitions(PgConnection &connection, const QString &statement, const QString &what)
{
    static const QRegularExpression index(
        QStringLiteral(
            "^CREATE\\s+(UNIQUE\\s+)?INDEX\\s+CONCURRENTLY\\s+IF\\s+NOT\\s+EXISTS\\s+(\\w+)\\s+ON\\s+"
            "(\\w+)\\s+(.*)$"),
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression storage(
        QStringLiteral("^ALTER\\s+TABLE\\s+(\\w+)\\s+((?:SET|RESET)\\s*\\(.*)$"),
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::DotMatchesEverythingOption);
    const auto asIndex = index.match(statement);
    const auto asStorage = storage.match(statement);
    if (!asIndex.hasMatch() && !asStorage.hasMatch())
        return false;
    const QString table = asIndex.hasMatch() ? asIndex.captured(3) : asStorage.captured(1);
    const auto parent = findPartitioned(connection, table.toLower(), what);
    if (!parent)
        return fail(parent.error());
    if (!*parent)
        return false;
    const IndexStatement wanted{asIndex.captured(1).toUpper(), asIndex.captured(2).toLower(),
                                asIndex.captured(4)};
    const Done done = asIndex.hasMatch() ? buildIndex(connection, **parent, wanted, what)
                                         : setOnPartitions(connection, **parent, asStorage.captured(2), what);
    if (!done)
        return fail(done.error());
    return true;
}

} // namespace signalbox
