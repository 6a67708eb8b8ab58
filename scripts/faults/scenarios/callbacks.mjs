import { setTimeout as sleep } from 'node:timers/promises';
import { connected } from '../cluster/database.mjs';
import { call } from '../consumer/http.mjs';
import { MANNERS } from '../consumer/requests.mjs';

const OF_EACH = 2;
const FORGED = 100;
const FORGED_AT_ONCE = 10;
/** What a callback tells is known after this: its delivery, a look of a worker, a question to the vendor. */
const HEARD_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 250;
/** Of these no word reaches us: they are asked for in the end, like everything. */
const UNHEARD = /_(?:none|unknown)$/;
const DIRECT = { mostMs: 200, lostOf: 0 };

const STRANGER = `sbx_${'0'.repeat(24)}`;
const INBOX = `select count(*)::integer as count from customer_verifications.callback_inbox where reference = '${STRANGER}'`;
const STATUSES =
  'select customer_id as customer, status from customer_verifications.verifications where organization_id = any($1::uuid[])';

/**
 * Callbacks in every manner: late, doubled, shuffled, forged, overtaking the create's own commit. What the vendor decides later is heard of
 * without anybody asking; strangers' callbacks are refused and leave nothing behind.
 */
export async function callbacks(round) {
  const { cluster, notes, faults, random } = round;
  const kinds = MANNERS.flatMap((manner) => [`verified_${manner}`, `review_${manner}`]);
  await round.load({ creates: OF_EACH * kinds.length, overMs: 3_000, kinds, line: DIRECT });
  await refuseForged(round);
  await decideReviews(round, random);
  const begun = performance.now();
  await cluster.vendor.ask('POST', '/v1/callbacks/flush');
  const unheard = await waitUntilHeard(round, begun);
  notes.push(`all but ${unheard} heard of after ${Math.round(performance.now() - begun)} ms`);
  if (unheard > 0) faults.push(`${unheard} decisions were told and not heard`);
}

/** Each review gets two decisions, one right behind the other: the second is the vendor's last word. */
async function decideReviews({ requests, consumer, cluster }, random) {
  const { checks } = cluster.vendor.look();
  for (const wanted of requests.filter(({ kind }) => kind.startsWith('review'))) {
    const check = checks.get(consumer.acknowledged.get(wanted.key)?.id);
    const words = random.below(2) === 0 ? ['approved', 'declined'] : ['declined', 'approved'];
    for (const status of words) {
      const code = status === 'declined' ? 'DOCUMENT_EXPIRED' : null;
      await cluster.vendor.ask('POST', `/v1/checks/${check?.id}/decision`, { status, code });
    }
    wanted.expected = words[1] === 'approved' ? 'verified' : 'failed';
  }
}

async function waitUntilHeard({ requests, tenants, cluster }, begun) {
  const ids = tenants.map(({ organizationId }) => organizationId);
  for (;;) {
    const { rows } = await connected(cluster.database.ownerUrl, (client) => client.query(STATUSES, [ids]));
    const statusOf = new Map(rows.map(({ customer, status }) => [customer, status]));
    const unheard = requests.filter(({ kind, customerId, expected }) => {
      return !UNHEARD.test(kind) && statusOf.get(customerId) !== expected;
    });
    if (unheard.length === 0 || performance.now() - begun > HEARD_WITHIN_MS) return unheard.length;
    await sleep(LOOK_EVERY_MS);
  }
}

/** With the right address and the wrong signature, the wrong address, or none at all. */
async function refuseForged({ cluster, faults, notes, consumer }) {
  const { origin, pathname } = new URL(cluster.callbacks.url);
  const [id] = [...consumer.acknowledged.values()].map((told) => told.id);
  const data = { check_id: STRANGER, client_reference: id, status: 'declined' };
  const body = {
    event_id: 'evt_000000000000000000000000',
    type: 'check.changed',
    created_at: '2026-11-22T09:30:00.123456Z',
    data,
  };
  const waiting = Array.from({ length: FORGED }, (_, index) => index);
  const forgeOn = async () => {
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      const signature = `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`;
      const headers = index % 3 === 0 ? {} : { 'sandbox-signature': signature };
      const path = index % 3 === 1 ? pathname.replace(/.$/, (last) => (last === '0' ? '1' : '0')) : pathname;
      const { status } = await call(origin, { method: 'POST', path, headers, body });
      if (status < 400 || status > 404) faults.push(`a forged callback was answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: FORGED_AT_ONCE }, forgeOn));
  const { rows } = await connected(cluster.database.ownerUrl, (client) => client.query(INBOX));
  notes.push(`${FORGED} forged callbacks refused`);
  if (rows[0].count > 0) faults.push(`${rows[0].count} of ${FORGED} forged callbacks were taken in`);
}
