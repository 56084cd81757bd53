#include "app/database/schema_grants.h"

namespace signalbox {

Result<QStringList> missingGrants(PgConnection &connection)
{
    // relacl is NULL until somebody grants or revokes: what an operator took away is not given again.
    const auto rows = connection.query(QStringLiteral(R"(
WITH described AS (
    SELECT relation.relname, relation.relowner, relation.relacl
    FROM pg_class relation
    JOIN pg_namespace namespace ON namespace.oid = relation.relnamespace AND namespace.nspname = current_schema()
    WHERE relation.relname IN ('events', 'event_streams', 'event_snapshots', 'webhook_endpoints', 'webhook_jobs',
                               'webhook_deliveries')
), held AS (
    SELECT acl.grantee,
           count(described.relname) FILTER (WHERE acl.privilege_type = 'SELECT') AS reads,
           count(described.relname) FILTER (WHERE acl.privilege_type = 'INSERT') AS inserts,
           count(described.relname) FILTER (WHERE acl.privilege_type = 'UPDATE') AS changes,
           count(described.relname) FILTER (WHERE acl.privilege_type = 'DELETE') AS deletes,
           bool_or(acl.privilege_type = 'SELECT' AND described.relname = 'webhook_jobs') AS reads_queue
    FROM described
    CROSS JOIN LATERAL aclexplode(described.relacl) acl
    WHERE acl.grantee <> 0 AND acl.grantee <> described.relowner
    GROUP BY acl.grantee
), entitled AS (
    SELECT role.rolname, held.reads >= 6 AND held.inserts >= 6 AND held.changes >= 6 AS writes, held.deletes >= 6 AS deletes
    FROM held
    JOIN pg_roles role ON role.oid = held.grantee
    WHERE held.reads_queue
), ours AS (
    SELECT relation.relname, relation.relname IN ('_sqlx_migrations', 'signalbox_migrations') AS is_ledger
    FROM pg_class relation
    JOIN pg_namespace namespace ON namespace.oid = relation.relnamespace AND namespace.nspname = current_schema()
    WHERE relation.relkind IN ('r', 'p')
      AND relation.relacl IS NULL
      AND (relation.relname LIKE 'signalbox\_%' OR relation.relname = '_sqlx_migrations')
)
SELECT format('GRANT %s ON %s TO %I',
              CASE WHEN entitled.writes AND NOT ours.is_ledger
                   THEN 'SELECT, INSERT, UPDATE' || CASE WHEN entitled.deletes THEN ', DELETE' ELSE '' END
                   ELSE 'SELECT' END,
              string_agg(format('%I.%I', current_schema(), ours.relname), ', ' ORDER BY ours.relname),
              entitled.rolname)
FROM entitled
CROSS JOIN ours
GROUP BY entitled.rolname, entitled.writes, entitled.deletes, ours.is_ledger
ORDER BY entitled.rolname, ours.is_ledger)"),
                                       {}, QStringLiteral("read grants"));
    if (!rows)
        return fail(rows.error());
    QStringList statements;
    for (const QSqlRecord &row : *rows)
        statements << row.value(0).toString();
    return statements;
}

} // namespace signalbox
