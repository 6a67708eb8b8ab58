// What the contract costs without a framework: authenticates by the key's hash with a cache of a second, does everything in the tenant's
// transaction behind the policies, in one round trip, and commits the same rows; the same 16 fields go out, times with microseconds.
// Without validation, problem documents, conditional requests, log. Vault and offline check are the service's own.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import pg from 'pg';
import { OfflineAdapter } from '../../dist/src/providers/offline/index.js';
import { SystemClock } from '../../dist/src/platform/clock.js';
import { KeyRing, Vault } from '../../dist/src/vault/index.js';
import { serve } from './serving.mjs';
import { decided, deciding, newVerification, STATEMENTS, storing } from './writing.mjs';

const CACHE_MS = 1_000;
const SCHEMA = 'customer_verifications';
const LOCATE = {
  name: 'locate',
  text: `select organization_id, livemode, id from ${SCHEMA}.api_keys where hash = $1 limit 1`,
};
const READ_KEY = {
  name: 'read_key',
  text: `select hash, principal_id, scopes, expires_at, revoked_at from ${SCHEMA}.api_keys
    where organization_id = $1 and livemode = $2 and id = $3`,
};
const SHAPE = { customerId: false, status: false, verificationType: false, after: false, before: false, cursor: false };
const REVIEW = { outcome: 'pending', reason: 'manual_review', awaiting: 'review' };

const ring = `bench:${Buffer.alloc(32, 7).toString('base64')}`;
const vault = new Vault(KeyRing.parse(ring));
const offline = new OfflineAdapter({ clock: new SystemClock() });
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.DATABASE_POOL_SIZE),
  pipeline: true,
});
/** Look-ups by hash, each good for a second, those under way included. */
const keys = new Map();

async function tenantOf({ headers }) {
  const hash = createHash('sha256').update(headers.authorization.slice('Bearer '.length)).digest();
  const name = hash.toString('base64');
  const known = keys.get(name);
  if (known && known.until > performance.now()) return known.tenant;
  const tenant = findTenant(hash);
  keys.set(name, { tenant, until: performance.now() + CACHE_MS });
  return tenant;
}

async function findTenant(hash) {
  const [located] = await inTransaction(`set local ${SCHEMA}.unscoped = 'api_key'`, { ...LOCATE, values: [hash] });
  const tenant = { organizationId: located.organization_id, actorId: `key:${located.id}` };
  const [key] = await inTenant(tenant, { ...READ_KEY, values: [tenant.organizationId, true, located.id] });
  if (!timingSafeEqual(key.hash, hash) || key.revoked_at !== null) throw new Error('not a valid key');
  return tenant;
}

function inTenant({ organizationId }, query) {
  const setting = `set local ${SCHEMA}.organization_id = '${organizationId}'; set local ${SCHEMA}.livemode = 'true'`;
  return inTransaction(setting, query);
}

async function inTransaction(setting, query) {
  const client = await pool.connect();
  try {
    const [, answer] = await Promise.all([
      client.query(`begin; ${setting}`),
      client.query(query),
      client.query('commit'),
    ]);
    return answer.rows;
  } finally {
    client.release();
  }
}

async function list(tenant, limit) {
  const values = [tenant.organizationId, true, limit + 1];
  const rows = await inTenant(tenant, { ...STATEMENTS.list(SHAPE), values });
  const data = rows.slice(0, limit).map(fieldsOf);
  const position = `${data.at(-1).created_at}|${data.at(-1).id}`;
  const mac = createHmac('sha256', ring)
    .update(JSON.stringify([tenant.organizationId, true, position]))
    .digest();
  const cursor = Buffer.concat([mac.subarray(0, 16), Buffer.from(position)]).toString('base64url');
  return JSON.stringify({ data, next_cursor: cursor, has_more: rows.length > limit });
}

async function get(tenant, id) {
  const [row] = await inTenant(tenant, { ...STATEMENTS.get(), values: [tenant.organizationId, true, id] });
  return JSON.stringify({ data: fieldsOf(row) });
}

async function create(tenant, body, key) {
  const begun = newVerification(tenant, body);
  const place = { scope: { organizationId: tenant.organizationId, livemode: true }, row: begun.id };
  const dataKey = body.input && vault.newDataKey({ ...place, column: 'data_keys.wrapped_key' });
  const seal = (value) => vault.seal(dataKey.dataKey, { ...place, column: 'evidence.sealed' }, JSON.stringify(value));
  const input = body.input && { ...dataKey, sealed: seal(body.input) };
  await inTenant(tenant, storing(begun, { input, key, request: body }));
  const check = { verificationType: body.verification_type, checkType: body.check_type, input: body.input };
  const observation = body.provider === 'offline' ? await offline.start(check) : REVIEW;
  const fields = decided(begun, observation);
  const sealed = observation.answer && seal(observation.answer);
  await inTenant(tenant, deciding(fields, { awaiting: observation.awaiting ?? null, sealed, key }));
  return JSON.stringify({ data: fields });
}

/** A row as the contract shows it. */
function fieldsOf(row) {
  return {
    actor_id: row.actor_id,
    check_type: row.check_type,
    created_at: time(row.created_at),
    customer_id: row.customer_id,
    expires_at: time(row.expires_at),
    id: row.id,
    last_checked_at: time(row.last_checked_at),
    organization_id: row.organization_id,
    provider: row.provider,
    provider_reference: row.provider_reference,
    reason: row.reason,
    result_payload: row.result_payload && JSON.parse(row.result_payload),
    status: row.status,
    updated_at: time(row.updated_at),
    verification_type: row.verification_type,
    verified_at: time(row.verified_at),
  };
}

/** PostgreSQL's text of a time in UTC, which leaves zeros away, in RFC 3339. */
function time(text) {
  return text && `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20).padEnd(6, '0')}Z`;
}

serve({ tenantOf, list, get, create });
