import { addMilliseconds, epochMilliseconds, type Instant } from '../platform/clock.js';
import type { Reason } from '../providers/reasons.js';
import type { Shut } from './gates.repository.js';
import { probedForMs, spreadMs } from './patience.js';
import { awayReason } from './verdict.js';

/** A question that was not asked. It tells nothing about the subject, and nothing of it was sent. */
export interface Refusal {
  readonly outcome: 'not_asked';
  /** `provider_throttled`, `provider_unavailable`, or the vendor's own word for being away. */
  readonly reason: Reason;
  /** When to come back. Spread, so that those who wait don't come together. */
  readonly until: Instant;
}

/** The gate is shut. */
export function refusedUntilOpen(shut: Shut, now: Instant): Refusal {
  const waitMs = epochMilliseconds(shut.until) - epochMilliseconds(now);
  return { outcome: 'not_asked', reason: reasonOf(shut), until: addMilliseconds(shut.until, spreadMs(waitMs)) };
}

/** Somebody else is trying whether the vendor is back; `reason` is that of its last fault. */
export function refusedWhileTried(reason: string | null, now: Instant): Refusal {
  return { outcome: 'not_asked', reason: awayReason(reason), until: addMilliseconds(now, probedForMs()) };
}

/** The vendor's limit is spent; the turn comes at `until`, and belongs to nobody else. */
export function refusedUntilTurn(until: Instant): Refusal {
  return { outcome: 'not_asked', reason: 'provider_throttled', until };
}

/** The reason that a check carries which waits for the gate. */
export function reasonOf({ trips, reason }: Pick<Shut, 'trips' | 'reason'>): Reason {
  return trips > 0 ? awayReason(reason) : 'provider_throttled';
}
