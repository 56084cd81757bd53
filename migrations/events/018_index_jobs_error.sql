-- no-transaction
-- error:TEXT, newest first; a job that went through at once costs nothing.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_jobs_error ON webhook_jobs (created_at, id) WHERE last_error IS NOT NULL;
