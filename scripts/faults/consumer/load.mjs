import { setTimeout as sleep } from 'node:timers/promises';

const READ_EVERY_MS = 100;

/**
 * Sends the requests evenly over a time, whatever becomes of those before (open loop), and reads beside them what was acknowledged.
 * Resolves when every one has been answered or given up.
 * @param {import('./consumer.mjs').Consumer} consumer
 * @param {import('./requests.mjs').Wanted[]} requests
 * @param {{ overMs: number, random: import('../random.mjs').Random, reads: boolean }} manner
 */
export async function load(consumer, requests, { overMs, random, reads }) {
  const begun = performance.now();
  const ended = new AbortController();
  const reading = reads ? readOn(consumer, random, ended.signal) : undefined;
  const creating = requests.map(async (wanted, index) => {
    await sleep(Math.max(0, (overMs * index) / requests.length - (performance.now() - begun)));
    return consumer.create(wanted);
  });
  await Promise.all([...creating, sleep(overMs)]);
  ended.abort();
  await reading;
}

/** Ten reads a second, each of something else, none waiting for another. */
async function readOn(consumer, random, signal) {
  const reads = [];
  while (!signal.aborted) {
    const known = [...consumer.acknowledged.values()];
    if (known.length > 0) reads.push(consumer.read(random.one(known)));
    await sleep(READ_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(reads);
}
