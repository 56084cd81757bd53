-- no-transaction
-- idx_webhook_jobs_sendable took its place.
DROP INDEX CONCURRENTLY IF EXISTS idx_webhook_jobs_endpoint_due;
