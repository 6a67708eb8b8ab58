import type { Observation } from '../observation.js';
import type { MiddeskSettings } from './middesk.connection.js';
import type { MiddeskBusiness, MiddeskReview } from './middesk.messages.js';

/** What a status or a rule says. */
export type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting'>;

const VERIFIED: Verdict = { outcome: 'verified', reason: 'register_active' };

/** The statuses of an order of which nothing more is to come. Any other, known or not, is waited for. */
const DONE: ReadonlySet<string> = new Set(['completed', 'approved', 'rejected']);

/** Whether an order is still worked on: the answer of the tax authority may come after the review was opened. */
export function isAtWork({ orders }: MiddeskBusiness): boolean {
  return (orders ?? []).some(({ status }) => !DONE.has(status));
}

/**
 * What a finished review says by the connection's rule. A possible hit on a list comes before everything: a person must see it. Then what is
 * plainly wrong, then what the rule asks for; whatever else there is goes to a person.
 */
export function judge(
  business: MiddeskBusiness,
  review: MiddeskReview,
  { required, hard_failures, unscreened }: MiddeskSettings['rule'],
): Verdict {
  const hit = hitOf(business, review);
  if (hit) return { outcome: 'pending', reason: hit, awaiting: 'review' };
  const failure = required.map((category) => hardFailure(category, business, review)).find((reason) => reason !== null);
  if (failure && hard_failures === 'fail') return { outcome: 'failed', reason: failure };
  const passes = required.every((category) => hasSucceeded(category, review));
  if (passes && !failure && (unscreened === 'pass' || isScreened(business, review))) return VERIFIED;
  return { outcome: 'pending', reason: 'provider_review_required', awaiting: 'review' };
}

/** By the status of its tasks: one succeeded at least, and of the rest none says anything but `neutral`. */
function hasSucceeded(category: string, { tasks }: MiddeskReview): boolean {
  const statuses = tasks.filter((task) => task.category === category).map(({ status }) => status);
  return statuses.includes('success') && statuses.every((status) => status === 'success' || status === 'neutral');
}

const LISTS: ReadonlySet<string> = new Set(['watchlist', 'global_watchlists']);

function hitOf({ watchlist }: MiddeskBusiness, { tasks }: MiddeskReview): Observation['reason'] {
  const conspicuous = tasks.filter(({ status }) => status !== 'success' && status !== 'neutral');
  if ((watchlist?.hit_count ?? 0) > 0 || conspicuous.some(({ category }) => LISTS.has(category)))
    return 'screening_possible_match';
  return conspicuous.some(({ category }) => category === 'politically_exposed_persons') ? 'pep_possible_match' : null;
}

/** Nothing found is good news only where somebody looked. */
function isScreened({ watchlist }: MiddeskBusiness, { tasks }: MiddeskReview): boolean {
  return watchlist?.hit_count === 0 || tasks.some((task) => task.category === 'watchlist' && task.status === 'success');
}

function hardFailure(
  category: string,
  { tin, registrations }: MiddeskBusiness,
  { tasks }: MiddeskReview,
): Observation['reason'] {
  const failed = tasks.filter((task) => task.category === category && task.status === 'failure');
  if (failed.length === 0) return null;
  if (category === 'tin') return tin?.mismatch === true ? 'provider_rejected' : null;
  if (category !== 'sos') return null;
  const known = registrations ?? [];
  if (known.length > 0) return known.every(({ status }) => status === 'inactive') ? 'company_dissolved' : null;
  return failed.some(({ key }) => key === 'sos_not_found') ? 'company_not_found' : null;
}
