#include "tests/support/partitioned_tables.h"

namespace signalbox {

namespace {

// Definitions are read before the plain table goes, and run again afterwards, so that each index has its
// name. Settings of autovacuum belong to the parts.
const QString convertSql = QStringLiteral(R"(
DO $do$
DECLARE
    definitions text[];
    definition  text;
    owned       record;
BEGIN
    SELECT array_agg(made.sql ORDER BY made.turn) INTO definitions
    FROM (
        SELECT 1 AS turn, pg_get_indexdef(indexrelid) AS sql
        FROM pg_index
        WHERE indrelid = '%1'::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        UNION ALL
        SELECT 2, format('ALTER TABLE %1 ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE conrelid = '%1'::regclass AND contype = 'f'
        UNION ALL
        SELECT 3, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = '%1'::regclass AND NOT tgisinternal
        UNION ALL
        SELECT 4, format('CREATE VIEW webhook_stats AS %s', pg_get_viewdef(oid))
        FROM pg_class WHERE relname = 'webhook_stats' AND '%1' = 'webhook_deliveries'
    ) made;
    ALTER TABLE %1 RENAME TO %1_plain;
    ALTER TABLE %1_plain DROP CONSTRAINT %1_pkey;
    CREATE TABLE %1 (LIKE %1_plain INCLUDING DEFAULTS INCLUDING COMMENTS INCLUDING CONSTRAINTS) PARTITION BY %2;
    ALTER TABLE %1 ADD PRIMARY KEY (id, %3);
    %4
    INSERT INTO %1 SELECT * FROM %1_plain;
    FOR owned IN SELECT objid::regclass AS sequence, attname
                 FROM pg_depend
                 JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
                 WHERE classid = 'pg_class'::regclass AND refobjid = '%1_plain'::regclass AND deptype = 'a'
                   AND objid IN (SELECT oid FROM pg_class WHERE relkind = 'S') LOOP
        EXECUTE format('ALTER SEQUENCE %s OWNED BY %1.%I', owned.sequence, owned.attname);
    END LOOP;
    DROP TABLE %1_plain CASCADE;
    FOREACH definition IN ARRAY definitions LOOP
        EXECUTE definition;
    END LOOP;
END
$do$)");

// Months around today between what came before and what is to come.
const QString monthsSql = QStringLiteral(R"(
    EXECUTE format('CREATE TABLE %1_history PARTITION OF %1 FOR VALUES FROM (MINVALUE) TO (%L)',
                   date_trunc('month', now()) - interval '3 months');
    FOR month IN -3..2 LOOP
        EXECUTE format('CREATE TABLE %1_%s PARTITION OF %1 FOR VALUES FROM (%L) TO (%L)', month + 4,
                       date_trunc('month', now()) + make_interval(months => month),
                       date_trunc('month', now()) + make_interval(months => month + 1));
    END LOOP;
    EXECUTE format('CREATE TABLE %1_overflow PARTITION OF %1 FOR VALUES FROM (%L) TO (MAXVALUE)',
                   date_trunc('month', now()) + interval '3 months');)");

const QString hashSql = QStringLiteral(R"(
    ALTER TABLE events_plain DROP CONSTRAINT unique_stream_version;
    ALTER TABLE events ADD CONSTRAINT unique_stream_version UNIQUE (stream_id, version);
    FOR part IN 0..3 LOOP
        EXECUTE format('CREATE TABLE events_%s PARTITION OF events FOR VALUES WITH (MODULUS 4, REMAINDER %s)',
                       part, part);
    END LOOP;)");

const QString rangeUniqueSql = QStringLiteral(R"(
    ALTER TABLE events_plain DROP CONSTRAINT unique_stream_version;
    ALTER TABLE events ADD CONSTRAINT unique_stream_version UNIQUE (stream_id, version, timestamp);)");

} // namespace

void partitionDeliveries(TestDatabase &database)
{
    const QString table = QStringLiteral("webhook_deliveries");
    database.run(convertSql.arg(table, QStringLiteral("RANGE (created_at)"), QStringLiteral("created_at"),
                                QString(monthsSql).replace("%1", table)));
}

void partitionEvents(TestDatabase &database, EventPartitions form)
{
    const QString table = QStringLiteral("events");
    if (form == EventPartitions::HashByStream)
        database.run(
            convertSql.arg(table, QStringLiteral("HASH (stream_id)"), QStringLiteral("stream_id"), hashSql));
    else
        database.run(convertSql.arg(table, QStringLiteral("RANGE (timestamp)"), QStringLiteral("timestamp"),
                                    rangeUniqueSql + QString(monthsSql).replace("%1", table)));
}

} // namespace signalbox
