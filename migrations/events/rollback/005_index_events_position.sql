DROP INDEX IF EXISTS idx_events_txid_position;
