// pg-boss at its best: batch fetch while requests are under way, batch complete behind them, attempt rows in sets.
// Its own work() sends one batch after the other and would leave connections idle between two.
import pg from 'pg';
import PgBoss from 'pg-boss';
import { insertAttempts } from './attempts.mjs';
import { jobsSql, readOptions } from './options.mjs';
import { Sender } from './webhook.mjs';

const queue = 'deliver';
const fetchSize = 500;
const completeSize = 500;

const options = readOptions();
const pgPool = new pg.Pool({ max: 10 });
pgPool.on('error', (error) => console.error(error));
pgPool.on('connect', (client) => client.on('error', (error) => console.error(error)));
const boss = new PgBoss({
    db: { executeSql: (text, values) => pgPool.query(text, values) },
    supervise: false,
    schedule: false,
});
boss.on('error', (error) => console.error(error));

async function load() {
    const { rows } = await pgPool.query(jobsSql, [options.jobs, options.endpoints, options.secret]);
    for (let at = 0; at < rows.length; at += 5000)
        await boss.insert(rows.slice(at, at + 5000).map((data) => ({ name: queue, data })));
}

/// Jobs fetched ahead, requests in flight, and rows to be recorded, each side going on while the others wait.
class Pipeline {
    constructor(sender, jobs) {
        this.sender = sender;
        this.jobs = jobs;
        this.fetched = 0;
        this.recorded = 0;
        this.ready = [];
        this.sent = [];
        this.inFlight = 0;
        this.fetching = false;
        this.recording = false;
        this.done = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    }

    pump() {
        while (this.inFlight < options.inFlight && this.ready.length > 0) this.send(this.ready.shift());
        if (!this.fetching && this.fetched < this.jobs && this.ready.length < fetchSize / 2)
            this.fetch().catch(this.reject);
        if (!this.recording && this.sent.length > 0) this.record().catch(this.reject);
    }

    async fetch() {
        this.fetching = true;
        const jobs = await boss.fetch(queue, { batchSize: fetchSize, priority: false });
        this.fetched += jobs.length;
        this.ready.push(...jobs);
        this.fetching = false;
        this.pump();
    }

    async send(job) {
        this.inFlight += 1;
        try {
            this.sent.push({ id: job.id, row: await this.sender.deliver(job.data) });
        } catch (error) {
            this.reject(error);
        }
        this.inFlight -= 1;
        this.pump();
    }

    async record() {
        this.recording = true;
        await new Promise((resolve) => setTimeout(resolve, 2));
        const set = this.sent.splice(0, completeSize);
        await insertAttempts(pgPool, set.map((one) => one.row));
        await boss.complete(queue, set.map((one) => one.id));
        this.recording = false;
        this.recorded += set.length;
        if (this.recorded === this.jobs) this.resolve();
        else this.pump();
    }
}

async function run() {
    const sender = new Sender(options);
    const pipeline = new Pipeline(sender, options.jobs);
    pipeline.pump();
    await pipeline.done;
    await sender.close();
}

// A waiting pg-boss polls, twice a second at its quickest; with a NOTIFY of one's own it can be woken.
async function serve() {
    const sender = new Sender(options);
    const id = await boss.work(queue, { batchSize: options.inFlight, pollingIntervalSeconds: 0.5 }, async (jobs) => {
        await insertAttempts(pgPool, await Promise.all(jobs.map((job) => sender.deliver(job.data))));
    });
    const listener = new pg.Client();
    await listener.connect();
    listener.on('notification', () => boss.notifyWorker(id));
    await listener.query('LISTEN bench_job');
    await new Promise((resolve) => process.once('SIGTERM', resolve));
    await listener.end();
    await boss.stop({ graceful: true });
    await sender.close();
}

await boss.start();
if (options.act === 'setup') await boss.createQueue(queue);
else await { load, run, serve }[options.act]();
await boss.stop({ graceful: false });
await pgPool.end();
