DROP INDEX IF EXISTS idx_event_streams_updated;
