#include "app/database/console_rights_query.h"

#include "app/database/migrator.h"
#include "app/database/schema_comparison.h"

#include <algorithm>

namespace signalbox {

namespace {

// The tables and the columns the console reads of them.
const QString rightsSql = QStringLiteral(R"(
WITH needed (name, columns) AS (
    VALUES
    ('events', 'id event_type stream_id version payload metadata correlation_id causation_id timestamp created_at txid position'),
    ('event_streams', 'id current_version created_at updated_at'),
    ('event_snapshots', 'stream_id version state created_at'),
    ('webhook_endpoints', 'id url secret description event_filter custom_headers timeout_ms max_retries enabled created_at updated_at
                           allow_private_network retry_schedule_seconds previous_secret_expires_at disabled_reason disabled_at
                           discard_while_disabled removed_at created_txid max_in_flight rate_limit rate_burst ordered
                           signature_scheme signature_header ca_certificates client_certificate client_key'),
    ('webhook_jobs', 'id endpoint_id url payload custom_headers attempts max_attempts next_attempt status last_error timeout_ms
                      created_at updated_at event_id run event_type is_test lease_owner lease_token lease_until rescues priority
                      idempotency_key order_key order_version order_blocked order_fence wait_reason'),
    ('webhook_deliveries', 'id job_id endpoint_id event_type status_code response_body error duration_ms created_at attempt
                            outcome note is_test worker_id request_headers response_headers dns_ms connect_ms tls_ms
                            first_byte_ms http_version reused_connection'),
    ('signalbox_endpoint_state', 'endpoint_id missed_events breaker breaker_since breaker_until breaker_reason failing_since'),
    ('signalbox_endpoint_window', 'endpoint_id bucket worker_id succeeded failed'),
    ('signalbox_order_progress', 'endpoint_id order_key version'),
    ('signalbox_workers', 'id host pid version started_at heartbeat_at idle in_flight slots'),
    ('signalbox_fan_out', 'enabled txid position system_identifier'),
    ('signalbox_settings', 'name value'),
    ('signalbox_changes', 'id action reason selection changed'),
    ('signalbox_change_rows', 'change_id row_id before')
), found AS (
    SELECT needed.name, to_regclass(quote_ident(needed.name)) AS relation,
           regexp_split_to_array(needed.columns, '\s+') AS columns
    FROM needed
)
SELECT found.name, found.relation IS NOT NULL AS is_here, quote_ident(current_user) AS role,
       coalesce(readable.known = cardinality(found.columns), false) AS is_whole,
       coalesce(has_table_privilege(found.relation, 'SELECT') OR (readable.known > 0 AND readable.all_readable), false) AS may_select,
       coalesce(has_any_column_privilege(found.relation, 'INSERT'), false) AS may_insert,
       coalesce(has_any_column_privilege(found.relation, 'UPDATE'), false) AS may_update,
       coalesce(has_table_privilege(found.relation, 'DELETE'), false) AS may_delete
FROM found
LEFT JOIN LATERAL (
    SELECT count(1) AS known, bool_and(has_column_privilege(attribute.attrelid, attribute.attnum, 'SELECT')) AS all_readable
    FROM pg_attribute attribute
    WHERE attribute.attrelid = found.relation AND attribute.attnum > 0 AND NOT attribute.attisdropped
      AND attribute.attname = ANY (found.columns)
) readable ON true)");

const QString rightsWhat = QStringLiteral("read the role's rights");

// A ledger that is not there hides nothing.
Result<bool> mayReadLedgers(PgConnection &connection)
{
    const auto rows = connection.query(QStringLiteral(R"(
SELECT coalesce(bool_and(has_table_privilege(ledger.relation, 'SELECT')), true)
FROM (SELECT to_regclass(name) AS relation
      FROM (VALUES ('_sqlx_migrations'), ('signalbox_migrations')) AS known (name)) ledger
WHERE ledger.relation IS NOT NULL)"),
                                       {}, rightsWhat);
    if (!rows)
        return fail(rows.error());
    return rows->constFirst().value(0).toBool();
}

bool isComplete(const QList<MigrationStatus> &migrations)
{
    return std::all_of(migrations.cbegin(), migrations.cend(), [](const MigrationStatus &migration) {
        return migration.checksum != MigrationStatus::Checksum::Pending &&
               migration.checksum != MigrationStatus::Checksum::Differs;
    });
}

// The ledger knows it, and somebody dropped it.
Done refuseUnusable(const QString &what, const QList<MigrationStatus> &migrations)
{
    QStringList missing;
    for (const MigrationStatus &migration : migrations) {
        if (!migration.isUsable)
            missing += migration.missing;
    }
    if (missing.isEmpty())
        return {};
    return fail(Error::Kind::Refused, what,
                QStringLiteral("missing in its schema: ") + missing.join(QStringLiteral(", ")),
                QStringLiteral("signalbox migrate up restores it"));
}

} // namespace

Result<ConsoleRights> readConsoleRights(PgConnection &connection)
{
    const auto rows = connection.query(rightsSql, {}, rightsWhat);
    if (!rows)
        return fail(rows.error());
    QSet<Grant> held;
    int here = 0;
    int whole = 0;
    for (const QSqlRecord &row : *rows) {
        const QString table = row.value(QStringLiteral("name")).toString();
        here += row.value(QStringLiteral("is_here")).toBool();
        whole += row.value(QStringLiteral("is_whole")).toBool();
        const auto add = [&](const char *column, Right right) {
            if (row.value(QLatin1String(column)).toBool())
                held.insert({table, right});
        };
        add("may_select", Right::Select);
        add("may_insert", Right::Insert);
        add("may_update", Right::Update);
        add("may_delete", Right::Delete);
    }
    const SchemaPresence schema = here == 0              ? SchemaPresence::Missing
                                  : whole < rows->size() ? SchemaPresence::Older
                                                         : SchemaPresence::Here;
    return ConsoleRights(rows->constFirst().value(QStringLiteral("role")).toString(), schema, held);
}

Done checkSchema(PgConnection &connection, const QString &what)
{
    const auto rights = readConsoleRights(connection);
    if (!rights)
        return fail(rights.error());
    const auto readable = mayReadLedgers(connection);
    if (!readable)
        return fail(readable.error());
    SchemaPresence schema = rights->schema();
    if (*readable) {
        const auto migrations = Migrator(connection).status();
        if (!migrations)
            return fail(migrations.error());
        if (isComplete(*migrations))
            return refuseUnusable(what, *migrations);
        if (schema == SchemaPresence::Here)
            schema = SchemaPresence::Older;
    }
    if (schema == SchemaPresence::Here)
        return {};
    if (Done alone = refuseSecondSet(connection); !alone)
        return alone;
    return fail(schemaError(what, schema));
}

Done checkGrants(PgConnection &connection, ConsoleAct act, const QString &what)
{
    const auto rights = readConsoleRights(connection);
    if (!rights)
        return fail(rights.error());
    if (rights->allows(act))
        return {};
    return fail(
        Error::Kind::Refused, what,
        QStringLiteral("the role %1 lacks %2").arg(rights->role(), grantsText(rights->missingFor(act))),
        QStringLiteral("let the owner run: ") +
            rights->remedy(act).replace(QLatin1Char('\n'), QLatin1Char(' ')));
}

} // namespace signalbox
