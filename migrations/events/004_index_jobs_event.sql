-- no-transaction
-- Exactly once into the queue: what fan-out inserts with ON CONFLICT DO NOTHING.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS uq_webhook_jobs_event_run ON webhook_jobs (endpoint_id, event_id, run) WHERE event_id IS NOT NULL;
