#include "app/database/definer_functions.h"

namespace signalbox {

Result<QStringList> closeDefinerFunctions(PgConnection &connection)
{
    const QString what = QStringLiteral("take away EXECUTE");
    // A right that a grantee passed on goes with his own.
    const auto rows = connection.query(QStringLiteral(R"(
SELECT proc.proname || '()',
       format('REVOKE ALL ON FUNCTION %I.%I(%s) FROM %s CASCADE', namespace.nspname, proc.proname,
              pg_get_function_identity_arguments(proc.oid),
              string_agg(CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END, ', '))
FROM pg_proc proc
JOIN pg_namespace namespace ON namespace.oid = proc.pronamespace AND namespace.nspname = current_schema()
CROSS JOIN LATERAL aclexplode(coalesce(proc.proacl, acldefault('f', proc.proowner))) acl
WHERE proc.prosecdef
  AND proc.proname LIKE 'signalbox\_%'
  AND pg_has_role(proc.proowner, 'USAGE')
  AND acl.grantee <> proc.proowner
  AND (acl.grantee = 0 OR proc.prorettype = 'trigger'::regtype)
GROUP BY proc.oid, proc.proname, namespace.nspname
ORDER BY proc.proname)"),
                                       {}, what);
    if (!rows)
        return fail(rows.error());
    QStringList closed;
    for (const QSqlRecord &row : *rows) {
        if (Done revoked = connection.executeRaw(row.value(1).toString(), what); !revoked)
            return fail(std::move(revoked.error()));
        closed << row.value(0).toString();
    }
    return closed;
}

} // namespace signalbox
