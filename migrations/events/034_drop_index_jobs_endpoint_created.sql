-- no-transaction
-- idx_webhook_jobs_endpoint_closed took its place.
DROP INDEX CONCURRENTLY IF EXISTS idx_webhook_jobs_endpoint_created;
