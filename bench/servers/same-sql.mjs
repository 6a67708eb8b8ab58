// What a service would cost that did the same SQL plainly: named statements on a pool, what the driver makes of the rows, JSON.stringify.
// Without authentication, tenant setting and policies (it connects as the owner), events' hashing but for what the SQL does, validation, log.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { serve } from './serving.mjs';
import { decided, deciding, newVerification, storing } from './writing.mjs';

const FIELDS = `actor_id, check_type, created_at, customer_id, expires_at, id, last_checked_at, organization_id, provider, provider_reference,
  reason, result_payload, status, updated_at, verification_type, verified_at`;
const OWN = 'from customer_verifications.verifications where organization_id = $1 and livemode = $2';
const LIST = { name: 'list', text: `select ${FIELDS} ${OWN} order by created_at desc, id desc limit $3` };
const GET = { name: 'get', text: `select ${FIELDS} ${OWN} and id = $3` };

const WELL_FORMED = {
  outcome: 'verified',
  reason: 'identifier_well_formed',
  payload: { country: 'DE', identifier: 'vat_number', proves: 'form, not existence' },
};
const REVIEW = { outcome: 'pending', reason: 'manual_review', awaiting: 'review' };

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DATABASE_POOL_SIZE) });

async function list({ organizationId }, limit) {
  const { rows } = await pool.query({ ...LIST, values: [organizationId, true, limit] });
  return JSON.stringify({ data: rows });
}

async function get({ organizationId }, id) {
  const { rows } = await pool.query({ ...GET, values: [organizationId, true, id] });
  return JSON.stringify({ data: rows[0] });
}

async function create(tenant, body, key) {
  const begun = newVerification(tenant, body);
  // Bytes as many as the encrypted ones.
  const input = body.input && { sealed: randomBytes(64), ringKeyId: 'bench', wrapped: randomBytes(60) };
  await pool.query(storing(begun, { input, key, request: body }));
  const observation = body.provider === 'offline' ? WELL_FORMED : REVIEW;
  const fields = decided(begun, observation);
  const sealed = body.input && randomBytes(128);
  await pool.query(deciding(fields, { awaiting: observation.awaiting ?? null, sealed, key }));
  return JSON.stringify({ data: fields });
}

serve({
  tenantOf: async (request) => ({ organizationId: request.headers['x-organization'], actorId: 'key:bench' }),
  ...{ list, get, create },
});
