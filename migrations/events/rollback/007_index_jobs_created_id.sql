DROP INDEX IF EXISTS idx_webhook_jobs_created_at_id;
