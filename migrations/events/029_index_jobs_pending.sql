-- no-transaction
-- Pending jobs, newest first. A job in flight is in no index of the window's: there are few, idx_webhook_jobs_status_next finds them, and every claim would pay.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_jobs_pending ON webhook_jobs (created_at, id) WHERE status = 'pending';
