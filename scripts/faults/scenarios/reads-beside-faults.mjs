import { setTimeout as sleep } from 'node:timers/promises';
import { call } from '../consumer/http.mjs';

const FILLED = 200;
const CAPACITY_CONNECTIONS = 16;
const CAPACITY_MS = 5_000;
/** Of what the API can do. */
const SHARE = 0.2;
const BLOCK_MS = 6_000;
const CREATES_A_SECOND = 4;
const LIMIT = 1.5;
const DIRECT = { mostMs: 0, lostOf: 0 };

/**
 * How much unrelated reads suffer from a vendor that hangs: the 95th percentile of reads at a fifth of the API's capacity (open loop: counted
 * from when each should have been sent), in blocks by turns with and without the fault under the same create load.
 * @param {import('../round.mjs').Round} round
 */
export async function readsBesideFaults(round) {
  const { settings, notes, faults, random } = round;
  const read = await preparedReads(round);
  await closedLoop(read, 2_000);
  const capacity = await closedLoop(read, CAPACITY_MS);
  notes.push(`capacity ${Math.round(capacity)} reads a second, asked at ${Math.round(capacity * SHARE)}`);
  const took = { verified: [], hang: [] };
  const ratios = [];
  for (let pair = 0; pair < settings.pairs; pair += 1) {
    const order = random.below(2) === 0 ? ['verified', 'hang'] : ['hang', 'verified'];
    const block = {};
    for (const kind of order) {
      block[kind] = await openLoop(round, read, { kind, perSecond: capacity * SHARE });
      took[kind].push(...block[kind]);
    }
    ratios.push(p95(block.hang) / p95(block.verified));
  }
  const [ratio] = ratios.toSorted((one, other) => one - other).slice(Math.floor(ratios.length / 2));
  const together = p95(took.hang) / p95(took.verified);
  notes.push(`p95 without ${p95(took.verified).toFixed(2)} ms, while the vendor hangs ${p95(took.hang).toFixed(2)} ms`);
  notes.push(
    `ratio ${ratio.toFixed(2)} (of all together ${together.toFixed(2)}), by pairs ${ratios.map((each) => each.toFixed(2)).join(' ')}`,
  );
  if (settings.assertRatio && ratio >= LIMIT)
    faults.push(`p95 of reads is ${ratio.toFixed(2)} times what it is without the fault`);
}

/** Verifications to read, and a function that reads one of them; it resolves with whether it was answered well. */
async function preparedReads(round) {
  await round.load({ creates: FILLED, overMs: 3_000, kinds: ['offline'] });
  const told = [...round.consumer.acknowledged.values()];
  const { url } = round.cluster.services.find(({ role }) => role === 'api');
  return async () => {
    const { id, wanted } = round.random.one(told);
    const { status } = await call(url, { path: `/v1/verifications/${id}`, key: wanted.tenant.key });
    if (status !== 200) round.faults.push(`a read was answered ${status}`);
  };
}

async function closedLoop(read, overMs) {
  const begun = performance.now();
  let count = 0;
  const readOn = async () => {
    for (; performance.now() - begun < overMs; count += 1) await read();
  };
  await Promise.all(Array.from({ length: CAPACITY_CONNECTIONS }, readOn));
  return (count * 1000) / (performance.now() - begun);
}

/** Milliseconds of each read, from the moment it was due to its answer. */
async function openLoop(round, read, { kind, perSecond }) {
  const creating = round.load({
    creates: (CREATES_A_SECOND * BLOCK_MS) / 1000,
    overMs: BLOCK_MS,
    kinds: [kind],
    reads: false,
    line: DIRECT,
  });
  const begun = performance.now();
  const took = [];
  const reads = [];
  for (let index = 0; (index * 1000) / perSecond < BLOCK_MS; index += 1) {
    const dueAt = begun + (index * 1000) / perSecond;
    if (dueAt > performance.now()) await sleep(dueAt - performance.now());
    reads.push(read().then(() => took.push(performance.now() - dueAt)));
  }
  await Promise.all([...reads, creating]);
  return took;
}

function p95(values) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(sorted.length * 0.95)];
}
