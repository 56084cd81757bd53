-- no-transaction
-- A producer's key counts once per endpoint; a job without one costs nothing.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS uq_webhook_jobs_idempotency ON webhook_jobs (endpoint_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
