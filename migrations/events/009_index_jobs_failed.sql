-- no-transaction
-- status:failed without reading the completed ones between.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_jobs_failed ON webhook_jobs (created_at, id) WHERE status = 'failed';
