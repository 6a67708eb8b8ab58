import type { Instant } from '../../platform/clock.js';
import type { Observation } from '../../providers/observation.js';

/** What is said without anybody being asked. */
export interface UnaskedWord extends Observation {
  readonly asked: false;
}

const A_DAY_MS = 24 * 3_600_000;

/** Where a lost start is not found, and can't be repeated as what it was about is no longer kept. Looked for again: it may have been slow. */
export function notFoundToRepeat(now: Instant): Observation {
  return { outcome: 'pending', reason: 'resubmission_requested', observedAt: now };
}

/**
 * Where nobody can be asked, as what the check is about is no longer kept. It waits for a recheck that brings it again, or for the end of its
 * window; no question in between would change that.
 */
export function inputGone(now: Instant): Observation {
  return { ...notFoundToRepeat(now), retry: { class: 'operator', afterMs: A_DAY_MS } };
}

/** While nobody here knows how to ask, though another process may: a fault of ours, of which the provider has heard nothing. */
export function unconfigured(now: Instant): Observation {
  const retry = { class: 'outage', unsent: true } as const;
  return { outcome: 'pending', reason: 'provider_not_configured', observedAt: now, retry };
}
