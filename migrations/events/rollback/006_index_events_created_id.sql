DROP INDEX IF EXISTS idx_events_created_at_id;
