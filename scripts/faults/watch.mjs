import { setTimeout as sleep } from 'node:timers/promises';
import { connected } from './cluster/database.mjs';

const LOOK_EVERY_MS = 250;
/** Design: the work of a killed process is taken over within this. */
export const RESUMED_WITHIN_MS = 30_000;
const WATCHED_MS = 90_000;

const LEASED = `select id, attempts, version from customer_verifications.verifications
  where lease_until > clock_timestamp() and organization_id = any($1::uuid[])`;
// Claimed anew, answered or given back: whoever held the row when it was looked at holds it no more.
const STILL = `select v.id from customer_verifications.verifications v
  join unnest($1::uuid[], $2::integer[], $3::integer[]) as held (id, attempts, version) using (id, attempts, version)
  where v.lease_until is not null`;

/**
 * The rows that were in somebody's hands when a process was killed, those of the living included, watched until each has been taken over or
 * done. Call it right after the kill.
 * @param {{ ownerUrl: string }} database
 * @param {string[]} tenants
 * @returns {Promise<{ rows: { id: string, attempts: number }[], slowestMs: number, left: number }>} `left`: still in dead hands after a minute and a half
 */
export async function watchHeldRows(database, tenants) {
  const begun = performance.now();
  let held = await persistently(database, begun, async (client) => (await client.query(LEASED, [tenants])).rows);
  const rows = held;
  let slowestMs = 0;
  while (held.length > 0 && performance.now() - begun < WATCHED_MS) {
    await sleep(LOOK_EVERY_MS);
    const values = ['id', 'attempts', 'version'].map((name) => held.map((row) => row[name]));
    const still = await persistently(database, begun, async (client) => (await client.query(STILL, values)).rows);
    const ids = new Set(still.map(({ id }) => id));
    if (ids.size < held.length) slowestMs = performance.now() - begun;
    held = held.filter(({ id }) => ids.has(id));
  }
  return { rows, slowestMs, left: held.length };
}

/** A look that fails because the database is away is looked again. */
async function persistently(database, begun, look) {
  for (;;) {
    try {
      return await connected(database.ownerUrl, look);
    } catch (error) {
      if (performance.now() - begun > WATCHED_MS) throw error;
      await sleep(LOOK_EVERY_MS);
    }
  }
}
