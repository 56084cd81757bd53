-- Trigger functions that run with their owner's rights are for our own tables alone. Until now any role could attach them to
-- a temporary table of its own and have its own casts run as the owner of the schema. Two locks on that door: nobody but the
-- owner may execute them (a trigger that is there fires without that right), and each refuses a table that is not its own.
-- Their search path holds nothing that others can write to: tables are named with their schema.

SET LOCAL lock_timeout = '5s';

DO $do$
BEGIN
    -- Every endpoint has its row of state from the start, whoever registers it.
    EXECUTE format($format$
        CREATE OR REPLACE FUNCTION %1$I.signalbox_add_endpoint_state() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
        BEGIN
            IF (TG_RELID = to_regclass(%2$L)) IS NOT TRUE THEN
                RAISE EXCEPTION 'signalbox_add_endpoint_state() does not serve table %%', TG_RELID::regclass
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            INSERT INTO %1$I.signalbox_endpoint_state (endpoint_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
            RETURN NULL;
        END;
        $body$
    $format$, current_schema(), format('%I.webhook_endpoints', current_schema()));

    -- Wakes sleeping workers, once per statement and only when one sleeps. Events may be partitioned.
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

REVOKE ALL ON FUNCTION signalbox_add_endpoint_state() FROM PUBLIC;
REVOKE ALL ON FUNCTION signalbox_wake() FROM PUBLIC;
