-- The sequence that the default of events.position names belongs to its column: pg_dump -t events takes it along. Without it
-- psql could not make the table again, and every event of such a backup was lost.

SET LOCAL lock_timeout = '5s';

-- Both have to have the same owner, which they have not where the table was there before.
DO $do$
DECLARE
    owner name;
BEGIN
    SELECT table_owner.rolname INTO owner
    FROM pg_class events
    JOIN pg_roles table_owner ON table_owner.oid = events.relowner
    JOIN pg_class position ON position.oid = 'signalbox_event_position'::regclass AND position.relowner <> events.relowner
    WHERE events.oid = 'events'::regclass;
    IF owner IS NOT NULL THEN
        EXECUTE format('ALTER SEQUENCE signalbox_event_position OWNER TO %I', owner);
    END IF;
    ALTER SEQUENCE signalbox_event_position OWNED BY events.position;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE WARNING 'signalbox_event_position stays apart from table events (%): dump it with -t signalbox_event_position', SQLERRM;
END;
$do$;
