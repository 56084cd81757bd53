DROP INDEX IF EXISTS uq_webhook_jobs_idempotency;
