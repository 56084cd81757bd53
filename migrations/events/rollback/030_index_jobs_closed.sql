DROP INDEX IF EXISTS idx_webhook_jobs_closed;
