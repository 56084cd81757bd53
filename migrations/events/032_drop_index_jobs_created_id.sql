-- no-transaction
-- idx_webhook_jobs_pending and idx_webhook_jobs_closed took its place.
DROP INDEX CONCURRENTLY IF EXISTS idx_webhook_jobs_created_at_id;
