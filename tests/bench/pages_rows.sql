-- Jobs, attempts and events for the table of pages in README.md: :jobs of each of the first two, :events of the
-- last, over thirty days. Run against 001 and 002, before the indexes of the other migrations are built.
SET session_replication_role = replica; -- neither triggers nor foreign keys: the rows are right as they are
SET synchronous_commit = off;

INSERT INTO webhook_endpoints (id, url, secret)
SELECT 'ep_' || n, 'https://receiver-' || n || '.example.com/hook', 'whsec_' || md5(n::text)
FROM generate_series(1, 300) n;

INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp, created_at)
SELECT gen_random_uuid(), 'type.' || n % 40, 'stream-' || n % 50000, n / 50000 + 1,
       jsonb_build_object('type', 'type.' || n % 40, 'user', jsonb_build_object('id', n % 100000), 'text', md5(n::text)),
       '{}', now() - (:events - n) * interval '30 days' / :events, now() - (:events - n) * interval '30 days' / :events
FROM generate_series(1, :events) n;

INSERT INTO event_streams (id, current_version, created_at, updated_at)
SELECT stream_id, max(version), min(created_at), max(created_at) FROM events GROUP BY stream_id;

-- Two of a hundred jobs failed, a hundredth is open, one in two hundred was cancelled.
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, attempts, max_attempts, next_attempt, status,
                          last_error, timeout_ms, created_at, updated_at)
SELECT gen_random_uuid(), 'ep_' || 1 + n % 300, 'https://receiver-' || 1 + n % 300 || '.example.com/hook',
       jsonb_build_object('type', 'type.' || n % 40, 'user', jsonb_build_object('id', n % 100000), 'text', md5(n::text)),
       'whsec_' || md5((1 + n % 300)::text), CASE WHEN n % 100 < 2 THEN 4 ELSE 1 END, 4, made.moment,
       CASE WHEN n % 100 < 2 THEN 'failed' WHEN n > :jobs * 0.99 THEN 'pending' WHEN n % 200 = 7 THEN 'cancelled'
            ELSE 'completed' END,
       CASE WHEN n % 100 < 2 THEN 'HTTP ' || 500 + n % 4 || ' answered by the receiver' END, 30000, made.moment, made.moment
FROM generate_series(1, :jobs) n
CROSS JOIN LATERAL (SELECT now() - (:jobs - n) * interval '30 days' / :jobs AS moment) made;

INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, error, duration_ms, created_at)
SELECT gen_random_uuid(), id, endpoint_id, payload ->> 'type',
       CASE WHEN status <> 'failed' THEN 200 WHEN attempts % 2 = 0 THEN 503 END,
       CASE WHEN status = 'failed' THEN last_error END, 5 + abs(hashtext(id::text)) % 900, created_at
FROM webhook_jobs WHERE status <> 'pending';
