-- no-transaction
-- Claims go round the endpoints that may be sent to: jobs held for others are never read, however many there are.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_jobs_endpoint_due ON webhook_jobs (endpoint_id, next_attempt) WHERE status = 'pending';
