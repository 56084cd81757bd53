-- no-transaction
-- The first open job of a stream, for ordered endpoints; other jobs cost nothing.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_jobs_order ON webhook_jobs (endpoint_id, order_key, order_version) WHERE order_key IS NOT NULL AND status IN ('pending', 'processing');
