SET LOCAL lock_timeout = '5s';

DROP FUNCTION IF EXISTS signalbox_enqueue(text, jsonb, text, text, timestamptz);
DROP FUNCTION IF EXISTS signalbox_held_reason(uuid);
DROP FUNCTION IF EXISTS signalbox_rate_tokens(double precision, integer, double precision, timestamptz);
DROP TRIGGER IF EXISTS trigger_signalbox_endpoint_state ON webhook_endpoints;
DROP FUNCTION IF EXISTS signalbox_add_endpoint_state();
DROP TABLE IF EXISTS signalbox_order_progress;
DROP TABLE IF EXISTS signalbox_endpoint_window;

-- The wake trigger does what 003 made it do, without the hole that was in that one: it took the name of the schema from the
-- table it was fired for, with its owner's rights. What 035 says of these functions holds here too.
DO $do$
BEGIN
    EXECUTE format($format$
        CREATE OR REPLACE FUNCTION %1$I.signalbox_wake() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
        BEGIN
            IF (coalesce(pg_partition_root(TG_RELID), TG_RELID) IN (to_regclass(%2$L), to_regclass(%3$L))) IS NOT TRUE THEN
                RAISE EXCEPTION 'signalbox_wake() does not serve table %%', TG_RELID::regclass
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF EXISTS (SELECT FROM %1$I.signalbox_workers WHERE idle AND heartbeat_at > now() - interval '60 s')
               AND NOT EXISTS (SELECT FROM %1$I.signalbox_settings WHERE name = 'wake' AND value = 'false'::jsonb) THEN
                PERFORM pg_notify('signalbox_wake', '');
            END IF;
            RETURN NULL;
        END;
        $body$
    $format$, current_schema(), format('%I.webhook_jobs', current_schema()), format('%I.events', current_schema()));
END;
$do$;
REVOKE ALL ON FUNCTION signalbox_wake() FROM PUBLIC;

ALTER TABLE webhook_deliveries RESET (autovacuum_vacuum_insert_scale_factor, autovacuum_analyze_scale_factor);
ALTER TABLE webhook_jobs RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, autovacuum_analyze_scale_factor,
                                autovacuum_analyze_threshold, autovacuum_vacuum_cost_delay);
ALTER TABLE webhook_jobs
    DROP COLUMN IF EXISTS priority,
    DROP COLUMN IF EXISTS idempotency_key,
    DROP COLUMN IF EXISTS order_key,
    DROP COLUMN IF EXISTS order_version,
    DROP COLUMN IF EXISTS order_blocked,
    DROP COLUMN IF EXISTS order_fence,
    DROP COLUMN IF EXISTS wait_reason;

ALTER TABLE signalbox_workers RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
ALTER TABLE signalbox_workers DROP COLUMN IF EXISTS slots;

ALTER TABLE signalbox_endpoint_state RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
ALTER TABLE signalbox_endpoint_state
    DROP COLUMN IF EXISTS breaker,
    DROP COLUMN IF EXISTS breaker_since,
    DROP COLUMN IF EXISTS breaker_until,
    DROP COLUMN IF EXISTS breaker_reason,
    DROP COLUMN IF EXISTS breaker_trips,
    DROP COLUMN IF EXISTS rate_tokens,
    DROP COLUMN IF EXISTS rate_at,
    DROP COLUMN IF EXISTS failing_since;

ALTER TABLE webhook_endpoints
    DROP COLUMN IF EXISTS max_in_flight,
    DROP COLUMN IF EXISTS rate_limit,
    DROP COLUMN IF EXISTS rate_burst,
    DROP COLUMN IF EXISTS ordered;
