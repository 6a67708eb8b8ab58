import { type Instant, instantOfEpoch } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import type { Reason } from '../reasons.js';
import { mismatch, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import type { OnfidoSettings } from './onfido.connection.js';
import type { OnfidoRun } from './onfido.messages.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting'>;

const WORKING: Verdict = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' };

/** What each status says by itself. A decline has reasons of the account's own. */
const BY_STATUS: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['awaiting_input', { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' }],
  // The account's own systems have to complete a task.
  ['awaiting_client_input', WORKING],
  ['processing', WORKING],
  ['review', { outcome: 'pending', reason: 'manual_review', awaiting: 'review' }],
  ['approved', { outcome: 'verified', reason: 'identity_verified' }],
  ['abandoned', { outcome: 'expired', reason: 'abandoned' }],
  // The workflow broke, and says nothing about the subject; nothing more comes of this run.
  ['error', { outcome: 'expired', reason: 'cancelled' }],
]);

/**
 * What a run says about the check, as of `now`. Throws `ProviderFault` with `provider_response_mismatch` where it is another check's. A status that
 * is not in the table leaves the check pending.
 */
export function observeRun(
  check: Check,
  { message, raw }: VendorMessage<OnfidoRun>,
  { settings, now }: { readonly settings: OnfidoSettings; readonly now: Instant },
): Observation {
  if (!isOurs(check, message)) throw mismatch();
  if (check.reference !== null && check.reference !== message.id) throw mismatch();
  const { link, updated_at: updatedAt } = message;
  const verdict = verdictOf(message, settings);
  const { reason, retry } = unrecognised();
  const endsAt = link?.expires_at ? instantOf(link.expires_at) : null;
  // A link that has run out opens nothing.
  const isOpen = verdict?.awaiting === 'customer' && (endsAt === null || endsAt > now);
  return {
    ...(verdict ?? { outcome: 'pending', reason, retry }),
    ...codeOf(message),
    reference: message.id,
    observedAt: now,
    ...(verdict && verdict.outcome !== 'pending' && updatedAt && { providerTime: instantOf(updatedAt) }),
    ...(verdict !== null && { payload: payloadOf(message) }),
    ...(isOpen && link?.url && { customerAction: { type: 'redirect', url: link.url, expiresAt: endsAt } }),
    answer: withoutAccess(raw as JsonObject),
  };
}

/** Whether the run carries our id. */
export function isOurs({ verificationId }: Check, { tags, customer_user_id: id }: OnfidoRun): boolean {
  return id === verificationId || tags?.includes(verificationId) === true;
}

function verdictOf(run: OnfidoRun, settings: OnfidoSettings): Verdict | null {
  if (run.status !== 'declined') return BY_STATUS.get(run.status) ?? null;
  return { outcome: 'failed', reason: declineOf(run, settings) };
}

function declineOf({ reasons }: OnfidoRun, settings: OnfidoSettings): Reason {
  const known = new Map(Object.entries(settings.reasons));
  return (reasons ?? []).flatMap((label) => known.get(label) ?? [])[0] ?? 'provider_rejected';
}

const CODE = /^[A-Za-z0-9][\w.-]{0,63}$/;

function codesIn({ reasons }: OnfidoRun): string[] {
  return (reasons ?? []).filter((label) => CODE.test(label));
}

/** Labels that are words are left out: they could be about a person. */
function codeOf(run: OnfidoRun): Pick<Observation, 'providerCode'> {
  const code = run.status === 'declined' ? codesIn(run)[0] : run.status === 'error' ? run.error?.type : undefined;
  return [code, run.status].flatMap((one) => (one && CODE.test(one) ? [{ providerCode: one }] : []))[0] ?? {};
}

/** What the account set up, and how it went; nothing of what the workflow found out. */
function payloadOf(run: OnfidoRun): JsonObject {
  const { status, workflow_id: workflow, workflow_version_id: version, error } = run;
  const reasons = codesIn(run).slice(0, 20);
  return {
    status,
    ...(workflow && CODE.test(workflow) && { workflow }),
    ...(typeof version === 'number' && { workflow_version: version }),
    ...(reasons.length > 0 && { reasons }),
    ...(error?.type && CODE.test(error.type) && { error: error.type }),
  };
}

function instantOf(moment: string): Instant {
  return instantOfEpoch(Date.parse(moment));
}

/** Link and token open the customer's session, and the dashboard is nobody's business here. */
function withoutAccess(raw: JsonObject): JsonObject {
  const { link } = raw;
  const kept =
    typeof link === 'object' && link !== null && !Array.isArray(link) ? { ...(link as JsonObject), url: null } : null;
  return { ...raw, link: kept, sdk_token: null, dashboard_url: null };
}
