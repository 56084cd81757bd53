-- no-transaction
-- What claims read: an endpoint's next jobs, without those that wait for their stream. The predicate is an expression of its own, so that a claim that names it can be served by no other index.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_jobs_sendable ON webhook_jobs (endpoint_id, next_attempt) WHERE CASE WHEN status = 'pending' THEN order_blocked IS NOT TRUE ELSE false END;
