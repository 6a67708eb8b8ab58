import { type Instant, instantOfEpoch } from '../../platform/clock.js';
import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { ProviderFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { heedingPass } from '../screening.js';
import { jsonOf, mismatch, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import { type MiddeskSettings, RULE_CATEGORIES } from './middesk.connection.js';
import { type MiddeskBusiness, middeskErrors, type MiddeskReview } from './middesk.messages.js';
import { isAtWork, judge, type Verdict } from './middesk.rule.js';

const WORKING: Verdict = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' };

/** What each status says by itself. In review it is the rule's word; of an unknown one nothing is known. */
const BY_STATUS: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['open', WORKING],
  ['pending', WORKING],
  ['in_audit', WORKING],
  // Only the account's own people and policies set these two.
  ['approved', { outcome: 'verified', reason: 'register_active' }],
  ['rejected', { outcome: 'failed', reason: 'provider_rejected' }],
]);

/** Throws `ProviderFault` with `provider_response_mismatch` where the business is not the check's. */
export function expectEcho(check: Check, { id, external_id, unique_external_id }: MiddeskBusiness): void {
  if (![external_id, unique_external_id].includes(check.verificationId)) throw mismatch();
  if (check.reference !== null && check.reference !== id) throw mismatch();
}

/** Whether the review must be read to say anything. */
export function needsReview(business: MiddeskBusiness): boolean {
  return business.status === 'in_review' && !isAtWork(business);
}

/** What a business says without its review, as of `now`: pending with `provider_response_unrecognised` for a status that is not known. */
export function observeBusiness({ message, raw }: VendorMessage<MiddeskBusiness>, now: Instant): Observation {
  const verdict = message.status === 'in_review' ? WORKING : BY_STATUS.get(message.status);
  const { reason, retry } = unrecognised();
  return {
    ...(verdict ?? { outcome: 'pending', reason, retry }),
    ...partsOf(message, now),
    ...timeOf(verdict, [message.updated_at]),
    payload: payloadOf(message, null),
    answer: { business: raw, review: null },
  };
}

const HITS: ReadonlySet<Observation['reason']> = new Set(['screening_possible_match', 'pep_possible_match']);

/** What a business in review says by the connection's rule, as of `now`. */
export function observeReview(
  { message, raw }: VendorMessage<MiddeskBusiness>,
  review: VendorMessage<MiddeskReview>,
  { check, rule, now }: { readonly check: Check; readonly rule: MiddeskSettings['rule']; readonly now: Instant },
): Observation {
  const judged = judge(message, review.message, rule);
  // Of all that a person must look at, only a hit speaks against a pass that stands.
  const verdict = HITS.has(judged.reason) ? heedingPass(judged, check) : judged;
  return {
    ...verdict,
    ...partsOf(message, now),
    // A task that changes later changes the review alone.
    ...timeOf(verdict, [message.updated_at, review.message.updated_at]),
    payload: payloadOf(message, review.message),
    answer: { business: raw, review: review.raw },
  };
}

/**
 * What a refused start (422) says: that the tax number can never be accepted, as a decision; else it throws `ProviderFault`. A refusal for our
 * reference means that the business is there already: the fault has the start looked for.
 */
export function observeRefusal(answer: HttpAnswer, now: Instant): Observation {
  const raw: JsonValue = jsonOf(answer.body) ?? null;
  const form = middeskErrors.safeParse(raw);
  const errors = form.success ? form.data.errors : [];
  if (errors.some(({ message, parameter }) => /external_?\s?id/i.test(`${parameter ?? ''} ${message ?? ''}`)))
    throw unrecognised();
  if (errors.length === 0 || !errors.every(({ parameter }) => TAX_NUMBER.test(parameter ?? '')))
    throw new ProviderFault('provider_response_unrecognised', { class: 'operator' });
  return { outcome: 'failed', reason: 'identifier_format_invalid', providerCode: '422', observedAt: now, answer: raw };
}

/** The names that a refusal may have for the tax number; of nothing else is it sure that the subject's data are wrong, and not our request. */
const TAX_NUMBER = /^tin(\.tin|\[tin\])?$/;

function partsOf({ id, status }: MiddeskBusiness, now: Instant): Pick<Observation, 'reference' | 'observedAt'> {
  const providerCode = /^[a-z][a-z0-9_]{0,63}$/.test(status) ? { providerCode: status } : {};
  return { reference: id, observedAt: now, ...providerCode };
}

/** The latest of the times as the one of the decision. What is still to be decided has our time alone. */
function timeOf(
  verdict: Pick<Observation, 'outcome'> | undefined,
  times: readonly (string | null | undefined)[],
): Pick<Observation, 'providerTime'> {
  if (!verdict || verdict.outcome === 'pending') return {};
  const latest = Math.max(...times.flatMap((time) => (time ? [Date.parse(time)] : [])));
  return Number.isFinite(latest) ? { providerTime: instantOfEpoch(latest) } : {};
}

const STATUSES = ['success', 'warning', 'failure', 'neutral'];

/** Counts and statuses. A business may be a person: no name, number or place. */
function payloadOf({ watchlist, registrations }: MiddeskBusiness, review: MiddeskReview | null): JsonObject {
  const tasks = Object.fromEntries(
    RULE_CATEGORIES.flatMap((category) => {
      const found = review?.tasks.filter((task) => task.category === category).map(({ status }) => status) ?? [];
      const counts = STATUSES.flatMap((status) => {
        const count = found.filter((one) => one === status).length;
        return count > 0 ? [[status, count] as const] : [];
      });
      return counts.length > 0 ? [[category, Object.fromEntries(counts)]] : [];
    }),
  );
  return {
    ...(review && { tasks }),
    ...(watchlist && { watchlist_hits: watchlist.hit_count }),
    ...(registrations && {
      registrations: registrations.length,
      active_registrations: registrations.filter(({ status }) => status === 'active').length,
    }),
  };
}
