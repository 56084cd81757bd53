-- no-transaction
-- The same for endpoint:ID.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_jobs_endpoint_closed ON webhook_jobs (endpoint_id, created_at, id) WHERE status NOT IN ('pending', 'processing');
