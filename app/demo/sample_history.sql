-- An hour of plausible history for a first start, so that charts and tables have something to show. Its events carry no
-- txid: fan-out takes them for history and does not send them.

SELECT setseed(0.42);

CREATE TEMPORARY TABLE sample_event ON COMMIT DROP AS
SELECT gen_random_uuid() AS id,
       story.correlation_id,
       kind.event_type,
       -- Five busy users, to have streams that want a snapshot.
       CASE kind.family WHEN 'user' THEN 'user-' || CASE WHEN story.number % 2 = 0 THEN story.number % 10
                                                         ELSE story.number % 300 END
                        WHEN 'order' THEN 'order-' || 1000 + story.number
                        ELSE 'invoice-' || 1000 + story.number END AS stream_id,
       story.number,
       story.started_at + kind.after + random() * interval '6 s' AS at,
       story.tier
FROM (
    SELECT number,
           gen_random_uuid() AS correlation_id,
           now() - interval '61 min'
               + interval '60 min' * (number / 1400.0 + 0.0035 * sin(number / 40.0) + 0.001 * sin(number / 7.3)) AS started_at,
           CASE WHEN random() < 0.25 THEN 'gold' ELSE 'standard' END AS tier
    FROM generate_series(1, 1400) AS number
) story
CROSS JOIN LATERAL (
    VALUES (CASE WHEN story.number % 3 = 0 THEN 'user.registered.v1' ELSE 'user.updated.v2' END, 'user', interval '0 s'),
           ('order.placed.v1', 'order', interval '9 s'),
           ('order.paid.v1', 'order', interval '20 s'),
           ('invoice.issued.v1', 'invoice', interval '31 s'),
           (CASE WHEN story.number % 8 = 0 THEN 'refund.issued.v1' ELSE 'order.shipped.v1' END,
            CASE WHEN story.number % 8 = 0 THEN 'invoice' ELSE 'order' END, interval '45 s')
) AS kind (event_type, family, after)
WHERE story.started_at + kind.after < now() - interval '7 s';

INSERT INTO events (id, event_type, stream_id, version, payload, metadata, correlation_id, causation_id, timestamp,
                    created_at, txid, position)
SELECT id,
       event_type,
       stream_id,
       row_number() OVER (PARTITION BY stream_id ORDER BY at, id),
       jsonb_build_object('id', stream_id, 'customer', jsonb_build_object('id', 'user-' || number % 400, 'tier', tier),
                          'total_cents', 1290 + number * 37 % 90000, 'ledger_number', 12345678901230000000 + number),
       '{"source": "signalbox demo", "tags": ["sample"]}',
       correlation_id,
       lag(id) OVER (PARTITION BY correlation_id ORDER BY at),
       at,
       at,
       NULL,
       NULL
FROM sample_event
ORDER BY at;

UPDATE event_streams stream
SET created_at = event.first_at, updated_at = event.last_at
FROM (SELECT stream_id, min(created_at) AS first_at, max(created_at) AS last_at FROM events GROUP BY stream_id) event
WHERE event.stream_id = stream.id;

INSERT INTO event_snapshots (stream_id, version, state, created_at)
SELECT stream_id, version, jsonb_build_object('version', version, 'last', event_type), created_at
FROM events
WHERE version % 3 = 0 AND version < 10 AND hashtext(stream_id) % 3 <> 0
ON CONFLICT DO NOTHING;

-- One row per job: how many attempts it took, and how the last one ended.
CREATE TEMPORARY TABLE sample_job ON COMMIT DROP AS
SELECT gen_random_uuid() AS id,
       event.id AS event_id,
       event.at + interval '0.2 s' AS at,
       event.event_type,
       endpoint.id AS endpoint_id,
       CASE endpoint.id
           WHEN 'ep_crm_sync' THEN CASE WHEN random() < 0.65 THEN 1 WHEN random() < 0.65 THEN 2 WHEN random() < 0.65 THEN 3 ELSE 4 END
           WHEN 'ep_edge_cache' THEN CASE WHEN random() < 0.5 THEN 1 WHEN random() < 0.5 THEN 2 WHEN random() < 0.5 THEN 3 ELSE 4 END
           WHEN 'ep_mailer' THEN CASE WHEN random() < 0.8 THEN 1 ELSE 2 END
           WHEN 'ep_legacy_erp' THEN 4
           WHEN 'ep_partner_api' THEN 4
           WHEN 'ep_moved_app' THEN 4
           ELSE 1
       END AS attempts,
       CASE
           WHEN endpoint.id IN ('ep_legacy_erp', 'ep_partner_api', 'ep_moved_app') THEN 'failed'
           WHEN endpoint.id IN ('ep_crm_sync', 'ep_edge_cache') AND random() < 0.03 THEN 'failed'
           WHEN endpoint.id = 'ep_analytics' AND random() < 0.003 THEN 'cancelled'
           WHEN endpoint.id = 'ep_audit' THEN 'pending'
           ELSE 'completed'
       END AS status,
       endpoint.url,
       endpoint.secret,
       endpoint.timeout_ms,
       endpoint.max_retries + 1 AS max_attempts
FROM sample_event event
JOIN events stored ON stored.id = event.id
JOIN webhook_endpoints endpoint ON signalbox_event_matches(endpoint.event_filter, event.event_type, stored.payload)
WHERE endpoint.id <> 'ep_old_shop'
  -- The broken ones got less to do, or nothing else could be seen beside them.
  AND (endpoint.id NOT IN ('ep_legacy_erp', 'ep_partner_api', 'ep_moved_app', 'ep_audit') OR event.number % 9 = 0);

UPDATE sample_job SET attempts = 4 WHERE status = 'failed';
UPDATE sample_job SET attempts = 0 WHERE status IN ('pending', 'cancelled');

INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, next_attempt, status, last_error,
                          timeout_ms, created_at, updated_at, event_id, event_type)
SELECT job.id,
       job.endpoint_id,
       job.url,
       jsonb_build_object('id', event.id, 'type', event.event_type,
                          'timestamp', to_char(event.timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                          'stream', event.stream_id, 'version', event.version, 'data', event.payload),
       job.secret,
       job.attempts,
       job.max_attempts,
       job.at + interval '31 s',
       job.status,
       CASE WHEN job.status = 'failed' THEN
           CASE job.endpoint_id WHEN 'ep_partner_api' THEN 'timed out after 2 s'
                                WHEN 'ep_moved_app' THEN 'HTTP 301: redirects are not followed'
                                WHEN 'ep_edge_cache' THEN 'connection closed while waiting for the answer'
                                ELSE 'HTTP 500' END
       END,
       job.timeout_ms,
       job.at,
       job.at + interval '1 s',
       job.event_id,
       job.event_type
FROM sample_job job
JOIN events event ON event.id = job.event_id;

INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, response_body, error, duration_ms,
                                created_at, attempt, outcome)
SELECT gen_random_uuid(),
       attempt.job_id,
       attempt.endpoint_id,
       attempt.event_type,
       attempt.status_code,
       CASE WHEN attempt.status_code = 200 THEN '{"received":true}'
            WHEN attempt.status_code = 500 THEN '{"error":"upstream failure"}' END,
       CASE WHEN attempt.status_code IS NULL THEN
           CASE WHEN attempt.endpoint_id = 'ep_partner_api' THEN 'timed out after 2 s'
                ELSE 'connection closed while waiting for the answer' END
       END,
       attempt.duration_ms,
       attempt.at,
       attempt.number,
       CASE WHEN attempt.status_code IS NULL THEN 'no-answer' ELSE 'answered' END
FROM (
    SELECT job.id AS job_id,
           job.endpoint_id,
           job.event_type,
           number,
           CASE
               WHEN job.endpoint_id = 'ep_partner_api' THEN NULL
               WHEN job.endpoint_id = 'ep_moved_app' THEN 301
               WHEN number = job.attempts AND job.status = 'completed' THEN 200
               WHEN job.endpoint_id = 'ep_edge_cache' THEN NULL
               WHEN job.endpoint_id = 'ep_mailer' THEN 429
               ELSE 500
           END AS status_code,
           CASE
               WHEN job.endpoint_id = 'ep_partner_api' THEN 2000 + (random() * 9)::integer
               WHEN job.endpoint_id = 'ep_warehouse' THEN 600 + (random() * 1300)::integer
               ELSE 8 + (40 * -ln(1 - random() * 0.999))::integer
           END AS duration_ms,
           job.at + (ARRAY[0.3, 3.4, 11.9, 32.5])[number] * interval '1 s' AS at
    FROM sample_job job
    CROSS JOIN LATERAL generate_series(1, job.attempts) AS number
) attempt
WHERE attempt.at < now();

ANALYZE events, event_streams, webhook_jobs, webhook_deliveries;
