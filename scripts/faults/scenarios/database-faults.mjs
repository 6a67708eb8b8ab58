import { setTimeout as sleep } from 'node:timers/promises';
import { describeWindow } from '../window.mjs';

/** Longer than the service waits for any answer of the database. */
const NOTICED_MS = 20_000;
const LEAD_MS = 1_000;
const TAIL_MS = 2_000;

/** `kill -9` of the postmaster under create load. It is started again; the services are not. */
export async function postmaster(round) {
  const { cluster, random, settings } = round;
  const loading = round.load({ overMs: settings.postmasterKills * 3_000 });
  for (let kill = 0; kill < settings.postmasterKills; kill += 1) {
    await sleep(random.between(500, 2_500));
    const from = performance.now();
    serverOf(cluster).kill();
    round.figures.kills += 1;
    round.watchHeld();
    await sleep(TAIL_MS);
    round.notes.push(describeWindow(round.consumer.attempts, { from, to: performance.now() }));
  }
  await loading;
}

/** SIGSTOP of the postmaster, which keeps new connections waiting, or of all of the server's processes; later SIGCONT. */
export async function freeze(round) {
  const whole = round.random.below(3) > 0;
  const server = serverOf(round.cluster);
  round.notes.push(whole ? 'all of the server was stopped' : 'the postmaster alone was stopped');
  // Connections that are open have backends of their own: whoever finds one free in the pool notices nothing.
  await away(round, { begin: () => server.freeze(whole), end: () => server.thaw(), mayServe: !whole });
}

/** The proxy swallows every byte to and from the database; then old connections are reset, or stay dead without a word. */
export async function swallow(round) {
  const reset = round.random.below(2) === 0;
  const { proxy } = round.cluster;
  round.notes.push(reset ? 'old connections were reset in the end' : 'old connections stayed dead');
  await away(round, { begin: () => proxy.swallow(), end: () => proxy.mend(reset) });
}

async function away(round, { begin, end, mayServe = false }) {
  const { settings, consumer } = round;
  const awayMs = settings.freezeSeconds * 1000;
  const loading = round.load({ overMs: LEAD_MS + awayMs + TAIL_MS });
  await sleep(LEAD_MS);
  const from = performance.now();
  begin();
  round.figures.kills += 1;
  await sleep(awayMs).finally(end);
  const to = performance.now();
  await loading;
  round.notes.push(describeWindow(consumer.attempts, { from, to }));
  const meanwhile = consumer.attempts.filter(({ sentAt }) => sentAt > from && sentAt < to);
  const told = meanwhile.some(({ status }) => status === 503);
  const served = mayServe && meanwhile.length > 0 && meanwhile.every(({ status }) => status < 300);
  if (awayMs > NOTICED_MS && !told && !served) round.faults.push('nobody was told that the database was away');
  round.notes.push(`first success ${firstSuccess(consumer.attempts, to)} after it was over`);
}

function firstSuccess(attempts, to) {
  const times = attempts
    .filter(({ kind, status }) => kind === 'create' && status === 201)
    .map(({ sentAt, tookMs }) => sentAt + tookMs - to)
    .filter((ms) => ms > 0);
  return times.length === 0 ? 'never' : `${Math.round(Math.min(...times))} ms`;
}

function serverOf({ database }) {
  if (database.server === null) throw new Error('this needs a server of its own: unset DATABASE_URL');
  return database.server;
}
