CREATE INDEX IF NOT EXISTS idx_webhook_jobs_created_at_id ON webhook_jobs (created_at, id);
