// Attempt rows, inserted set by set: one statement a job would hold the peers back.

const insert = {
    name: 'insert-attempts',
    text: `
INSERT INTO webhook_deliveries (id, job_id, endpoint_id, event_type, status_code, response_body, duration_ms, attempt,
                                outcome, is_test, worker_id, request_headers, response_headers)
SELECT id, job_id, endpoint_id, event_type, status_code, response_body, duration_ms, attempt, outcome, false, worker_id,
       request_headers, response_headers
FROM json_to_recordset($1::json) AS row(
    id uuid, job_id uuid, endpoint_id text, event_type text, status_code integer, response_body text, duration_ms integer,
    attempt integer, outcome text, worker_id uuid, request_headers jsonb, response_headers jsonb)`,
};

export function insertAttempts(client, rows) {
    return client.query({ ...insert, values: [JSON.stringify(rows)] });
}

/// Collects rows for some milliseconds, or while a set is under way, and inserts them together; add() resolves
/// once its row is committed.
export class AttemptLog {
    constructor(pool, { delayMs = 2, size = 500 } = {}) {
        this.pool = pool;
        this.delayMs = delayMs;
        this.size = size;
        this.waiting = [];
        this.busy = false;
        this.timer = null;
    }

    add(row) {
        return new Promise((resolve, reject) => {
            this.waiting.push({ row, resolve, reject });
            this.schedule();
        });
    }

    schedule() {
        if (this.busy || this.timer || this.waiting.length === 0) return;
        this.timer = setTimeout(() => this.flush(), this.delayMs);
    }

    async flush() {
        this.timer = null;
        this.busy = true;
        const set = this.waiting.splice(0, this.size);
        try {
            await insertAttempts(this.pool, set.map((one) => one.row));
            for (const one of set) one.resolve();
        } catch (error) {
            for (const one of set) one.reject(error);
        }
        this.busy = false;
        this.schedule();
    }
}
