-- What Signalbox needs beside the event store and the queue: global order of events, fan-out, leases, the facts of an
-- attempt, the record of bulk changes. Additive, without rewriting a table; producers that hold only the rights on the
-- original tables go on inserting.

SET LOCAL lock_timeout = '5s';

-- Global order -------------------------------------------------------------------------------------------------------
-- Added without a default and given one afterwards, so that existing rows stay as they are: NULL is history from before.
CREATE SEQUENCE IF NOT EXISTS signalbox_event_position AS bigint CACHE 1;
GRANT USAGE ON SEQUENCE signalbox_event_position TO PUBLIC;

ALTER TABLE events ADD COLUMN IF NOT EXISTS txid xid8;
ALTER TABLE events ADD COLUMN IF NOT EXISTS position bigint;
ALTER TABLE events ALTER COLUMN txid SET DEFAULT pg_current_xact_id();
ALTER TABLE events ALTER COLUMN position SET DEFAULT nextval('signalbox_event_position');

-- Endpoints ----------------------------------------------------------------------------------------------------------
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS allow_private_network boolean NOT NULL DEFAULT false;
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS retry_schedule_seconds integer[];
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS previous_secret varchar(255);
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS previous_secret_expires_at timestamptz;
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS disabled_reason text;
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS disabled_at timestamptz;
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS discard_while_disabled boolean NOT NULL DEFAULT false;
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS removed_at timestamptz;
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS created_txid xid8;
ALTER TABLE webhook_endpoints ALTER COLUMN created_txid SET DEFAULT pg_current_xact_id();

-- State that workers write lives apart, so that they touch webhook_endpoints only to disable one.
CREATE TABLE IF NOT EXISTS signalbox_endpoint_state (
    endpoint_id   varchar(255) PRIMARY KEY REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    missed_events bigint NOT NULL DEFAULT 0
);

-- Jobs ---------------------------------------------------------------------------------------------------------------
-- event_id is no foreign key: events may be archived while their jobs stay.
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS event_id uuid;
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS run integer NOT NULL DEFAULT 0;
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS event_type varchar(255);
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS is_test boolean NOT NULL DEFAULT false;
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS lease_owner uuid;
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS lease_token uuid;
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS lease_until timestamptz;
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS rescues integer NOT NULL DEFAULT 0;

-- Deliveries ---------------------------------------------------------------------------------------------------------
ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS attempt integer;
ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS outcome varchar(20);
ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS note text;
ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS is_test boolean NOT NULL DEFAULT false;
ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS worker_id uuid;
ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS request_headers jsonb;
ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS response_headers jsonb;

-- Settings, fan-out, workers -----------------------------------------------------------------------------------------
CREATE TABLE IF NOT EXISTS signalbox_settings (
    name       text PRIMARY KEY,
    value      jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);
-- wake: triggers send NOTIFY when a worker sleeps. Producers that use PREPARE TRANSACTION switch it off.
INSERT INTO signalbox_settings (name, value) VALUES ('wake', 'true') ON CONFLICT DO NOTHING;

-- One row. The checkpoint is the last event passed; txids mean nothing in another cluster, so it names its own.
CREATE TABLE IF NOT EXISTS signalbox_fan_out (
    singleton         boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    enabled           boolean NOT NULL,
    txid              xid8 NOT NULL,
    position          bigint NOT NULL,
    system_identifier bigint NOT NULL,
    updated_at        timestamptz NOT NULL DEFAULT now()
);
-- On where Signalbox created the schema; off in a database that held endpoints, jobs or events before, because its host program
-- may insert jobs itself and everything would go out twice.
INSERT INTO signalbox_fan_out (enabled, txid, position, system_identifier)
SELECT NOT EXISTS (SELECT FROM events) AND NOT EXISTS (SELECT FROM webhook_endpoints)
           AND NOT EXISTS (SELECT FROM webhook_jobs),
       -- Not this transaction's own txid: one that began before it may still insert events.
       pg_snapshot_xmin(pg_current_snapshot()),
       0,
       (SELECT system_identifier FROM pg_control_system())
ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS signalbox_workers (
    id           uuid PRIMARY KEY,
    host         text NOT NULL,
    pid          bigint NOT NULL,
    version      text NOT NULL,
    started_at   timestamptz NOT NULL DEFAULT now(),
    heartbeat_at timestamptz NOT NULL DEFAULT now(),
    idle         boolean NOT NULL DEFAULT false,
    in_flight    integer NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- Bulk changes -------------------------------------------------------------------------------------------------------
CREATE TABLE IF NOT EXISTS signalbox_changes (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    action     text NOT NULL,
    reason     text NOT NULL,
    actor      text NOT NULL DEFAULT session_user,
    selection  text NOT NULL,
    changed    bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idx_signalbox_changes_created ON signalbox_changes (created_at, id);

-- Before-images never hold a secret or a payload.
CREATE TABLE IF NOT EXISTS signalbox_change_rows (
    change_id uuid NOT NULL REFERENCES signalbox_changes (id) ON DELETE CASCADE,
    row_id    text NOT NULL,
    before    jsonb NOT NULL,
    PRIMARY KEY (change_id, row_id)
);

-- Functions ----------------------------------------------------------------------------------------------------------
-- One pattern of an event filter: * stands for any characters, everything else is literal.
CREATE OR REPLACE FUNCTION signalbox_type_matches(pattern text, event_type text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT event_type LIKE
        replace(replace(replace(replace(pattern, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%')
$$;

-- Whether an endpoint's event_filter takes an event: null takes all, [] none, an array is a list of patterns, an object may
-- name types and a payload to be contained. Anything else takes nothing: the console shows it as invalid.
CREATE OR REPLACE FUNCTION signalbox_event_matches(filter jsonb, event_type text, payload jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE coalesce(jsonb_typeof(filter), 'null')
        WHEN 'null' THEN true
        WHEN 'array' THEN EXISTS (
            SELECT FROM jsonb_array_elements_text(filter) AS pattern
            WHERE signalbox_type_matches(pattern, event_type))
        WHEN 'object' THEN
            CASE coalesce(jsonb_typeof(filter -> 'types'), 'null')
                WHEN 'null' THEN true
                WHEN 'array' THEN EXISTS (
                    SELECT FROM jsonb_array_elements_text(filter -> 'types') AS pattern
                    WHERE signalbox_type_matches(pattern, event_type))
                ELSE false
            END
            AND (coalesce(jsonb_typeof(filter -> 'payload'), 'null') = 'null' OR payload @> (filter -> 'payload'))
        ELSE false
    END
$$;

-- Type of a job that does not carry one (design of the delivery history: the job's column, the payload's, "unknown").
CREATE OR REPLACE FUNCTION signalbox_job_event_type(event_type text, payload jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        event_type,
        CASE WHEN jsonb_typeof(payload -> 'event_type') = 'string' THEN nullif(left(payload ->> 'event_type', 255), '') END,
        CASE WHEN jsonb_typeof(payload -> 'type') = 'string' THEN nullif(left(payload ->> 'type', 255), '') END,
        'unknown')
$$;

-- Wakes sleeping workers, once per statement and only when one sleeps: NOTIFY takes a lock for the whole database at
-- commit. SECURITY DEFINER, because a producer has no rights on Signalbox's own tables.
CREATE OR REPLACE FUNCTION signalbox_wake() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wanted boolean;
BEGIN
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM %1$I.signalbox_workers WHERE idle AND heartbeat_at > now() - interval ''60 s'')
            AND coalesce((SELECT value = ''true''::jsonb FROM %1$I.signalbox_settings WHERE name = ''wake''), true)',
        TG_TABLE_SCHEMA)
    INTO wanted;
    IF wanted THEN
        PERFORM pg_notify('signalbox_wake', '');
    END IF;
    RETURN NULL;
END;
$$;

DROP TRIGGER IF EXISTS trigger_signalbox_wake ON webhook_jobs;
CREATE TRIGGER trigger_signalbox_wake AFTER INSERT ON webhook_jobs
    FOR EACH STATEMENT EXECUTE FUNCTION signalbox_wake();
DROP TRIGGER IF EXISTS trigger_signalbox_wake ON events;
CREATE TRIGGER trigger_signalbox_wake AFTER INSERT ON events
    FOR EACH STATEMENT EXECUTE FUNCTION signalbox_wake();

-- Removed endpoints leave the statistics with the console; the row and its history stay until they are purged.
COMMENT ON COLUMN events.txid IS 'Transaction that stored the event; NULL: stored before Signalbox';
COMMENT ON COLUMN events.position IS 'Order within a transaction; between transactions txid orders';
COMMENT ON COLUMN webhook_jobs.run IS '0: fan-out; replays use others';
COMMENT ON COLUMN webhook_jobs.lease_until IS 'processing without a lease belongs to another program';
COMMENT ON COLUMN webhook_deliveries.outcome IS 'never-connected, no-answer, answered';
