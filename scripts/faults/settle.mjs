import { setTimeout as sleep } from 'node:timers/promises';
import { connected } from './cluster/database.mjs';
import { isDecided } from './oracle/vendor-truth.mjs';

const LOOK_EVERY_MS = 500;
const ASKED_AT_ONCE = 8;

const UNSETTLED = `select organization_id as tenant, id, awaiting, coalesce(lease_until > clock_timestamp(), false) as held,
    coalesce(due_at <= clock_timestamp(), false) as due, status = 'pending' as pending
  from customer_verifications.verifications
  where organization_id = any($1::uuid[]) and (status = 'pending' or lease_until > clock_timestamp() or due_at <= clock_timestamp())`;

/**
 * Moves everything on by asking (a recheck of a pending verification brings its next question forward) until nothing is under way and nothing
 * waits that could be decided, or the time is over. Returns how many verifications are left.
 * @param {import('./round.mjs').Round[]} rounds of one cluster
 * @param {number} patienceMs
 */
export async function settle(rounds, patienceMs) {
  const begun = performance.now();
  const [{ cluster }] = rounds;
  const owners = new Map(
    rounds.flatMap(({ consumer, tenants }) => tenants.map((own) => [own.organizationId, { consumer, own }])),
  );
  for (;;) {
    const rows = await unsettled(cluster, [...owners.keys()]).catch(() => null);
    if (rows?.length === 0) return 0;
    if (performance.now() - begun > patienceMs) return rows?.length ?? -1;
    const askable = (rows ?? []).filter(({ pending, held }) => pending && !held);
    await askAll(askable, owners);
    await sleep(LOOK_EVERY_MS);
  }
}

/** A review waits for its decision, however long; where that has been made it can be asked for. */
async function unsettled({ database, vendor }, tenants) {
  const { rows } = await connected(database.ownerUrl, (client) => client.query(UNSETTLED, [tenants]));
  const { checks } = vendor.look();
  return rows.filter(({ id, awaiting, held, due, pending }) => {
    return held || due || (pending && (awaiting !== 'review' || isDecided(checks.get(id))));
  });
}

async function askAll(rows, owners) {
  const waiting = [...rows];
  const askOn = async () => {
    for (let row = waiting.pop(); row; row = waiting.pop()) {
      const { consumer, own } = owners.get(row.tenant);
      await consumer.recheck(own, row.id);
    }
  };
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, askOn));
}
