// What both peers share: the same signed body as Signalbox sends, over undici, and the facts of the attempt.
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';

const agent = 'Signalbox-bench/1';

export class Sender {
    /// inFlight connections at most; caFile names the certificate to trust for https.
    constructor({ url, inFlight, caFile }) {
        const target = new URL(url);
        this.path = target.pathname;
        this.pool = new Pool(target.origin, {
            connections: inFlight,
            pipelining: 1,
            connect: caFile ? { ca: readFileSync(caFile) } : {},
        });
        this.keys = new Map();
        this.workerId = randomUUID();
    }

    key(secret) {
        let key = this.keys.get(secret);
        if (!key) this.keys.set(secret, (key = Buffer.from(secret.slice('whsec_'.length), 'base64')));
        return key;
    }

    /// One POST; the attempt row, ready to be inserted.
    async deliver(job) {
        const timestamp = String(Math.floor(Date.now() / 1000));
        const signature = createHmac('sha256', this.key(job.secret))
            .update(`${job.id}.${timestamp}.${job.body}`)
            .digest('base64');
        const headers = {
            'content-type': 'application/json',
            'user-agent': agent,
            'webhook-id': job.id,
            'webhook-timestamp': timestamp,
            'webhook-signature': `v1,${signature}`,
            'accept-encoding': 'identity',
        };
        const start = performance.now();
        const answer = await this.pool.request({ path: `${this.path}/${job.endpoint}`, method: 'POST', headers, body: job.body });
        const text = await answer.body.text();
        headers['webhook-signature'] = '***';
        return {
            id: randomUUID(),
            job_id: job.id,
            endpoint_id: job.endpoint,
            event_type: job.type,
            status_code: answer.statusCode,
            response_body: text,
            duration_ms: Math.round(performance.now() - start),
            attempt: 1,
            outcome: 'answered',
            worker_id: this.workerId,
            request_headers: headers,
            response_headers: answer.headers,
        };
    }

    close() {
        return this.pool.close();
    }
}
