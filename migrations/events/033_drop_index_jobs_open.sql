-- no-transaction
-- idx_webhook_jobs_pending took its place.
DROP INDEX CONCURRENTLY IF EXISTS idx_webhook_jobs_open;
