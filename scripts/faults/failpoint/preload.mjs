// Loaded into a process of the service before anything else (`--import`). Whatever applies a change, which a provider's answer is, waits here
// until FAILPOINT_HELD of them wait; then the process dies at the point that FAILPOINT names.
import { writeSync } from 'node:fs';
import pg from 'pg';

const APPLIES = /^verifications_apply_/;
const { FAILPOINT: point, FAILPOINT_HELD: most } = process.env;
const { query } = pg.Client.prototype;
/** Clients whose statement waits, each with what it was asked since. */
const held = new Map();
let dying = false;

pg.Client.prototype.query = function queryWithFailpoint(config, ...rest) {
  if (!held.has(this) && !APPLIES.test(config?.name ?? '')) return query.call(this, config, ...rest);
  return new Promise((resolve, reject) => {
    const send = () => query.call(this, config, ...rest).then(resolve, reject);
    held.set(this, [...(held.get(this) ?? []), send]);
    if (dying || held.size < Number(most)) return;
    dying = true;
    // In the next turn: the COMMIT comes right behind.
    setImmediate(dieAtPoint);
  });
};

const POINTS = {
  /** The vendor has answered, we have sent nothing. */
  before_apply: () => undefined,
  /** Sent, and nobody is there for the answer: the database may commit any of them. */
  amid_commit: () => {
    for (const sends of held.values()) for (const send of sends) send();
  },
};

function dieAtPoint() {
  POINTS[point]();
  writeSync(2, `failpoint ${point}: ${held.size} held\n`);
  // The bytes leave this process in the present turn.
  setImmediate(() => process.kill(process.pid, 'SIGKILL'));
}
