// graphile-worker at its best: local queue on, completion in batches, attempt rows in sets, and more tasks than
// requests in flight so that a task that waits for its row holds no connection.
import { Logger, run, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { AttemptLog } from './attempts.mjs';
import { jobsSql, readOptions } from './options.mjs';
import { Sender } from './webhook.mjs';

const options = readOptions();
const pgPool = new pg.Pool({ max: 10 });
pgPool.on('error', (error) => console.error(error));
pgPool.on('connect', (client) => client.on('error', (error) => console.error(error)));
const settings = {
    worker: {
        concurrentJobs: 3 * options.inFlight,
        completeJobBatchDelay: 2,
        failJobBatchDelay: 2,
        pollInterval: 1000,
        localQueue: { size: 500 },
        crontabFile: '',
    },
};
const logger = new Logger(() => () => {});

async function load() {
    await pgPool.query(
        `SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
             SELECT ROW('deliver', to_json(job), NULL, now(), 4, NULL, NULL, NULL)::graphile_worker.job_spec
             FROM (${jobsSql}) AS job))`,
        [options.jobs, options.endpoints, options.secret],
    );
}

async function work(until) {
    const sender = new Sender(options);
    const attempts = new AttemptLog(pgPool);
    let left = until;
    let done;
    const finished = new Promise((resolve) => (done = resolve));
    process.once('SIGTERM', () => done());
    const runner = await run({
        preset: settings,
        pgPool,
        parsedCronItems: [],
        logger,
        noHandleSignals: true,
        taskList: {
            deliver: async (job) => {
                await attempts.add(await sender.deliver(job));
                if (--left === 0) done();
            },
        },
    });
    await finished;
    await runner.stop();
    await sender.close();
}

const acts = {
    setup: () => runMigrations({ pgPool, preset: settings, logger }),
    load,
    run: () => work(options.jobs),
    serve: () => work(Infinity),
};
await acts[options.act]();
await pgPool.end();
