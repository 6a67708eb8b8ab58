import type { Instant } from '../../platform/clock.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { withoutLinks } from '../vendor/linkless-answer.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { heedingPass } from '../screening.js';
import { mismatch, notConfigured, shownCode, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import { PASS_REASONS } from './didit.checks.js';
import type { DiditSettings } from './didit.connection.js';
import { type DiditCreated, type DiditDecision, type DiditReport, reportsIn } from './didit.messages.js';
import { declineOf, isRisk, mayBeListed } from './didit.risks.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting' | 'retry'>;

const AWAITING: Verdict = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' };

/** What each status says whose customer can go on. Nothing of it decides anything, so the answer to a start is read by it too. */
const OPEN: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['Not Started', AWAITING],
  ['In Progress', AWAITING],
  ['Awaiting User', AWAITING],
  ['Resubmitted', { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' }],
]);

/** What the other statuses say whatever was checked, but for an approval and a decline. */
const OVER: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['In Review', { outcome: 'pending', reason: 'manual_review', awaiting: 'review' }],
  ['Expired', { outcome: 'expired', reason: 'session_expired' }],
  ['Abandoned', { outcome: 'expired', reason: 'abandoned' }],
  // An approval whose time is over.
  ['Kyc Expired', { outcome: 'expired', reason: 'pass_outlived' }],
]);

/** What `In Review` says where a screening is why. */
const LISTED: Verdict = { outcome: 'pending', reason: 'screening_possible_match', awaiting: 'review' };

const KNOWN: ReadonlySet<string> = new Set([...OPEN.keys(), ...OVER.keys(), 'Approved', 'Declined']);

/** Whether the customer can still go on; null: a status of which nobody knows. */
export function isOpen({ status }: DiditDecision): boolean | null {
  return KNOWN.has(status) ? OPEN.has(status) : null;
}

/**
 * What the answer to a start says. It may be of a session that there was before, and never decides: what there is to know of one that is over is read
 * by itself. Throws `ProviderFault` with `provider_response_mismatch` where it is of another reference.
 */
export function observeCreated(check: Check, { message, raw }: VendorMessage<DiditCreated>, now: Instant): Observation {
  if (message.vendor_data !== check.verificationId) throw mismatch();
  const { session_id: reference, status, url } = message;
  const verdict = OPEN.get(status);
  const version = message.workflow_version ?? null;
  return {
    ...(verdict ?? unheardOf()),
    ...codeOf(status),
    reference,
    observedAt: now,
    payload: {
      ...statusOf(status),
      ...workflowIn(message.workflow_id),
      ...(version !== null && { workflow_version: version }),
    },
    ...(verdict && { customerAction: { type: 'redirect', url, expiresAt: null } }),
    answer: evidenceOf(raw),
  };
}

/**
 * What a session says about our check, as of `now`. Throws `ProviderFault` with `provider_response_mismatch` where it is another one, or of the other
 * mode. A status that is not in the table leaves the check pending.
 */
export function observeDecision(
  check: Check,
  { message, raw }: VendorMessage<DiditDecision>,
  { settings, now }: { readonly settings: DiditSettings; readonly now: Instant },
): Observation {
  expectOurs(check, message, settings);
  const { status } = message;
  const reports = reportsIn(raw);
  const decline = status === 'Declined' ? declineOf(reports) : null;
  const verdict = decline
    ? ({ outcome: 'failed', reason: decline.reason } as const)
    : verdictOf(check, status, reports);
  return {
    ...verdict,
    ...codeOf(status),
    ...(decline?.risk && isRisk(decline.risk) && { providerCode: decline.risk }),
    reference: message.session_id,
    observedAt: now,
    ...(verdict.outcome !== 'pending' && timeOf(check, message)),
    payload: { ...statusOf(status), ...workflowIn(message.workflow_id), ...checksOf(reports) },
    answer: evidenceOf(raw),
  };
}

/** Throws `ProviderFault` where the session is not the check's. */
export function expectOurs(check: Check, session: DiditDecision, { environment }: DiditSettings): void {
  if (session.vendor_data !== check.verificationId) throw mismatch();
  if (check.reference !== null && check.reference !== session.session_id) throw mismatch();
  if ((session.environment ?? environment) !== environment) throw mismatch();
  // A workflow for companies: what it approves is nobody's identity.
  if ((session.session_kind ?? 'user') !== 'user') throw notConfigured();
}

function verdictOf(check: Check, status: string, reports: readonly DiditReport[]): Verdict {
  const passed = status === 'Approved' ? PASS_REASONS.get(check.verificationType) : undefined;
  if (passed !== undefined) return { outcome: 'verified', reason: passed };
  if (status === 'In Review' && mayBeListed(reports)) return heedingPass(LISTED, check);
  return OPEN.get(status) ?? OVER.get(status) ?? unheardOf();
}

function unheardOf(): Verdict {
  const { reason, retry } = unrecognised();
  return { outcome: 'pending', reason, retry };
}

/**
 * When an approval was given, where people have decided something since the pass that stands, whatever that was; else it is of that pass. All else
 * counts when it was read: what takes a pass back is later than any look that found it standing. And where none stands a review may be older than what
 * took one back: Didit says of no decision of its own when that was.
 */
function timeOf({ passedAt }: Check, { status, reviews }: DiditDecision): Pick<Observation, 'providerTime'> {
  if (status !== 'Approved' || passedAt === undefined) return {};
  const latest = (reviews ?? [])
    .map(({ created_at: at }) => at)
    .toSorted()
    .at(-1);
  return latest !== undefined && latest > passedAt ? { providerTime: latest } : {};
}

/** The vendor's word as a code: its own ones have spaces. */
function codeOf(status: string): Pick<Observation, 'providerCode'> {
  const code = KNOWN.has(status) ? status.replaceAll(' ', '_') : shownCode(status);
  return code === null ? {} : { providerCode: code };
}

function statusOf(status: string): JsonObject {
  return KNOWN.has(status) || shownCode(status) !== null ? { status } : {};
}

function workflowIn(id: string | null | undefined): JsonObject {
  return id && /^[0-9a-f-]{36}$/.test(id) ? { workflow: id } : {};
}

const MOST_SHOWN = 12;
const MOST_RISKS = 5;
const RESULTS: ReadonlySet<string> = new Set([
  'Approved',
  'Declined',
  'In Review',
  'Not Finished',
  'Not Started',
  'Expired',
]);

/** By part of the workflow how it ended and which risks were found: no name, number, date, place or picture. */
function checksOf(reports: readonly DiditReport[]): JsonObject {
  const checks = reports.slice(0, MOST_SHOWN).map(({ feature, status, warnings }): JsonValue => {
    const risks = warnings.map(({ risk }) => risk).filter(isRisk);
    return {
      feature,
      ...(status !== null && RESULTS.has(status) && { status }),
      ...(risks.length > 0 && { risks: risks.slice(0, MOST_RISKS) }),
    };
  });
  return checks.length > 0 ? { checks } : {};
}

/** The whole answer but links and the token: whoever has those opens the customer's session and pictures. */
function evidenceOf(raw: JsonValue): JsonValue {
  const { session_token: _token, ...answer } = raw as JsonObject;
  return withoutLinks(answer);
}
