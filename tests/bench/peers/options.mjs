// Command line of both peers. The database comes from PGHOST, PGPORT, PGUSER and PGDATABASE.
import { parseArgs } from 'node:util';

export function readOptions() {
    const { values, positionals } = parseArgs({
        allowPositionals: true,
        options: {
            jobs: { type: 'string', default: '1000' },
            endpoints: { type: 'string', default: '8' },
            url: { type: 'string', default: '' },
            secret: { type: 'string', default: '' },
            'in-flight': { type: 'string', default: '64' },
            ca: { type: 'string' },
        },
    });
    return {
        act: positionals[0],
        jobs: Number(values.jobs),
        endpoints: Number(values.endpoints),
        url: values.url,
        secret: values.secret,
        inFlight: Number(values['in-flight']),
        caFile: values.ca,
    };
}

/// What the jobs carry. bench_payload() is the same function in every database.
export const jobsSql = `
SELECT gen_random_uuid() AS id, 'ep_' || n % $2 AS endpoint, 'order.created.v1' AS type, $3::text AS secret,
       bench_payload(n)::text AS body
FROM generate_series(1, $1::bigint) AS n`;
