CREATE INDEX IF NOT EXISTS idx_webhook_jobs_endpoint_created ON webhook_jobs (endpoint_id, created_at, id);
