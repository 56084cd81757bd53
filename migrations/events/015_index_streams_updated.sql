-- no-transaction
-- Pages of the Streams window, last changed first.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_event_streams_updated ON event_streams (updated_at, id);
