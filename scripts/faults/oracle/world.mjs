/**
 * @typedef {object} World all that is known of a round's tenants
 * @property {{ key: string, customerId: string, expected: string }[]} requests
 * @property {{ key: string, tenant: string, id: string, version: number, status: string, dataText: string }[]} acknowledgements
 * @property {(World['acknowledgements'][number] & { replayed: boolean })[]} replays every acknowledged request, sent once more in the end
 * @property {Row[]} rows
 * @property {Event[]} events in the order of their streams
 * @property {{ tenant: string, sequence: number, hash: string }[]} streams
 * @property {{ tenant: string, key: string, verificationId: string, state: string, version: number | null }[]} records
 * @property {Map<string, string[]>} starts keys of billable starts by our reference: those of this round's rows, and of no row
 * @property {Map<string, { id: string, status: string }>} checks
 *
 * @typedef {object} Row
 * @property {string} tenant its organization
 * @property {string} id
 * @property {string} customerId
 * @property {string} provider
 * @property {string} status
 * @property {string | null} awaiting
 * @property {number} version
 * @property {boolean} overridden
 * @property {boolean} leased
 * @property {number | null} lateMs since when its work is due, below zero: not yet; null: never
 * @property {object} data the 16 fields, as they are shown
 *
 * @typedef {object} Event
 * @property {string} tenant
 * @property {number} sequence
 * @property {string} id
 * @property {string} verificationId
 * @property {number} version
 * @property {string} recordedAt
 * @property {string} header
 * @property {string} body
 * @property {string} salt in hexadecimal
 * @property {string} hash in hexadecimal
 */

const time = (column) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const SAME =
  'check_type customer_id id organization_id provider provider_reference reason result_payload status actor_id verification_type'.split(
    ' ',
  );
const TIMES = ['created_at', 'updated_at', 'verified_at', 'last_checked_at', 'expires_at'];
const DATA = [...SAME.map((name) => `'${name}', ${name}`), ...TIMES.map((name) => `'${name}', ${time(name)}`)].join(
  ', ',
);
const OWN = 'where organization_id = any($1::uuid[])';

const ROWS = `select organization_id as tenant, id, customer_id as "customerId", provider, status, awaiting, version, overridden,
    coalesce(lease_until > clock_timestamp(), false) as leased,
    extract(epoch from clock_timestamp() - due_at)::float8 * 1000 as "lateMs", json_build_object(${DATA}) as data
  from customer_verifications.verifications ${OWN}`;
const EVENTS = `select organization_id as tenant, sequence::integer, id, verification_id as "verificationId", version,
    ${time('recorded_at')} as "recordedAt", header, body, encode(salt, 'hex') as salt, encode(hash, 'hex') as hash
  from customer_verifications.events ${OWN} order by organization_id, livemode, events.sequence`;
const STREAMS = `select organization_id as tenant, sequence::integer, encode(hash, 'hex') as hash
  from customer_verifications.event_streams ${OWN}`;
const RECORDS = `select organization_id as tenant, key, verification_id as "verificationId", state, version
  from customer_verifications.idempotency_records ${OWN}`;
const FOREIGN = `select id from customer_verifications.verifications where organization_id <> all($1::uuid[])`;

/**
 * Reads the world as it is now.
 * @param {import('pg').Client} client above row-level security
 * @param {{ tenants: string[], requests: World['requests'], acknowledgements: World['acknowledgements'], replays: World['replays'] }} round
 * @param {import('../cluster/vendor.mjs').Vendor} vendor
 * @returns {Promise<World>}
 */
export async function readWorld(client, { tenants, ...told }, vendor) {
  const read = async (text) => (await client.query(text, [tenants])).rows;
  // One moment for all: a review is asked about now and then, and never ends.
  await client.query('begin isolation level repeatable read read only');
  const world = {
    rows: await read(ROWS),
    events: await read(EVENTS),
    streams: await read(STREAMS),
    records: await read(RECORDS),
  };
  const foreign = new Set((await read(FOREIGN)).map(({ id }) => id));
  await client.query('commit');
  const truth = vendor.look();
  const starts = new Map([...truth.starts].filter(([reference]) => !foreign.has(reference)));
  return { ...told, ...world, starts, checks: truth.checks };
}
