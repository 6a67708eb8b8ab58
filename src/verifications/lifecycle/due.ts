import { addMilliseconds, type Instant } from '../../platform/clock.js';
import type { Retry } from '../../providers/observation.js';
import type { State } from './state.js';

/** First delay of each retry class, in milliseconds. */
const FIRST_DELAY_MS: Readonly<Record<Retry['class'], number>> = {
  throttle: 60_000,
  outage: 300_000,
  timeout: 15_000,
  quota: 21_600_000,
  operator: 21_600_000,
};

const POLL_MS = 60_000;

/** When a verification's next work falls due: the next question to the provider, the end of the window, the end of the pass. */
export function dueAfter(state: State, now: Instant, retry?: Retry): Instant | null {
  const { status, expiresAt } = state.verdict;
  if (status === 'verified') return expiresAt;
  if (status !== 'pending' || state.awaiting === 'review') return null;
  const next = addMilliseconds(now, retry ? (retry.afterMs ?? FIRST_DELAY_MS[retry.class]) : POLL_MS);
  return next < state.windowEndsAt ? next : state.windowEndsAt;
}
