import { createHash } from 'node:crypto';

const SCHEMA = 'customer_verifications';

/** Nothing may be left, no row may have another number of events than one, and each of these says what it should. */
const FAULTS = `
select
  (select count(*) from ${SCHEMA}.verifications where status <> 'expired' or version <> 3 or reason <> 'pass_outlived'
    or actor_id <> 'system:expiry' or due_at is not null or lease_until is not null)::integer as "rows not ended",
  (select count(*) from (
    select from ${SCHEMA}.events e right join ${SCHEMA}.verifications v
      on e.organization_id = v.organization_id and e.livemode = v.livemode and e.verification_id = v.id
    group by v.organization_id, v.livemode, v.id having count(e.id) <> 1) as uneven)::integer as "rows without exactly one event",
  (select count(*) from ${SCHEMA}.events where version <> 3 or header::json ->> 'type' <> 'verification.status_changed'
    or header::json ->> 'to_status' <> 'expired')::integer as "other events",
  (select count(*) from ${SCHEMA}.event_streams s where sequence <> (
    select count(*) from ${SCHEMA}.events e where e.organization_id = s.organization_id and e.livemode = s.livemode
  ))::integer as "streams with gaps"`;

const STREAM = `
select sequence, header, body, salt, hash from ${SCHEMA}.events
where organization_id = $1 and livemode = $2 and sequence > $3 order by sequence limit 5000`;

/**
 * What is wrong with a database all of whose passes should have ended; empty: nothing.
 * @param {import('pg').Client} client
 * @param {number} sampled how many tenants' chains are followed from the beginning
 * @returns {Promise<string[]>}
 */
export async function faultsOf(client, sampled) {
  const [counts] = (await client.query(FAULTS)).rows;
  const faults = Object.entries(counts).flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name}`]));
  const tenants = await client.query(
    `select organization_id, livemode, hash from ${SCHEMA}.event_streams where sequence > 0 order by md5(organization_id::text) limit $1`,
    [sampled],
  );
  for (const tenant of tenants.rows) {
    const broken = await brokenLink(client, tenant);
    if (broken !== null) faults.push(`the chain of ${tenant.organization_id} breaks at ${broken}`);
  }
  return faults;
}

/** The sequence of the first event whose hash does not follow; null where all do. */
async function brokenLink(client, { organization_id: organization, livemode, hash: end }) {
  let previous = Buffer.alloc(32);
  for (let last = 0n; ;) {
    const { rows } = await client.query(STREAM, [organization, livemode, String(last)]);
    if (rows.length === 0) return previous.equals(end) ? null : 'its end';
    for (const { sequence, header, body, salt, hash } of rows) {
      last += 1n;
      const number = Buffer.alloc(8);
      number.writeBigInt64BE(last);
      previous = sha256(previous, number, sha256(header), sha256(salt, body));
      if (sequence !== String(last) || !previous.equals(hash)) return sequence;
    }
  }
}

function sha256(...parts) {
  return parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
}
