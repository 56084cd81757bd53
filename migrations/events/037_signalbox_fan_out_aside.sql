-- Fan-out that no single row stops and no restore deceives: events put aside with their reason, envelopes that fail one by
-- one, and a checkpoint that can tell whether it was written in this cluster.

SET LOCAL lock_timeout = '5s';

-- What fan-out could not make jobs of: the whole event, or its job for one endpoint. Replayed by command.
CREATE TABLE IF NOT EXISTS signalbox_fan_out_skipped (
    event_id    uuid NOT NULL,
    endpoint_id varchar(255),
    sqlstate    text NOT NULL,
    reason      text NOT NULL,
    skipped_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (event_id, endpoint_id)
);
COMMENT ON COLUMN signalbox_fan_out_skipped.endpoint_id IS 'NULL: the event got no job at all';

-- A row names the transaction that wrote it: after a dump and restore the row's own xmin is another, after pg_upgrade, which
-- keeps transaction numbers and rows but changes the cluster's identifier, it is the same.
ALTER TABLE signalbox_fan_out ADD COLUMN IF NOT EXISTS written_txid xid8;
-- Where a rebase that has not ended yet began, and the transaction that restored the row; fan-out stands still meanwhile.
ALTER TABLE signalbox_fan_out ADD COLUMN IF NOT EXISTS rebase_txid xid8;
ALTER TABLE signalbox_fan_out ADD COLUMN IF NOT EXISTS rebase_since xid8;

CREATE OR REPLACE FUNCTION signalbox_stamp_fan_out() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME <> 'signalbox_fan_out' OR TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'signalbox_stamp_fan_out belongs to signalbox_fan_out';
    END IF;
    -- A row of another cluster stays one until it is rebased or found to be an upgraded one.
    IF NEW.system_identifier = (SELECT system_identifier FROM pg_control_system()) THEN
        NEW.written_txid := pg_current_xact_id();
    END IF;
    RETURN NEW;
END;
$$;
REVOKE EXECUTE ON FUNCTION signalbox_stamp_fan_out() FROM PUBLIC;

DROP TRIGGER IF EXISTS trigger_signalbox_stamp ON signalbox_fan_out;
CREATE TRIGGER trigger_signalbox_stamp BEFORE UPDATE ON signalbox_fan_out
    FOR EACH ROW EXECUTE FUNCTION signalbox_stamp_fan_out();
-- Of a row that another cluster wrote nothing is known.
UPDATE signalbox_fan_out SET updated_at = updated_at
WHERE system_identifier = (SELECT system_identifier FROM pg_control_system());

-- The body of an event's jobs, or why there is none: text of jsonb can be a hundred thousand times what is stored, and more
-- than a value may hold. Rendered here once, so that what cannot be sent never becomes a job.
CREATE OR REPLACE FUNCTION signalbox_event_envelope(
    id uuid, event_type text, happened timestamptz, stream_id text, version integer, payload jsonb,
    OUT body jsonb, OUT error_state text, OUT error_text text)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    body := jsonb_build_object(
        'id', id,
        'type', event_type,
        'timestamp', to_char(happened AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'stream', stream_id,
        'version', version,
        'data', payload);
    PERFORM octet_length(body::text);
EXCEPTION WHEN data_exception OR program_limit_exceeded OR internal_error THEN
    body := NULL;
    error_state := SQLSTATE;
    error_text := 'payload cannot be rendered: ' || SQLERRM;
END;
$$;

-- By its number alone an event is lost whose transaction had begun before the endpoint was created and appended it
-- afterwards. Endpoints that are there know no snapshot and go by their number.
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS created_snapshot pg_snapshot;
ALTER TABLE webhook_endpoints ALTER COLUMN created_snapshot SET DEFAULT pg_current_snapshot();
