-- How jobs take turns: slots and rate limit per endpoint, circuit breaker, automatic disabling, priority, order by stream,
-- idempotent enqueue, and one function that says why a job is not being sent. Additive, without rewriting a table.

SET LOCAL lock_timeout = '5s';

-- What operators set ---------------------------------------------------------------------------------------------------
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS max_in_flight integer NOT NULL DEFAULT 32;
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS rate_limit double precision;
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS rate_burst integer;
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS ordered boolean NOT NULL DEFAULT false;

-- What workers write: state apart from the endpoints -------------------------------------------------------------------
ALTER TABLE signalbox_endpoint_state ADD COLUMN IF NOT EXISTS breaker varchar(10) NOT NULL DEFAULT 'closed';
ALTER TABLE signalbox_endpoint_state ADD COLUMN IF NOT EXISTS breaker_since timestamptz;
ALTER TABLE signalbox_endpoint_state ADD COLUMN IF NOT EXISTS breaker_until timestamptz;
ALTER TABLE signalbox_endpoint_state ADD COLUMN IF NOT EXISTS breaker_reason text;
ALTER TABLE signalbox_endpoint_state ADD COLUMN IF NOT EXISTS breaker_trips integer NOT NULL DEFAULT 0;
ALTER TABLE signalbox_endpoint_state ADD COLUMN IF NOT EXISTS rate_tokens double precision;
ALTER TABLE signalbox_endpoint_state ADD COLUMN IF NOT EXISTS rate_at timestamptz;
ALTER TABLE signalbox_endpoint_state ADD COLUMN IF NOT EXISTS failing_since timestamptz;
-- Every claim reads these rows and rate-limited ones are written by every claim: room for updates in place, vacuumed early.
ALTER TABLE signalbox_endpoint_state SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0,
                                          autovacuum_vacuum_threshold = 500);
INSERT INTO signalbox_endpoint_state (endpoint_id) SELECT id FROM webhook_endpoints ON CONFLICT DO NOTHING;

-- Attempts of the last minutes, in steps of ten seconds, what the breaker judges by. A row per worker, so that recording
-- workers never wait for each other.
CREATE TABLE IF NOT EXISTS signalbox_endpoint_window (
    endpoint_id varchar(255) NOT NULL,
    bucket      timestamptz NOT NULL,
    worker_id   uuid NOT NULL,
    succeeded   integer NOT NULL,
    failed      integer NOT NULL,
    PRIMARY KEY (endpoint_id, bucket, worker_id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- The last version of a stream that was let go to an ordered endpoint.
CREATE TABLE IF NOT EXISTS signalbox_order_progress (
    endpoint_id varchar(255) NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    order_key   varchar(255) NOT NULL,
    version     integer NOT NULL,
    PRIMARY KEY (endpoint_id, order_key)
) WITH (fillfactor = 80);

ALTER TABLE signalbox_workers ADD COLUMN IF NOT EXISTS slots integer NOT NULL DEFAULT 0;
ALTER TABLE signalbox_workers SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- Jobs -----------------------------------------------------------------------------------------------------------------
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS priority smallint NOT NULL DEFAULT 0;
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS idempotency_key varchar(255);
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS order_key varchar(255);
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS order_version integer;
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS order_blocked boolean;
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS order_fence xid8;
ALTER TABLE webhook_jobs ADD COLUMN IF NOT EXISTS wait_reason varchar(20);

-- A job leaves two dead row versions behind. The default, a fifth of the table, would let the queue's indexes grow for hours
-- on a large history before anybody cleans; the delay between pages is shortened so that cleaning keeps up with workers.
ALTER TABLE webhook_jobs SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 10000,
                              autovacuum_analyze_scale_factor = 0.05, autovacuum_analyze_threshold = 10000,
                              autovacuum_vacuum_cost_delay = 1);
-- History is only added to: what counts is the visibility map and the statistics of its newest part.
ALTER TABLE webhook_deliveries SET (autovacuum_vacuum_insert_scale_factor = 0.05,
                                    autovacuum_analyze_scale_factor = 0.05);

-- Functions ------------------------------------------------------------------------------------------------------------
-- Every endpoint has its row of state from the start. SECURITY DEFINER, because whoever registers endpoints has no rights on
-- Signalbox's own tables; the search path is the schema that is being migrated.
DO $do$
BEGIN
    EXECUTE format($format$
        CREATE OR REPLACE FUNCTION signalbox_add_endpoint_state() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp AS $body$
        BEGIN
            INSERT INTO signalbox_endpoint_state (endpoint_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
            RETURN NULL;
        END;
        $body$
    $format$, current_schema());

    -- As before, but with plans that are kept: text put together at each call was planned at each call, which producers of
    -- single rows paid for.
    EXECUTE format($format$
        CREATE OR REPLACE FUNCTION signalbox_wake() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp AS $body$
        BEGIN
            IF EXISTS (SELECT FROM signalbox_workers WHERE idle AND heartbeat_at > now() - interval '60 s')
               AND NOT EXISTS (SELECT FROM signalbox_settings WHERE name = 'wake' AND value = 'false'::jsonb) THEN
                PERFORM pg_notify('signalbox_wake', '');
            END IF;
            RETURN NULL;
        END;
        $body$
    $format$, current_schema());
END;
$do$;

DROP TRIGGER IF EXISTS trigger_signalbox_endpoint_state ON webhook_endpoints;
CREATE TRIGGER trigger_signalbox_endpoint_state AFTER INSERT ON webhook_endpoints
    FOR EACH ROW EXECUTE FUNCTION signalbox_add_endpoint_state();

-- Tokens in an endpoint's bucket now; at most its burst, which is one second's worth unless it is set.
CREATE OR REPLACE FUNCTION signalbox_rate_tokens(rate_limit double precision, rate_burst integer, tokens double precision,
                                                 at timestamptz) RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN tokens IS NULL OR at IS NULL THEN burst.size
                ELSE least(burst.size, tokens + greatest(0, extract(epoch FROM now() - at)) * rate_limit) END
    FROM (SELECT coalesce(rate_burst, greatest(1, ceil(rate_limit)))::double precision AS size) burst
$$;

-- Why a job is not being sent, until when (NULL: nobody can say), and what there is to add. No row: there is no such job;
-- an empty reason: it is final, or next to be sent.
CREATE OR REPLACE FUNCTION signalbox_held_reason(job_id uuid)
RETURNS TABLE (reason text, until timestamptz, detail text)
LANGUAGE sql STABLE AS $$
    SELECT held.reason,
           CASE held.reason
               WHEN 'leased' THEN job.lease_until
               WHEN 'breaker' THEN CASE WHEN state.breaker <> 'held' THEN state.breaker_until END
               WHEN 'back-off' THEN job.next_attempt
               WHEN 'retry-after' THEN job.next_attempt
               WHEN 'scheduled' THEN job.next_attempt
               WHEN 'rate' THEN now() + (1 - signalbox_rate_tokens(endpoint.rate_limit, endpoint.rate_burst, state.rate_tokens,
                                                                   state.rate_at)) / endpoint.rate_limit * interval '1 s'
           END,
           CASE held.reason
               WHEN 'leased' THEN (SELECT format('worker on %s, pid %s', host, pid)
                                   FROM signalbox_workers WHERE id = job.lease_owner)
               WHEN 'disabled' THEN endpoint.disabled_reason
               WHEN 'breaker' THEN state.breaker_reason
               WHEN 'order' THEN (SELECT format('version %s of stream %s comes before it', first.order_version, job.order_key)
                                  FROM webhook_jobs first
                                  WHERE first.endpoint_id = job.endpoint_id AND first.order_key = job.order_key
                                    AND first.status IN ('pending', 'processing') AND first.order_version < job.order_version
                                  ORDER BY first.order_version LIMIT 1)
               WHEN 'rate' THEN format('%s requests a second', endpoint.rate_limit)
               WHEN 'slot' THEN format('%s requests at once from each worker', endpoint.max_in_flight)
           END
    FROM webhook_jobs job
    JOIN webhook_endpoints endpoint ON endpoint.id = job.endpoint_id
    LEFT JOIN signalbox_endpoint_state state ON state.endpoint_id = job.endpoint_id
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN job.status = 'processing' THEN CASE WHEN job.lease_token IS NULL THEN 'foreign' ELSE 'leased' END
            WHEN job.status <> 'pending' THEN ''
            WHEN NOT endpoint.enabled OR endpoint.removed_at IS NOT NULL THEN 'disabled'
            WHEN state.breaker <> 'closed'
                 AND (state.breaker = 'held' OR job.next_attempt <= greatest(state.breaker_until, now())) THEN 'breaker'
            WHEN job.next_attempt > now() THEN
                coalesce(job.wait_reason, CASE WHEN job.attempts > 0 THEN 'back-off' ELSE 'scheduled' END)
            WHEN job.order_blocked
                 OR (job.order_key IS NOT NULL AND EXISTS (
                        SELECT FROM webhook_jobs other
                        WHERE other.endpoint_id = job.endpoint_id AND other.order_key = job.order_key AND other.id <> job.id
                          AND other.status IN ('pending', 'processing')
                          AND (other.status = 'processing' OR other.order_version < job.order_version))) THEN 'order'
            WHEN NOT EXISTS (SELECT FROM signalbox_workers WHERE heartbeat_at > now() - interval '60 s') THEN 'no-worker'
            WHEN signalbox_rate_tokens(endpoint.rate_limit, endpoint.rate_burst, state.rate_tokens, state.rate_at) < 1
                 THEN 'rate'
            WHEN (SELECT count(leased.id) FROM webhook_jobs leased
                  WHERE leased.status = 'processing' AND leased.lease_token IS NOT NULL
                    AND leased.endpoint_id = job.endpoint_id)
                 >= endpoint.max_in_flight * (SELECT count(worker.id) FROM signalbox_workers worker
                                              WHERE worker.heartbeat_at > now() - interval '60 s')
              OR (SELECT coalesce(sum(worker.in_flight) >= sum(worker.slots), false) FROM signalbox_workers worker
                  WHERE worker.heartbeat_at > now() - interval '60 s') THEN 'slot'
            ELSE '' END AS reason
    ) held
    WHERE job.id = job_id
$$;

-- Puts a job into the queue as the endpoint stands. With a key the producer may repeat itself: the first call's job is
-- answered, whatever became of it. An endpoint that is not there gives NULL.
CREATE OR REPLACE FUNCTION signalbox_enqueue(endpoint text, payload jsonb, event_type text DEFAULT NULL,
                                             idempotency_key text DEFAULT NULL, not_before timestamptz DEFAULT now())
RETURNS uuid
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    job uuid;
BEGIN
    INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, custom_headers, max_attempts, next_attempt, status,
                              timeout_ms, event_type, idempotency_key)
    SELECT gen_random_uuid(), target.id, target.url, signalbox_enqueue.payload, target.secret, target.custom_headers,
           target.max_retries + 1, signalbox_enqueue.not_before, 'pending', target.timeout_ms, signalbox_enqueue.event_type,
           signalbox_enqueue.idempotency_key
    FROM webhook_endpoints target
    WHERE target.id = signalbox_enqueue.endpoint AND target.removed_at IS NULL
    ON CONFLICT (endpoint_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
    RETURNING id INTO job;
    IF job IS NULL THEN
        SELECT id INTO job FROM webhook_jobs
        WHERE endpoint_id = signalbox_enqueue.endpoint AND idempotency_key = signalbox_enqueue.idempotency_key;
    END IF;
    RETURN job;
END;
$$;

COMMENT ON COLUMN webhook_endpoints.max_in_flight IS 'Requests in flight at once, of each worker';
COMMENT ON COLUMN webhook_endpoints.rate_limit IS 'Requests per second, of all workers together; NULL: no limit';
COMMENT ON COLUMN webhook_endpoints.rate_burst IS 'Requests at once after a pause; NULL: one second''s worth';
COMMENT ON COLUMN webhook_endpoints.ordered IS 'Jobs of one stream go out one after the other, by version';
COMMENT ON COLUMN signalbox_endpoint_state.breaker IS 'closed, open, half-open (a probe is out), held (by an operator)';
COMMENT ON COLUMN signalbox_endpoint_state.breaker_until IS 'open: when the next probe may go; half-open: when it counts as lost';
COMMENT ON COLUMN signalbox_endpoint_state.failing_since IS 'First failure after the last success';
COMMENT ON COLUMN webhook_jobs.priority IS 'Above 0: sent before what waits; back to 0 with the attempt';
COMMENT ON COLUMN webhook_jobs.idempotency_key IS 'Unique within the endpoint';
COMMENT ON COLUMN webhook_jobs.order_blocked IS 'A lower version of its stream is not done; such jobs are not looked at by claims';
COMMENT ON COLUMN webhook_jobs.order_fence IS 'A missing lower version cannot appear any more once every transaction before this one has ended';
