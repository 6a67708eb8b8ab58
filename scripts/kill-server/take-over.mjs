import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './development-server.mjs';

/** What a killed server left pending at a vendor: its lease has 20 s to run out, and a look a second. */
const TAKEN_OVER_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 500;

/** What of `requests` at providers that answer at once is still pending when a worker has had its time, and how long that took. */
export async function faultsOfTakeOver(server, requests) {
  const begun = performance.now();
  let waiting = requests.filter(({ body }) => body.provider !== 'manual').map(({ body }) => body.customer_id);
  let leftBehind = 0;
  for (let look = 0; ; look += 1) {
    const pending = await Promise.all(waiting.map((customer) => hasPending(server, customer)));
    waiting = waiting.filter((_, index) => pending[index]);
    if (look === 0) leftBehind = waiting.length;
    const tookMs = performance.now() - begun;
    const faults = waiting.map((customer) => `${customer} is still pending after ${Math.round(tookMs)} ms`);
    if (waiting.length === 0 || tookMs > TAKEN_OVER_WITHIN_MS) return { leftBehind, tookMs, faults };
    await sleep(LOOK_EVERY_MS);
  }
}

async function hasPending(server, customer) {
  const { json } = await call(server, 'GET', `?customer_id=${customer}&status=pending`);
  return json.data.length > 0;
}
