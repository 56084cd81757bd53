DROP INDEX IF EXISTS idx_events_type_created;
