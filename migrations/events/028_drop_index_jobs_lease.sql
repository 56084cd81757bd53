-- no-transaction
-- Jobs in flight are few and found by their status; without this index a lease is renewed in place.
DROP INDEX CONCURRENTLY IF EXISTS idx_webhook_jobs_lease;
