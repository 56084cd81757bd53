DROP INDEX IF EXISTS idx_webhook_deliveries_error;
