// Kills the development server (kill -9) in the middle of many creates, again and again, and looks whether everything that it had
// acknowledged is there afterwards, and whether the next one gets the answers that were still out: `npm run test:kill -- --rounds 20 --creates 200
// --seed 1`. Ends with 1 where something is lost.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { call, removeDatabase, startServer } from './kill-server/development-server.mjs';
import { faultsOfTakeOver } from './kill-server/take-over.mjs';

/** The lease of a key whose request died is the wait and a margin of 10 s. */
const SETTLED_WITHIN_MS = 20_000;

const folder = mkdtempSync(join(tmpdir(), 'cv-kill-'));

/** Small numbers from a seed (mulberry32), so that a run can be repeated. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const KINDS = [
  { provider: 'manual', verification_type: 'identity' },
  { provider: 'offline', verification_type: 'business_entity', input: { vat_number: 'DE143454214' } },
  { provider: 'sandbox', verification_type: 'identity', input: { scenario: 'verified' } },
];

/** Requests of one round; every other one has an Idempotency-Key. */
function requestsOf(count) {
  return Array.from({ length: count }, (_, index) => ({
    body: { customer_id: randomUUID(), ...KINDS[index % KINDS.length] },
    headers: index % 2 === 0 ? { 'idempotency-key': randomUUID() } : {},
  }));
}

/** Sends all at once and kills the server when `killAfter` have been answered. Returns what was acknowledged, by request. */
async function killInTheMiddle(server, requests, { killAfter, databaseToo }) {
  const acknowledged = new Map();
  const postmaster = Number(readFileSync(join(folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const send = async (request) => {
    const { status, headers, json } = await call(server, 'POST', '', request);
    if (status !== 201) throw new Error(`create answered ${status} ${JSON.stringify(json)}`);
    acknowledged.set(request, { data: json.data, version: Number(headers.get('etag').slice(1, -1)) });
    if (acknowledged.size !== killAfter) return;
    server.child.kill('SIGKILL');
    if (databaseToo) process.kill(postmaster, 'SIGKILL');
  };
  const results = await Promise.allSettled(requests.map(send));
  await server.exited;
  const refused = results.find(({ reason }) => /^create answered/.test(reason?.message ?? ''));
  if (refused) throw refused.reason;
  return acknowledged;
}

/** What is wrong with the acknowledged verifications: none may be missing, and each has the event of the version it was answered with. */
async function faultsOfAcknowledged(server, acknowledged) {
  const faults = [];
  for (const { data, version } of acknowledged.values()) {
    const found = await call(server, 'GET', `/${data.id}`);
    const history = await call(server, 'GET', `/${data.id}/history?limit=100`);
    const events = history.json.data ?? [];
    const told = events.find((event) => event.version === version);
    if (found.status !== 200) faults.push(`${data.id} is lost`);
    else if (events[0]?.type !== 'verification.created') faults.push(`${data.id} has no first event`);
    else if (JSON.stringify(told?.data) !== JSON.stringify(data))
      faults.push(`${data.id}: version ${version} is not what was said`);
    else if (JSON.stringify(events.at(-1).data) !== JSON.stringify(found.json.data))
      faults.push(`${data.id} differs from its last event`);
  }
  return faults;
}

/** Repeats a request with its key until its first process counts as dead. */
async function repeat(server, request) {
  const until = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const answer = await call(server, 'POST', '', request);
    if (answer.status !== 409 || performance.now() > until) return answer;
    await sleep(250);
  }
}

/** What is wrong with the repetitions: an acknowledged one says the same again, and no request, repeated or not, has two rows. */
async function faultsOfRepetitions(server, requests, acknowledged) {
  const check = async (request) => {
    const first = acknowledged.get(request);
    const customer = request.body.customer_id;
    const keyed = request.headers['idempotency-key'] !== undefined;
    const faults = [];
    if (keyed) {
      const { status, headers, json } = await repeat(server, request);
      const replayed = headers.get('idempotent-replayed') === 'true';
      if (status !== 201) faults.push(`the repetition for ${customer} answered ${status}`);
      if (first && (!replayed || JSON.stringify(json.data) !== JSON.stringify(first.data)))
        faults.push(`the repetition for ${customer} differs`);
    }
    const { json } = await call(server, 'GET', `?customer_id=${customer}`);
    const wanted = keyed || first ? 1 : Math.min(json.data.length, 1);
    if (json.data.length !== wanted) faults.push(`${customer} has ${json.data.length} verifications`);
    return faults;
  };
  return (await Promise.all(requests.map(check))).flat();
}

/** Verifications for which the vendor was asked to start more than once, by its own journal. */
function startedTwice() {
  const lines = readFileSync(join(folder, 'sandbox-journal.jsonl'), 'utf8').split('\n').filter(Boolean);
  const started = lines.flatMap((line) => {
    try {
      const { entry } = JSON.parse(line);
      return entry.kind === 'started' ? [entry.client_reference] : [];
    } catch {
      // The line that was being written when the server was killed.
      return [];
    }
  });
  return { starts: started.length, twice: started.filter((id, index) => started.indexOf(id) !== index) };
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      creates: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(randomBytes(4).readUInt32LE()) },
    },
  });
  return { rounds: Number(values.rounds), creates: Number(values.creates), seed: Number(values.seed) };
}

/** One round; returns the server that came back. */
async function playRound(server, creates, random) {
  const plan = { killAfter: 1 + random(Math.max(1, creates - 1)), databaseToo: random(2) === 1 };
  const requests = requestsOf(creates);
  const acknowledged = await killInTheMiddle(server, requests, plan);
  const next = await startServer(folder);
  const faults = await faultsOfAcknowledged(next, acknowledged);
  faults.push(...(await faultsOfRepetitions(next, requests, acknowledged)));
  const takeOver = await faultsOfTakeOver(next, requests);
  faults.push(...takeOver.faults);
  const killed = plan.databaseToo ? 'server and database' : 'server';
  const figures = `${killed} killed, ${acknowledged.size} of ${creates} acknowledged, back in ${Math.round(next.startMs)} ms, ${takeOver.leftBehind} left behind and taken over in ${Math.round(takeOver.tookMs)} ms`;
  return { next, acknowledged: acknowledged.size, faults, figures };
}

async function main({ rounds, creates, seed }) {
  const random = randomFrom(seed);
  const faults = [];
  let acknowledged = 0;
  let server = await startServer(folder);
  console.log(`seed ${seed}: ${rounds} rounds of ${creates} creates; first start ${Math.round(server.startMs)} ms`);
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const played = await playRound(server, creates, random);
      server = played.next;
      acknowledged += played.acknowledged;
      faults.push(...played.faults.map((fault) => `round ${round}: ${fault}`));
      console.log(`round ${round}: ${played.figures}, ${played.faults.length} faults`);
    }
    const { starts, twice } = startedTwice();
    faults.push(...twice.map((id) => `${id} was started twice at the vendor`));
    console.log(`${acknowledged} acknowledged, ${starts} starts at the vendor, ${faults.length} faults`);
    for (const fault of faults) console.error(fault);
    process.exitCode = faults.length === 0 && acknowledged > 0 ? 0 : 1;
  } finally {
    server.child.kill('SIGTERM');
    await server.exited;
    await removeDatabase(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

await main(readOptions());
