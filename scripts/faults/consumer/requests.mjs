import { randomUUID } from 'node:crypto';

/**
 * @typedef {object} Wanted
 * @property {string} key Idempotency-Key
 * @property {string} customerId its own: whatever is stored for it was stored for this request
 * @property {string} kind of {@link KINDS}
 * @property {string} expected the status that the vendor decides on, in the end
 * @property {import('../cluster/cluster.mjs').Tenant} tenant
 * @property {object} body
 */

const sandbox = (expected, input) => ({
  expected,
  body: { provider: 'sandbox', verification_type: 'identity', input },
});
const fault = (name, more = {}) => sandbox('verified', { scenario: `fault:${name}`, fault_times: 1, ...more });

/** How the vendor tells of changes. */
export const MANNERS = [
  'on',
  'none',
  'late',
  'doubled',
  'shuffled',
  'forged',
  'overtaking',
  'early',
  'without_id',
  'unknown',
];

/** `verified_late`, `review_late` and so on: what the vendor decides at once, and what it decides when it is told to. */
function toldOf(scenario) {
  const expected = scenario === 'verified' ? 'verified' : 'pending';
  return Object.fromEntries(
    MANNERS.map((callbacks) => [`${scenario}_${callbacks}`, sandbox(expected, { scenario, callbacks })]),
  );
}

/** What is asked for, by name: the request, and how it must end. */
export const KINDS = {
  verified: sandbox('verified', { scenario: 'verified' }),
  declined: sandbox('failed', { scenario: 'failed:document_expired' }),
  abandoned: sandbox('expired', { scenario: 'expired' }),
  review: sandbox('pending', { scenario: 'review' }),
  slow_pass: sandbox('verified', { scenario: 'pending_then_verified' }),
  patient_pass: sandbox('verified', { scenario: 'pending_then_verified', decide_after: 8 }),
  slow_no: sandbox('failed', { scenario: 'pending_then_failed' }),
  declined_quietly: sandbox('failed', { scenario: 'failed:document_expired', callbacks: 'none' }),
  abandoned_quietly: sandbox('expired', { scenario: 'expired', callbacks: 'none' }),
  slow_pass_quietly: sandbox('verified', { scenario: 'pending_then_verified', callbacks: 'none' }),
  slow_no_quietly: sandbox('failed', { scenario: 'pending_then_failed', callbacks: 'none' }),
  offline: {
    expected: 'verified',
    body: { provider: 'offline', verification_type: 'business_entity', input: { vat_number: 'DE143454214' } },
  },
  manual: { expected: 'pending', body: { provider: 'manual', verification_type: 'identity' } },
  ...toldOf('verified'),
  ...toldOf('review'),
  hang: fault('hang'),
  reset: fault('reset'),
  lost_answer: fault('lost_answer'),
  truncated: fault('truncated'),
  garbage: fault('garbage'),
  html: fault('html'),
  unknown_status: fault('unknown_status'),
  wrong_echo: fault('wrong_echo'),
  throttle: fault('throttle'),
  unauthorized: fault('unauthorized'),
  burst_of_500: fault('500', { fault_times: 2 }),
  // Behind the fault, what a fault must never become by itself.
  declined_behind_500: { ...fault('500', { then: 'failed:document_expired' }), expected: 'failed' },
  slow_and_torn: fault('truncated', { then: 'pending_then_verified', fault_at: 'both', fault_times: 2 }),
};

/** Nobody tells us of these: what a killed process left can only be found by asking. */
export const QUIET = ['verified_none', 'declined_quietly', 'abandoned_quietly', 'slow_pass_quietly', 'slow_no_quietly'];

/** What a consumer asks for day by day. */
export const USUAL = [
  'verified',
  'declined',
  'slow_pass',
  'review',
  'slow_no',
  'offline',
  'manual',
  'abandoned',
  ...QUIET,
];

/** Every way in which the vendor misbehaves. */
export const MISBEHAVING = Object.keys(KINDS).slice(Object.keys(KINDS).indexOf('hang'));

/**
 * A request of one kind.
 * @param {string} kind
 * @param {import('../cluster/cluster.mjs').Tenant} tenant
 * @returns {Wanted}
 */
export function requestOf(kind, tenant) {
  const customerId = randomUUID();
  const { expected, body } = KINDS[kind];
  return { key: randomUUID(), customerId, kind, expected, tenant, body: { customer_id: customerId, ...body } };
}
