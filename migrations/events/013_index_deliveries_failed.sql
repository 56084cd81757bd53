-- no-transaction
-- Attempts that failed, newest first.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_deliveries_failed ON webhook_deliveries (created_at, id) WHERE status_code IS NULL OR status_code < 200 OR status_code > 299;
