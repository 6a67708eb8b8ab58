import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { identityOf, isAlive } from './processes.mjs';

const POLL_MS = 50;
const QUIET_MS = 1000;

/**
 * Runs `work` while no other process runs its own under the same `folder`. What a dead process left counts for nothing, so
 * there is nothing to clean up after a kill. `waiting` is told the process id that it waits for.
 *
 * Lamport's bakery with files, since taking over a lock file can't be made safe: `choosing.<who>` while a number is drawn,
 * then `ticket.<number>.<who>`; the smallest ticket of a living process goes first.
 */
export async function withLock(folder, work, waiting = () => undefined) {
  mkdirSync(folder, { recursive: true });
  const me = `${identityOf()}.${randomBytes(4).toString('hex')}`;
  const ticket = drawTicket(folder, me);
  try {
    await waitForTurn(folder, ticket, me, waiting);
    return await work();
  } finally {
    rmSync(join(folder, nameOf(ticket)), { force: true });
  }
}

function drawTicket(folder, who) {
  const choosing = join(folder, `choosing.${who}`);
  writeFileSync(choosing, '');
  const number = 1 + Math.max(0, ...tickets(folder).map((ticket) => ticket.number));
  const ticket = { number, who };
  writeFileSync(join(folder, nameOf(ticket)), '');
  // Only now: whoever sees no `choosing` of ours sees our ticket.
  rmSync(choosing);
  return ticket;
}

async function waitForTurn(folder, mine, me, waiting) {
  let tellAt = performance.now() + QUIET_MS;
  // Waited for one by one, each only as long as it is choosing now: newcomers draw a higher number than ours.
  for (const who of choosers(folder).filter((chooser) => chooser !== me)) {
    while (choosers(folder).includes(who)) await pause(POLL_MS);
  }
  for (;;) {
    const first = tickets(folder).sort(byTurn)[0];
    if (first === undefined || first.who === mine.who) return;
    if (performance.now() > tellAt) {
      waiting(Number(first.who.split('.')[0]));
      tellAt = Infinity;
    }
    await pause(POLL_MS);
  }
}

function byTurn(one, other) {
  return one.number - other.number || (one.who < other.who ? -1 : 1);
}

function nameOf({ number, who }) {
  return `ticket.${number}.${who}`;
}

function choosers(folder) {
  return living(folder, 'choosing').map(({ who }) => who.join('.'));
}

function tickets(folder) {
  return living(folder, 'ticket').map(({ who: [number, ...who] }) => ({ number: Number(number), who: who.join('.') }));
}

function living(folder, kind) {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${kind}.`))
    .map((name) => ({ name, who: name.split('.').slice(1) }))
    .filter(({ name, who }) => {
      const alive = isAlive(who.slice(kind === 'ticket' ? 1 : 0).join('.'));
      if (!alive) rmSync(join(folder, name), { force: true });
      return alive;
    });
}
