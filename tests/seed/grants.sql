-- Read-only user for analytics
GRANT SELECT ON events, webhook_deliveries, webhook_stats TO analytics_user;

-- Application user
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO app_user;
