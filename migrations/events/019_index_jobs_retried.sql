-- no-transaction
-- attempts:>1 and more, newest first; a job that went through at once costs nothing.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_jobs_retried ON webhook_jobs (created_at, id) WHERE attempts > 1;
