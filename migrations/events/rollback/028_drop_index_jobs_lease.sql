CREATE INDEX IF NOT EXISTS idx_webhook_jobs_lease ON webhook_jobs (lease_until) WHERE lease_token IS NOT NULL;
