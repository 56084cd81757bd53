-- no-transaction
-- Jobs that overtake; an ordinary one costs nothing.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_webhook_jobs_urgent ON webhook_jobs (endpoint_id, next_attempt) WHERE CASE WHEN status = 'pending' THEN priority > 0 AND order_blocked IS NOT TRUE ELSE false END;
