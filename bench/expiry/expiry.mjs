// Passes that end while others read: `npm run bench:expiry`. See bench/README.md.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connected, openDatabase } from '../database.mjs';
import { endingAll } from '../endings.mjs';
import { makeCallers } from '../fill.mjs';
import { requestsOf, SCENARIOS } from '../scenarios.mjs';
import { startService } from '../servers/servers.mjs';
import { fillOutlived } from './fill.mjs';
import { faultsOf } from './proof.mjs';
import { startWorkers } from './workers.mjs';

const FULL = {
  rows: 1_000_000,
  workers: 2,
  seed: 1,
  rounds: 12,
  seconds: 3,
  share: 0.2,
  connections: 32,
  limit: 1_800,
};
const SMOKE = { ...FULL, rows: 4_000, rounds: 1, seconds: 1, limit: 120 };
const SKIPPED_MS = 300;
const SAMPLED = 6;

const say = (line) => process.stdout.write(`${line}\n`);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function readSettings() {
  const names = Object.keys(FULL);
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  const { values } = parseArgs({ options: { ...options, kill: { type: 'boolean' }, smoke: { type: 'boolean' } } });
  const usual = values.smoke ? SMOKE : FULL;
  const numbers = names.map((name) => [name, Number(values[name] ?? usual[name])]);
  for (const [name, value] of numbers) if (!(value > 0)) throw new Error(`--${name} must be a positive number`);
  const { kill = false, smoke = false } = values;
  return { ...Object.fromEntries(numbers), kill: kill || smoke, smoke, poolSize: 10 };
}

async function main(endings) {
  const settings = readSettings();
  const database = await openDatabase(settings, say, endings, fillOutlived);
  const begin = (start) => endings.begin(start, (begun) => begun.stop());
  await connected(database.ownerUrl, async (client) => {
    const callers = await makeCallers(client);
    const service = await begin(() => startService(database, settings, { WORK: 'off' }));
    const get = SCENARIOS.find(({ name }) => name === 'get');
    const readers = await begin(() => startReaders(requestsOf(get, callers, settings.seed), service));
    const workers = await begin(() => startWorkers(database.appUrl, settings.workers));
    await play({ settings, client, readers, workers });
  });
}

async function play({ settings, client, readers, workers }) {
  const { rows, seconds, share, rounds, smoke, limit } = settings;
  const window = { measuredMs: seconds * 1_000, skippedMs: smoke ? 0 : SKIPPED_MS, connections: settings.connections };
  await readers.run({ ...window, rate: null });
  const { perSecond: capacity } = await readers.run({ ...window, rate: null });
  const rate = capacity * share;
  if (!smoke) say(`Reads: ${Math.round(capacity)}/s at most, ${Math.round(rate)}/s asked for, whatever is answered`);
  const ended = async () =>
    Number((await client.query('select sum(sequence) from customer_verifications.event_streams')).rows[0].sum);
  const measured = [];
  for (let round = 0; round < rounds && (await ended()) < rows; round += 1) {
    measured.push(await measure({ readers, workers, ended, plan: { ...window, rate }, round }));
    if (settings.kill && round === 0) await killOne(workers, ended, rows);
  }
  await workers.sweep();
  const [before, began] = [await ended(), performance.now()];
  for (let spent = 0; (await ended()) < rows; spent = (performance.now() - began) / 1_000) {
    if (spent > limit) throw new Error(`${rows - (await ended())} rows are left after ${limit} s`);
    await pause(50);
  }
  const alone = { rows: rows - before, seconds: (performance.now() - began) / 1_000 };
  // Whoever sweeps a row twice has the time for it now.
  await pause(smoke ? 300 : 2_000);
  const faults = await faultsOf(client, SAMPLED);
  if (faults.length > 0) throw new Error(faults.join('; '));
  say(
    `${rows} passes ended, exactly one event each, ${SAMPLED} chains hold${settings.kill ? '; a worker was killed' : ''}`,
  );
  if (!smoke) report(measured, alone, settings);
}

/** Reads without the sweep and with it, in an order that changes. */
async function measure({ readers, workers, ended, plan, round }) {
  const without = async () => {
    await workers.rest();
    return readers.run(plan);
  };
  const during = async () => {
    await workers.sweep();
    const [before, began] = [await ended(), performance.now()];
    const read = await readers.run(plan);
    return { ...read, swept: ((await ended()) - before) / ((performance.now() - began) / 1_000) };
  };
  if (round % 2 === 0) return { without: await without(), during: await during() };
  const first = await during();
  return { without: await without(), during: first };
}

/** In the middle of its work: when more has been ended since. */
async function killOne(workers, ended, rows) {
  await workers.sweep();
  const before = await ended();
  while ((await ended()) === before && before < rows) await pause(5);
  await workers.replace(0);
}

function report(measured, alone, { workers }) {
  const sorted = (values) => [...values].sort((one, other) => one - other);
  const range = (values) =>
    `${median(values).toFixed(2)} (${sorted(values)[0].toFixed(2)}-${sorted(values).at(-1).toFixed(2)})`;
  for (const name of ['p50', 'p95', 'p99']) {
    const ratios = measured.map(({ without, during }) => during[name] / without[name]);
    const [quiet, busy] = ['without', 'during'].map((when) => median(measured.map((round) => round[when][name])));
    say(`read ${name} with the sweep / without: ${range(ratios)}; ${busy.toFixed(2)} ms / ${quiet.toFixed(2)} ms`);
  }
  say(`rows a second, ${workers} workers, beside the reads: ${range(measured.map(({ during }) => during.swept))}`);
  say(`rows a second, ${workers} workers, alone: ${Math.round(alone.rows / alone.seconds)} (${alone.rows} rows)`);
}

function median(values) {
  const all = [...values].sort((one, other) => one - other);
  return (all[(all.length - 1) >> 1] + all[all.length >> 1]) / 2;
}

/** The process that reads. */
function startReaders(requests, { port }) {
  const child = fork(fileURLToPath(new URL('readers.mjs', import.meta.url)));
  const ended = once(child, 'exit');
  child.send({ requests });
  return {
    run: async (plan) => {
      child.send({ plan: { ...plan, port } });
      const [result] = await once(child, 'message');
      if (result.wrong.length > 0 || result.count === 0) throw new Error(`reading: ${result.wrong[0] ?? 'no answer'}`);
      return result;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

await endingAll(main);
