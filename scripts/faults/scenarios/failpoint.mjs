import { setTimeout as sleep } from 'node:timers/promises';
import { connected } from '../cluster/database.mjs';
import { QUIET } from '../consumer/requests.mjs';

const HELD = 20;
const REACHED_WITHIN_MS = 15_000;
const BRING_FORWARD_EVERY_MS = 700;
const MOST_TURNS = 10;
const PRELOAD = new URL('../failpoint/preload.mjs', import.meta.url).href;
/** Answered at once, in every way that there is. */
const QUICK = ['verified', 'declined', 'review', 'slow_pass', ...QUIET, ...QUIET];

const BRING_FORWARD = `update customer_verifications.verifications set due_at = clock_timestamp()
  where organization_id = any($1::uuid[]) and status = 'pending' and lease_until is null and due_at is not null`;

/**
 * A process is killed between the vendor's answer and our commit with twenty checks in flight, at one failpoint or the other: by turns an API
 * in the midst of creates, and a worker that asks again.
 */
export async function failpoint(round) {
  const { cluster, random, settings } = round;
  const first = random.below(2);
  const answered = [];
  for (let kill = first; kill < first + settings.failpointKills; kill += 1) {
    const role = kill % 2 === 0 ? 'api' : 'worker';
    const victim = cluster.services.find((service) => service.role === role);
    const point = random.one(['before_apply', 'amid_commit']);
    await victim.kill();
    await victim.start({ more: { FAILPOINT: point, FAILPOINT_HELD: String(HELD) }, preload: [PRELOAD] });
    const gone = victim.gone();
    // Not awaited before the next kill: a consumer whose answer was lost waits for the lease of its key.
    if (role === 'api') answered.push(round.load({ creates: 3 * HELD, overMs: 500, kinds: QUICK }));
    else await giveWork(round, gone);
    await ended(round, victim, gone, point);
  }
  await Promise.all(answered);
}

async function ended(round, victim, gone, point) {
  const exit = await Promise.race([gone, sleep(REACHED_WITHIN_MS)]);
  if (exit === undefined) round.faults.push(`the failpoint ${point} was not reached by ${victim.name}`);
  await victim.kill();
  round.watchHeld();
  round.figures.kills += 1;
  round.notes.push(`${victim.name}: ${victim.lastLine(/^failpoint .*/) ?? 'killed from outside'}`);
  await victim.start();
}

/** Checks that the vendor takes its time with, brought forward again and again until the one that may die of them has enough in hand. */
async function giveWork(round, gone) {
  await round.load({ creates: 2 * HELD, overMs: 500, kinds: ['patient_pass'] });
  const tenants = round.tenants.map(({ organizationId }) => organizationId);
  const dead = gone.then(() => true);
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    await connected(round.cluster.database.ownerUrl, (client) => client.query(BRING_FORWARD, [tenants]));
    if (await Promise.race([dead, sleep(BRING_FORWARD_EVERY_MS)])) return;
  }
}
