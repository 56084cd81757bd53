-- no-transaction
-- Jobs that are done with, newest first; pages merge them with the open ones.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_jobs_closed ON webhook_jobs (created_at, id) WHERE status NOT IN ('pending', 'processing');
