import { newApiKey, presentedKey } from '../dist/src/access/index.js';
import { SCOPES } from '../dist/src/context/index.js';

/** Organizations, the first of which has 40 % of the rows. */
const ORGANIZATIONS = 200;
/** How many of them ask during a run: the biggest and 19 others. */
const CALLERS = 20;
/** Every n-th verification has events; their hashes are no chain, which no request looks at. */
const WITH_EVENTS = 20;

const SCHEMA = 'customer_verifications';

/** A UUID of version 7 in creation order, the same for the same seed. */
const ID = `(lpad(to_hex((extract(epoch from created_at) * 1000)::bigint), 12, '0')
  || '7' || substr(digest, 1, 3) || '8' || substr(digest, 4, 15))::uuid`;
const organization = (number) => `('0190a000-0000-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

const VERIFICATIONS = `
insert into ${SCHEMA}.verifications (organization_id, livemode, id, customer_id, provider, verification_type, check_type, status, actor_id,
  reason, provider_reference, result_payload, created_at, updated_at, verified_at, last_checked_at, expires_at, version, round,
  overridden, word_key, window_ends_at, due_at, attempts)
select ${organization('case when n % 5 < 2 then 0 else 1 + (n::bigint * 7919) % $3::integer end')}, true,
  ${ID},
  md5($2::text || (n % 300000))::uuid,
  'offline', (array['business_identity', 'identity', 'age'])[1 + n % 3], 'vat_format', status, 'provider:offline',
  case status when 'verified' then 'identifier_well_formed' when 'pending' then 'manual_review' else 'identifier_checksum_invalid' end,
  'chk_' || digest,
  json_build_object('country', 'DE', 'digest', digest, 'identifier', 'DE' || (100000000 + n), 'kind', 'vat', 'proves', 'form, not existence',
    'register', json_build_object('authority', 'Bundeszentralamt', 'name', repeat(substr(digest, 1, 8), 8), 'number', n)),
  created_at, created_at + interval '1.234567 seconds',
  case status when 'verified' then created_at + interval '1 second' end, created_at + interval '1 second',
  case status when 'verified' then created_at + interval '1 year' end,
  2, 1, false, digest, created_at + interval '3 days', case status when 'verified' then created_at + interval '1 year' end, 0
from (
  select n, md5($2::text || ':' || n) as digest, timestamptz '2024-11-01 00:00:00.000123Z' + n * interval '60.000457 seconds' as created_at,
    (array['verified', 'verified', 'verified', 'verified', 'failed', 'pending', 'expired'])[1 + n % 7] as status
  from generate_series(1, $1::integer) as n
) as made`;

const EVENTS = `
insert into ${SCHEMA}.events (organization_id, livemode, sequence, id, verification_id, version, recorded_at, header, body, salt, hash)
select organization_id, livemode, row_number() over (partition by organization_id order by created_at), id, id, 2, created_at,
  json_build_object('id', id, 'type', 'verification.status_changed', 'version', 2)::text,
  json_build_object('data', result_payload, 'reason', reason)::text,
  decode(repeat('00', 16), 'hex'), sha256(id::text::bytea)
from ${SCHEMA}.verifications where hashtext(id::text) % $1::integer = 0`;

const STREAMS = `
insert into ${SCHEMA}.event_streams (organization_id, livemode, sequence, recorded_at, hash)
select ${organization('n')}, true, coalesce(max(sequence), 0), coalesce(max(recorded_at), 'epoch'), sha256(n::text::bytea)
from generate_series(0, $1::integer) as n
left join ${SCHEMA}.events on organization_id = ${organization('n')}
group by n`;

const ADD_KEY = `
insert into ${SCHEMA}.api_keys (organization_id, livemode, id, hash, principal_id, label, scopes, created_at)
values (${organization('$1::integer')}, true, gen_random_uuid(), $2, 'bench', 'Bench', $3, now()) returning organization_id`;

const IDS = `
select id from ${SCHEMA}.verifications where organization_id = ${organization('$1::integer')} order by md5(id::text) limit 1000`;

/**
 * Fills a migrated database with set-based SQL: the verifications, for some of them an event, and every organization's stream.
 * @param {import('pg').Client} client
 * @param {import('./settings.mjs').Settings} settings
 * @param {(line: string) => void} tell
 */
export async function fill(client, { rows, seed }, tell) {
  tell(`Filling ${rows} verifications over ${ORGANIZATIONS} organizations`);
  await client.query('begin');
  // As a batch of somebody's: the order of commits is of no interest here.
  await client.query('set local synchronous_commit = off');
  await client.query(VERIFICATIONS, [rows, String(seed), ORGANIZATIONS - 1]);
  await client.query(EVENTS, [WITH_EVENTS]);
  await client.query(STREAMS, [ORGANIZATIONS - 1]);
  await client.query('commit');
  // Also writes what the visibility map and hint bits need, so that the first measurement does not pay for it.
  await client.query('vacuum (analyze)');
  await client.query('checkpoint');
}

/**
 * @typedef {object} Caller
 * @property {string} organizationId
 * @property {string} key
 * @property {readonly string[]} ids some of its verifications
 */

/**
 * The organizations that ask, the biggest first, each with a live key that may do everything.
 * @param {import('pg').Client} client
 * @returns {Promise<Caller[]>}
 */
export async function makeCallers(client) {
  const callers = [];
  for (let number = 0; number < CALLERS; number++) {
    const key = newApiKey(true);
    const made = await client.query(ADD_KEY, [number, presentedKey(key).hash, SCOPES]);
    const found = await client.query(IDS, [number]);
    const [{ organization_id: organizationId }] = made.rows;
    callers.push({ organizationId, key, ids: found.rows.map(({ id }) => id) });
  }
  return callers;
}
