CREATE INDEX IF NOT EXISTS idx_webhook_jobs_endpoint_due ON webhook_jobs (endpoint_id, next_attempt) WHERE status = 'pending';
