-- no-transaction
-- status:cancelled.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_jobs_cancelled ON webhook_jobs (created_at, id) WHERE status = 'cancelled';
