import type { Instant } from '../../platform/clock.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { withoutLinks } from '../vendor/linkless-answer.js';
import type { CustomerAction, Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { mismatch, shownCode, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import { minimumAgeOf, provingMethods } from './yoti.checks.js';
import { YOTI_METHODS, type YotiAccess, type YotiMethod } from './yoti.connection.js';
import { momentOf, type YotiCreated, type YotiSession } from './yoti.messages.js';

/** What was asked about, by which connection, and when the answer was there. */
export interface YotiAsked {
  readonly check: Check;
  readonly access: YotiAccess;
  readonly now: Instant;
}

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting' | 'retry'>;

const AWAITING_CUSTOMER: Verdict = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' };
const PROCESSING: Verdict = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' };
const RESUBMISSION: Verdict = { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' };
const UNCERTAIN: Verdict = { outcome: 'pending', reason: 'age_uncertain', awaiting: 'review' };
const UNKNOWN: Verdict = {
  outcome: 'pending',
  reason: 'provider_response_unrecognised',
  retry: unrecognised().retry,
};

type Reading = (asked: YotiAsked, session: YotiSession) => Verdict;

const STATUSES: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ['PENDING', () => AWAITING_CUSTOMER],
  ['IN_PROGRESS', () => PROCESSING],
  ['COMPLETE', passed],
  ['FAIL', (asked, session) => again(asked, session) ?? { outcome: 'failed', reason: 'age_below_minimum' }],
  ['ERROR', (asked, session) => again(asked, session) ?? unproved(session)],
  ['CANCELLED', ({ check }) => ended(check, 'cancelled')],
  ['EXPIRED', ({ check }) => ended(check, 'session_expired')],
]);

/** What a new session says. Yoti gives no address of its page: it is made of two ids, and handed to the customer alone. */
export function observeCreated(asked: YotiAsked, { message, raw }: VendorMessage<YotiCreated>): Observation {
  const { id, status } = message;
  const isOpen = status === 'PENDING';
  return {
    ...(isOpen ? AWAITING_CUSTOMER : UNKNOWN),
    reference: id,
    observedAt: asked.now,
    ...codeOf(status),
    payload: { ...statusOf(status), minimum_age: minimumAgeOf(asked.check, asked.access.settings) },
    ...(isOpen && actionOf(asked, message)),
    answer: withoutLinks(raw),
  };
}

/**
 * What a session says about our check. Throws `ProviderFault` with `provider_response_mismatch` where it is another one, or one that asks for
 * something else than we do. A later word about one session takes the place of an earlier one: both have their time.
 */
export function observeSession(asked: YotiAsked, { message, raw }: VendorMessage<YotiSession>): Observation {
  expectOurs(asked, message);
  const { id, status } = message;
  const verdict = STATUSES.get(status)?.(asked, message) ?? UNKNOWN;
  const decidedAt = timeOf(verdict, message);
  return {
    ...verdict,
    reference: id,
    observedAt: asked.now,
    ...codeOf(status),
    ...(decidedAt !== null && { providerTime: decidedAt }),
    payload: payloadOf(asked, message),
    ...(verdict.awaiting === 'customer' && actionOf(asked, message)),
    answer: evidenceOf(raw),
  };
}

/** The whole answer but links, one of which ends in a secret of ours, and but the account: with the session's id it opens the customer's page. */
function evidenceOf(raw: JsonValue): JsonValue {
  const { sdk_id: _account, ...answer } = raw as JsonObject;
  return withoutLinks(answer);
}

/** When it was decided. A pass that is read again must not begin anew: where nothing else is told it counts from the beginning of its session. */
function timeOf({ outcome }: Verdict, { updated_at: updatedAt, created_at: createdAt }: YotiSession): Instant | null {
  if (outcome === 'pending') return null;
  return momentOf(updatedAt) ?? (outcome === 'verified' ? momentOf(createdAt) : null);
}

function expectOurs(
  { check, access }: YotiAsked,
  { id, reference_id: ours, sdk_id: account, type }: YotiSession,
): void {
  const isOurs = id === check.reference && ours === check.verificationId;
  const isOfAccount = !account || account.toLowerCase() === access.sdkId.toLowerCase();
  // COMPLETE means something else in a session of another type.
  if (!isOurs || !isOfAccount || type !== 'OVER') throw mismatch();
}

/** A pass proves the threshold of the method by which it was reached, which must be one that was open and may not be below the age asked for. */
function passed({ check, access }: YotiAsked, session: YotiSession): Verdict {
  const method = methodIn(session);
  const threshold = thresholdIn(session);
  if (method === null || !provingMethods(check).includes(method)) return UNKNOWN;
  if (session[method]?.allowed !== true || threshold === null) return UNKNOWN;
  if (timeOf({ outcome: 'verified', reason: 'age_met' }, session) === null) return UNKNOWN;
  return threshold >= minimumAgeOf(check, access.settings) ? { outcome: 'verified', reason: 'age_met' } : UNCERTAIN;
}

/** Not the last word while the page still lets the customer try. One that takes a pass back is. */
function again({ check, now }: YotiAsked, session: YotiSession): Verdict | null {
  const { retry_enabled: retries, resume_enabled: resumes, expires_at: expiresAt } = session;
  const end = momentOf(expiresAt);
  if (check.passedBefore === true || (retries !== true && resumes !== true) || (end !== null && end <= now))
    return null;
  const isLeft = (name: YotiMethod): boolean =>
    session[name]?.allowed === true && (session[name].attempts_remaining ?? 0) > 0;
  return YOTI_METHODS.some(isLeft) ? RESUBMISSION : null;
}

/** No age was found. Of a document the vendor says thereby that it does not take it for genuine. */
function unproved(session: YotiSession): Verdict {
  return methodIn(session) === 'doc_scan' ? { outcome: 'failed', reason: 'document_fraud' } : UNCERTAIN;
}

/** The end of a session's time, or of the customer's wish to go on, is no word about an age that was proved before. */
function ended({ passedBefore }: Check, reason: 'cancelled' | 'session_expired'): Verdict {
  return passedBefore === true ? UNKNOWN : { outcome: 'expired', reason };
}

function methodIn({ method }: YotiSession): YotiMethod | null {
  return YOTI_METHODS.find((name) => name.toUpperCase() === method) ?? null;
}

/** What the method asked for. `age` repeats it; where the two differ the lesser is what is surely proved. */
function thresholdIn(session: YotiSession): number | null {
  const method = methodIn(session);
  const told = [method === null ? null : session[method]?.threshold, session.age].filter((age) => isAge(age));
  return told.length === 0 ? null : Math.min(...told);
}

function isAge(age: number | null | undefined): age is number {
  // 0 stands for none.
  return typeof age === 'number' && age > 0;
}

/** Two ages that are not the customer's: the one that was required, and the one that the method asked for. */
function payloadOf({ check, access }: YotiAsked, session: YotiSession): JsonObject {
  const method = methodIn(session);
  const threshold = method === null ? null : thresholdIn(session);
  return {
    ...statusOf(session.status),
    ...(method !== null && { method }),
    minimum_age: minimumAgeOf(check, access.settings),
    ...(threshold !== null && { threshold }),
  };
}

function actionOf(
  { access, now }: YotiAsked,
  { id, expires_at: end }: Pick<YotiSession, 'id' | 'expires_at'>,
): { readonly customerAction?: CustomerAction } {
  const expiresAt = momentOf(end);
  if (expiresAt !== null && expiresAt <= now) return {};
  const query = new URLSearchParams({ sessionId: id, sdkId: access.sdkId });
  return { customerAction: { type: 'redirect', url: `${access.settings.page_url}?${query.toString()}`, expiresAt } };
}

function codeOf(status: string): Pick<Observation, 'providerCode'> {
  const code = shownCode(status);
  return code === null ? {} : { providerCode: code };
}

function statusOf(status: string): JsonObject {
  return STATUSES.has(status) ? { status } : {};
}
