-- no-transaction
-- type:NAME, newest first.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_events_type_created ON events (event_type, created_at, id);
