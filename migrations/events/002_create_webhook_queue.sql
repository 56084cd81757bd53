-- Webhook queue: endpoints, jobs, history of deliveries, statistics.

CREATE TABLE IF NOT EXISTS webhook_endpoints (
    id             VARCHAR(255) PRIMARY KEY,
    url            TEXT         NOT NULL,
    secret         VARCHAR(255) NOT NULL,
    description    TEXT,
    event_filter   JSONB,
    custom_headers JSONB,
    timeout_ms     INTEGER      NOT NULL DEFAULT 30000,
    max_retries    INTEGER      NOT NULL DEFAULT 3,
    enabled        BOOLEAN      NOT NULL DEFAULT true,
    created_at     TIMESTAMPTZ  NOT NULL DEFAULT now(),
    updated_at     TIMESTAMPTZ  NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS webhook_jobs (
    id             UUID PRIMARY KEY,
    endpoint_id    VARCHAR(255) NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    url            TEXT         NOT NULL,
    payload        JSONB        NOT NULL,
    secret         VARCHAR(255) NOT NULL,
    custom_headers JSONB,
    attempts       INTEGER      NOT NULL DEFAULT 0,
    max_attempts   INTEGER      NOT NULL,
    next_attempt   TIMESTAMPTZ  NOT NULL,
    status         VARCHAR(50)  NOT NULL,
    last_error     TEXT,
    timeout_ms     INTEGER      NOT NULL,
    created_at     TIMESTAMPTZ  NOT NULL DEFAULT now(),
    updated_at     TIMESTAMPTZ  NOT NULL DEFAULT now(),

    CONSTRAINT check_status CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled'))
);

CREATE INDEX IF NOT EXISTS idx_webhook_jobs_status_next ON webhook_jobs (status, next_attempt)
    WHERE status IN ('pending', 'processing');
CREATE INDEX IF NOT EXISTS idx_webhook_jobs_endpoint ON webhook_jobs (endpoint_id);
CREATE INDEX IF NOT EXISTS idx_webhook_jobs_created_at ON webhook_jobs (created_at);

CREATE TABLE IF NOT EXISTS webhook_deliveries (
    id            UUID PRIMARY KEY,
    job_id        UUID         NOT NULL REFERENCES webhook_jobs (id) ON DELETE CASCADE,
    endpoint_id   VARCHAR(255) NOT NULL,
    event_type    VARCHAR(255) NOT NULL,
    status_code   INTEGER,
    response_body TEXT,
    error         TEXT,
    duration_ms   INTEGER      NOT NULL,
    created_at    TIMESTAMPTZ  NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_webhook_deliveries_job ON webhook_deliveries (job_id);
CREATE INDEX IF NOT EXISTS idx_webhook_deliveries_endpoint ON webhook_deliveries (endpoint_id, created_at DESC);
CREATE INDEX IF NOT EXISTS idx_webhook_deliveries_event_type ON webhook_deliveries (event_type);
CREATE INDEX IF NOT EXISTS idx_webhook_deliveries_status ON webhook_deliveries (status_code);

CREATE OR REPLACE FUNCTION update_updated_at_column() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at = now();
    RETURN NEW;
END;
$$;

DROP TRIGGER IF EXISTS trigger_webhook_endpoints_updated_at ON webhook_endpoints;
CREATE TRIGGER trigger_webhook_endpoints_updated_at
    BEFORE UPDATE ON webhook_endpoints
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

DROP TRIGGER IF EXISTS trigger_webhook_jobs_updated_at ON webhook_jobs;
CREATE TRIGGER trigger_webhook_jobs_updated_at
    BEFORE UPDATE ON webhook_jobs
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Jobs and deliveries are counted apart and joined afterwards: joining the tables first would count each job once
-- per delivery.
CREATE OR REPLACE VIEW webhook_stats AS
SELECT endpoint.id AS endpoint_id,
       endpoint.url,
       endpoint.enabled,
       coalesce(job.total, 0) AS total_jobs,
       coalesce(job.completed, 0) AS completed_jobs,
       coalesce(job.failed, 0) AS failed_jobs,
       coalesce(job.pending, 0) AS pending_jobs,
       delivery.avg_success_duration_ms,
       coalesce(delivery.successful, 0) AS successful_deliveries,
       coalesce(delivery.failed, 0) AS failed_deliveries,
       delivery.last_delivery_at
FROM webhook_endpoints endpoint
LEFT JOIN (
    SELECT endpoint_id,
           count(*) AS total,
           count(*) FILTER (WHERE status = 'completed') AS completed,
           count(*) FILTER (WHERE status = 'failed') AS failed,
           count(*) FILTER (WHERE status = 'pending') AS pending
    FROM webhook_jobs
    GROUP BY endpoint_id
) job ON job.endpoint_id = endpoint.id
LEFT JOIN (
    SELECT endpoint_id,
           avg(duration_ms) FILTER (WHERE status_code BETWEEN 200 AND 299) AS avg_success_duration_ms,
           count(*) FILTER (WHERE status_code BETWEEN 200 AND 299) AS successful,
           count(*) FILTER (WHERE status_code >= 400) AS failed,
           max(created_at) AS last_delivery_at
    FROM webhook_deliveries
    GROUP BY endpoint_id
) delivery ON delivery.endpoint_id = endpoint.id;

COMMENT ON TABLE webhook_endpoints IS 'Registered webhook endpoints';
COMMENT ON TABLE webhook_jobs IS 'Queued webhook deliveries';
COMMENT ON TABLE webhook_deliveries IS 'History of delivery attempts';
COMMENT ON VIEW webhook_stats IS 'One row per endpoint';
COMMENT ON COLUMN webhook_jobs.status IS 'pending, processing, completed, failed, cancelled';
