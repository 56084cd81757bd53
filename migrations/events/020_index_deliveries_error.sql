-- no-transaction
-- error:TEXT of attempts, newest first; an attempt without an error costs nothing.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_deliveries_error ON webhook_deliveries (created_at, id) WHERE error IS NOT NULL;
