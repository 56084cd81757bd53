// Appends every example payload of a public collection, lets the worker deliver them, and has a public Standard Webhooks
// library judge each request. The body's data must equal what was appended, numbers digit for digit. A second endpoint signs
// with Ed25519 (v1a), which Node's own crypto judges by the public key that `endpoint list` shows.
//
//   npm ci
//   DATABASE_URL=postgresql://... node verify.mjs ../../build/release/signalbox
//
// The database is migrated and gets two endpoints; use one made for this.
import { execFileSync, spawn } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Webhook } from 'standardwebhooks';

const program = process.argv[2] ?? '../../build/release/signalbox';
const database = process.env.DATABASE_URL;
if (!database) {
    console.error('verify: DATABASE_URL: name a database made for this');
    process.exit(2);
}
const require = createRequire(import.meta.url);
const collection = require.resolve('@octokit/webhooks-examples/package.json').replace('package.json', 'api.github.com/index.json');
const payloads = JSON.parse(readFileSync(collection, 'utf8')).flatMap((event) =>
    event.examples.map((example) => ({ type: `github.${event.name}`, text: JSON.stringify(example) })));
// Numbers that a double cannot hold, and forms that a careless printer changes.
payloads.push({
    type: 'numbers.exact',
    text: '{"big":12345678901234567890123,"cents":0.10,"one":1.0,"tiny":0.000000000000000000001,"neg":-9007199254740993}',
});

/** JSON with every number as the string of its digits, keys sorted: equal exactly when the documents are. */
function exact(text) {
    const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g,
        (token) => (token.startsWith('"') ? token : `"#${token}"`));
    return JSON.stringify(JSON.parse(quoted), (_, value) =>
        value && typeof value === 'object' && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
            : value);
}

/** The text of the envelope's "data", cut out without parsing its numbers. */
function dataOf(body) {
    const start = body.indexOf('"data": ') + '"data": '.length;
    let depth = 0;
    for (let at = start, inString = false; at < body.length; at += 1) {
        const character = body[at];
        if (inString) {
            if (character === '\\') at += 1;
            else if (character === '"') inString = false;
        } else if (character === '"') inString = true;
        else if (character === '{' || character === '[') depth += 1;
        else if ((character === '}' || character === ']') && --depth === 0) return body.slice(start, at + 1);
    }
    throw new Error('no data in the envelope');
}

function signalbox(args, input) {
    return execFileSync(program, [...args, '--db', database], { input, encoding: 'utf8' });
}

const received = [];
const receivedV1a = [];
const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
        (request.url === '/v1a' ? receivedV1a : received).push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
        response.end('{}');
    });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const secret = `whsec_${Buffer.from('signalbox-interop-secret-32bytes').toString('base64')}`;
signalbox(['migrate', 'up']);
const endpoint = signalbox(['endpoint', 'add', '--url', `http://127.0.0.1:${server.address().port}/`, '--secret', secret,
    '--allow-private-network']).trim();
const endpointV1a = signalbox(['endpoint', 'add', '--url', `http://127.0.0.1:${server.address().port}/v1a`,
    '--signature-scheme', 'v1a', '--allow-private-network']).trim();
const publicKey = JSON.parse(signalbox(['endpoint', 'list', '--format', 'json'])).find(({ id }) => id === endpointV1a).public_key;

for (const { type, text } of payloads)
    signalbox(['append', '--stream', `interop-${endpoint}`, '--type', type, '-'], text);

const started = Date.now();
await new Promise((resolve, reject) => {
    spawn(program, ['worker', '--until-idle', '--db', database], { stdio: ['ignore', 'inherit', 'inherit'] })
        .on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`worker exited with ${code}`))));
});
const seconds = (Date.now() - started) / 1000;
server.close();

const verifier = new Webhook(secret);
const appended = new Map();
for (const { text } of payloads) appended.set(exact(text), (appended.get(exact(text)) ?? 0) + 1);
let verified = 0;
let equal = 0;
for (const { headers, body } of received) {
    verifier.verify(body, headers); // throws when the signature does not hold
    verified += 1;
    const data = exact(dataOf(body));
    if (appended.get(data) > 0) {
        appended.set(data, appended.get(data) - 1);
        equal += 1;
    }
}
// DER of an Ed25519 public key: a fixed head, then the key.
const ed25519 = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(publicKey.replace(/^whpk_/, ''), 'base64')]),
    format: 'der',
    type: 'spki',
});
const verifiedV1a = receivedV1a.filter(({ headers, body }) => verify(null,
    Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`), ed25519,
    Buffer.from(headers['webhook-signature'].replace(/^v1a,/, ''), 'base64'))).length;
const largest = Math.max(...payloads.map(({ text }) => Buffer.byteLength(text)));
console.log(`appended ${payloads.length} (largest ${largest} bytes), received ${received.length}, ` +
    `signatures verified ${verified} (v1a ${verifiedV1a} of ${receivedV1a.length}), bodies equal ${equal}, worker ${seconds.toFixed(1)} s`);
process.exit(verifiedV1a === payloads.length && receivedV1a.length === payloads.length && verified === payloads.length && equal === payloads.length && received.length === payloads.length ? 0 : 1);
