-- no-transaction
-- Pages of the Events window, newest first.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_events_created_at_id ON events (created_at, id);
