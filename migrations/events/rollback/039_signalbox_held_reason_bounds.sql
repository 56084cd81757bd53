SET LOCAL lock_timeout = '5s';

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
