SET LOCAL lock_timeout = '5s';

DROP TRIGGER IF EXISTS trigger_signalbox_wake ON webhook_jobs;
DROP TRIGGER IF EXISTS trigger_signalbox_wake ON events;
DROP FUNCTION IF EXISTS signalbox_wake();
DROP FUNCTION IF EXISTS signalbox_job_event_type(text, jsonb);
DROP FUNCTION IF EXISTS signalbox_event_matches(jsonb, text, jsonb);
DROP FUNCTION IF EXISTS signalbox_type_matches(text, text);
DROP TABLE IF EXISTS signalbox_change_rows;
DROP TABLE IF EXISTS signalbox_changes;
DROP TABLE IF EXISTS signalbox_workers;
DROP TABLE IF EXISTS signalbox_fan_out;
DROP TABLE IF EXISTS signalbox_settings;
DROP TABLE IF EXISTS signalbox_endpoint_state;

ALTER TABLE webhook_deliveries
    DROP COLUMN IF EXISTS attempt,
    DROP COLUMN IF EXISTS outcome,
    DROP COLUMN IF EXISTS note,
    DROP COLUMN IF EXISTS is_test,
    DROP COLUMN IF EXISTS worker_id,
    DROP COLUMN IF EXISTS request_headers,
    DROP COLUMN IF EXISTS response_headers;

ALTER TABLE webhook_jobs
    DROP COLUMN IF EXISTS event_id,
    DROP COLUMN IF EXISTS run,
    DROP COLUMN IF EXISTS event_type,
    DROP COLUMN IF EXISTS is_test,
    DROP COLUMN IF EXISTS lease_owner,
    DROP COLUMN IF EXISTS lease_token,
    DROP COLUMN IF EXISTS lease_until,
    DROP COLUMN IF EXISTS rescues;

ALTER TABLE webhook_endpoints
    DROP COLUMN IF EXISTS allow_private_network,
    DROP COLUMN IF EXISTS retry_schedule_seconds,
    DROP COLUMN IF EXISTS previous_secret,
    DROP COLUMN IF EXISTS previous_secret_expires_at,
    DROP COLUMN IF EXISTS disabled_reason,
    DROP COLUMN IF EXISTS disabled_at,
    DROP COLUMN IF EXISTS discard_while_disabled,
    DROP COLUMN IF EXISTS removed_at,
    DROP COLUMN IF EXISTS created_txid;

ALTER TABLE events
    DROP COLUMN IF EXISTS txid,
    DROP COLUMN IF EXISTS position;
DROP SEQUENCE IF EXISTS signalbox_event_position;
