import { createHash, randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { VerificationsStatements } from '../../dist/src/verifications/store/verifications.statements.js';

/** The service's own SQL: nothing is compared that asks the database for something else. */
export const STATEMENTS = new VerificationsStatements('organization_id = $1 and livemode = $2');

const LEASE_MS = 20_000;
const CLAIM_MS = 15_000;
const WINDOW_MS = 72 * 3_600_000;

/** The present time as text with microseconds. */
export function now(offsetMs = 0) {
  return new Date(Date.now() + offsetMs).toISOString().replace('Z', '000Z');
}

/** The 16 fields of a verification that begins, in alphabetical order. */
export function newVerification({ organizationId, actorId }, body) {
  const at = now();
  return {
    actor_id: actorId,
    check_type: body.check_type ?? 'review',
    created_at: at,
    customer_id: body.customer_id,
    expires_at: null,
    id: v7(),
    last_checked_at: null,
    organization_id: organizationId,
    provider: body.provider,
    provider_reference: null,
    reason: null,
    result_payload: null,
    status: 'pending',
    updated_at: at,
    verification_type: body.verification_type,
    verified_at: null,
  };
}

/** The statement that stores a verification with its first event, and its values. `input` and `key` where there are any. */
export function storing(fields, { input, key, request }) {
  const shape = { evidence: input ? 'with_new_key' : 'none', keyed: key !== undefined };
  const { organization_id: organization, id, customer_id: customer, provider, created_at: at } = fields;
  const row = [
    organization,
    true,
    id,
    customer,
    provider,
    fields.verification_type,
    fields.check_type,
    fields.actor_id,
  ];
  const claim = key === undefined ? [] : [key, createHash('sha256').update(JSON.stringify(request)).digest(), CLAIM_MS];
  const event = eventValues(fields, 'verification.created', null, 1);
  const evidence = input ? [v7(), 'input', 1, at, input.sealed, 1, input.ringKeyId, input.wrapped] : [];
  const values = [...row, at, now(WINDOW_MS), LEASE_MS, false, ...event, ...evidence, ...claim];
  return { ...STATEMENTS.create(shape), values };
}

/** The statement that stores what the provider said, with its event, and its values. */
export function deciding(fields, { awaiting, sealed, key }) {
  const shape = { evidence: sealed ? 'with_stored_key' : 'none', keyed: key !== undefined };
  const {
    organization_id: organization,
    id,
    updated_at: at,
    result_payload: payload,
    provider_reference: reference,
  } = fields;
  const verdict = [fields.status, fields.reason, fields.actor_id, fields.verified_at, fields.expires_at, reference];
  const word = ['1', at, createHash('sha256').update(JSON.stringify(fields)).digest('hex')].join('|');
  const due = awaiting === 'review' ? null : fields.expires_at;
  const row = [
    ...verdict,
    payload && JSON.stringify(payload),
    fields.last_checked_at,
    awaiting,
    1,
    false,
    word,
    null,
    null,
  ];
  const type = fields.status === 'pending' ? 'verification.checked' : 'verification.status_changed';
  const evidence = sealed ? [v7(), 'answer', 1, at, sealed, 1] : [];
  const values = [
    organization,
    true,
    id,
    1,
    at,
    ...row,
    // The next work: due when, after how many questions, leased to nobody, under which claim; by no word, from the first question on, and the vendor need not
    // be told that it is over. Last when the provider gave its pass.
    ...[now(WINDOW_MS), due, awaiting === 'review' ? 0 : 1, null, 1, null, 0, false, false, fields.verified_at],
    ...eventValues(fields, type, 'pending', 2),
    ...evidence,
  ];
  return { ...STATEMENTS.apply(shape), values: key === undefined ? values : [...values, key, 201] };
}

/** The event's values: id, verification, version, header before and behind what the database adds, body, salt. */
function eventValues(fields, type, from, version) {
  const { actor_id, id, updated_at, status, reason } = fields;
  const event = v7();
  const head = JSON.stringify({ actor_id, applied: true, from_status: from, id: event, occurred_at: updated_at });
  const tail = JSON.stringify({ to_status: status, type, verification_id: id, version });
  const body = JSON.stringify({ data: fields, reason });
  return [event, id, version, `${head.slice(0, -1)},"recorded_at":"`, `,${tail.slice(1)}`, body, randomBytes(16)];
}

/** What the providers of the scenarios say: a person has to look, or the number is well formed. */
export function decided(fields, observation) {
  const at = now();
  const { outcome: status, reason, payload = null } = observation;
  const verified = status === 'verified';
  const actor_id = verified ? 'provider:offline' : fields.actor_id;
  const times = { last_checked_at: at, updated_at: at, verified_at: verified ? at : null };
  return { ...fields, ...times, actor_id, reason, status, result_payload: payload };
}
