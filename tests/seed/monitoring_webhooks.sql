-- Job queue status
SELECT status, COUNT(*), 
       MIN(created_at) as oldest,
       AVG(attempts) as avg_attempts
FROM webhook_jobs
GROUP BY status;

-- Failing endpoints
SELECT 
    endpoint_id,
    COUNT(*) FILTER (WHERE status = 'failed') as failed_jobs,
    COUNT(*) as total_jobs,
    ROUND(100.0 * COUNT(*) FILTER (WHERE status = 'failed') / COUNT(*), 2) as failure_rate
FROM webhook_jobs
GROUP BY endpoint_id
HAVING COUNT(*) FILTER (WHERE status = 'failed') > 0
ORDER BY failure_rate DESC;

-- Delivery performance
SELECT 
    endpoint_id,
    COUNT(*) as total_deliveries,
    AVG(duration_ms) as avg_duration,
    PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY duration_ms) as p95_duration,
    COUNT(*) FILTER (WHERE status_code >= 200 AND status_code < 300) as successful,
    COUNT(*) FILTER (WHERE status_code >= 400) as failed
FROM webhook_deliveries
WHERE created_at > NOW() - INTERVAL '1 hour'
GROUP BY endpoint_id;
