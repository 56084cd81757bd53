-- no-transaction
-- status:pending, status:processing and what is open at all.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_jobs_open ON webhook_jobs (created_at, id) WHERE status IN ('pending', 'processing');
