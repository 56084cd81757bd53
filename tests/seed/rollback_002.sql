DROP VIEW IF EXISTS webhook_stats;
DROP TRIGGER IF EXISTS trigger_webhook_jobs_updated_at ON webhook_jobs;
DROP TRIGGER IF EXISTS trigger_webhook_endpoints_updated_at ON webhook_endpoints;
DROP TABLE IF EXISTS webhook_deliveries CASCADE;
DROP TABLE IF EXISTS webhook_jobs CASCADE;
DROP TABLE IF EXISTS webhook_endpoints CASCADE;
