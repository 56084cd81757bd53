// Producer and receiver of the latency benchmarks in one process, so that one clock judges every contestant: a job is
// inserted in a transaction of its own, and its latency is from the server's commit time to the request's arrival.
//
// --gap 0: one at a time, the next when the one before has arrived and the worker has had time to fall asleep.
// --gap MS: one every MS milliseconds, whether or not the others have arrived.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import pg from 'pg';

const { values } = parseArgs({
    options: {
        contestant: { type: 'string', default: 'signalbox' },
        port: { type: 'string' },
        count: { type: 'string', default: '500' },
        skip: { type: 'string', default: '20' },
        endpoints: { type: 'string', default: '1' },
        gap: { type: 'string', default: '0' },
        secret: { type: 'string', default: '' },
    },
});
const count = Number(values.count) + Number(values.skip);
const endpoints = Number(values.endpoints);
const gap = Number(values.gap);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const now = () => performance.timeOrigin + performance.now();

const arrivals = new Map(); // webhook id -> ms since the epoch
const waiting = new Map();
const server = createServer((request, response) => {
    const id = request.headers['webhook-id'];
    if (!arrivals.has(id)) arrivals.set(id, now());
    waiting.get(id)?.();
    request.resume();
    if (!request.url.startsWith('/hang')) request.on('end', () => response.end('ok'));
});
server.keepAliveTimeout = 0;
server.requestTimeout = 0;
await new Promise((resolve) => server.listen(Number(values.port), '127.0.0.1', resolve));

const inserts = {
    signalbox: `
        INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, status, timeout_ms, event_type)
        SELECT $1::uuid, endpoint.id, endpoint.url, bench_payload($3), endpoint.secret, 4, now(), 'pending', 30000, 'order.created.v1'
        FROM webhook_endpoints endpoint WHERE endpoint.id = $2`,
    graphile: `
        SELECT graphile_worker.add_job('deliver', json_build_object('id', $1::text, 'endpoint', $2::text, 'type',
            'order.created.v1', 'secret', '${values.secret}', 'body', bench_payload($3)::text))`,
    // pg-boss tells nobody; its notifyWorker() is there for a NOTIFY of one's own.
    pgboss: `
        WITH job AS (
            INSERT INTO pgboss.job (name, data)
            VALUES ('deliver', jsonb_build_object('id', $1::text, 'endpoint', $2::text, 'type', 'order.created.v1',
                'secret', '${values.secret}', 'body', bench_payload($3)::text)) RETURNING id)
        SELECT pg_notify('bench_job', '') FROM job`,
};
const client = new pg.Client();
await client.connect();

async function insert(number) {
    const id = randomUUID();
    const arrived = new Promise((resolve) => waiting.set(id, resolve));
    await client.query('BEGIN');
    await client.query({ name: 'insert', text: inserts[values.contestant], values: [id, `ep_${number % endpoints}`, number] });
    const { rows } = await client.query({ name: 'xid', text: 'SELECT pg_current_xact_id()::text AS xid' });
    await client.query('COMMIT');
    return { id, xid: rows[0].xid, arrived };
}

const jobs = [];
for (let number = 0; number < count; number += 1) {
    const started = now();
    const job = await insert(number);
    jobs.push(job);
    if (gap > 0) await pause(Math.max(0, gap - (now() - started)));
    else {
        await Promise.race([job.arrived, pause(30_000).then(() => Promise.reject(new Error('a job never arrived')))]);
        await pause(60 + 40 * Math.random());
    }
}
for (let tries = 0; tries < 600 && jobs.some((job) => !arrivals.has(job.id)); tries += 1) await pause(100);

const { rows } = await client.query(
    'SELECT xid, extract(epoch FROM pg_xact_commit_timestamp(xid::xid)) * 1000 AS ms FROM unnest($1::text[]) AS xid',
    [jobs.map((job) => job.xid)],
);
const commits = new Map(rows.map((row) => [row.xid, Number(row.ms)]));
const measured = jobs.slice(Number(values.skip));
const latencies = measured
    .filter((job) => arrivals.has(job.id))
    .map((job) => arrivals.get(job.id) - commits.get(job.xid))
    .sort((a, b) => a - b);
const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))]?.toFixed(2);
console.log([at(0.5), at(0.95), at(0.99), measured.length - latencies.length].join('\t'));
process.exit(latencies.length === measured.length ? 0 : 1);
