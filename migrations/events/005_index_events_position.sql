-- no-transaction
-- The global order that fan-out follows.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_events_txid_position ON events (txid, position) WHERE txid IS NOT NULL;
