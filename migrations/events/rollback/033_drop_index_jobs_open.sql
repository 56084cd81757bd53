CREATE INDEX IF NOT EXISTS idx_webhook_jobs_open ON webhook_jobs (created_at, id) WHERE status IN ('pending', 'processing');
