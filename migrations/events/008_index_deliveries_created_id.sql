-- no-transaction
-- Pages of the Deliveries window, newest first.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_deliveries_created_at_id ON webhook_deliveries (created_at, id);
