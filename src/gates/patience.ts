import { randomInt } from 'node:crypto';

const SECOND_MS = 1_000;
const SHUT_FIRST_MS = 30 * SECOND_MS;
const SHUT_MOST_MS = 300 * SECOND_MS;
const THROTTLE_UNSAID_MS = 30 * SECOND_MS;
const THROTTLE_MOST_MS = 3_600 * SECOND_MS;
const PROBE_PATIENCE_MS = 5 * SECOND_MS;

/** How long a circuit stays open that opened for the `trip`th time in a row: 30 s, doubled up to 5 min, up to a fifth less by chance. */
export function openForMs(trip: number): number {
  const most = Math.min(SHUT_FIRST_MS * 2 ** Math.min(trip - 1, 10), SHUT_MOST_MS);
  return Math.round(most * (1 - part() / 5));
}

/** A vendor's own word, at most an hour: none puts its partition to sleep for good. 30 s where it gives none: who waits comes back spread. */
export function throttledForMs(afterMs: number | 'unsaid'): number {
  if (afterMs === 'unsaid') return THROTTLE_UNSAID_MS;
  return Math.min(Math.max(Math.round(afterMs), 0), THROTTLE_MOST_MS);
}

/** How much later than a gate opens one of those that wait for it comes back: within a quarter of the wait, 1 to 60 s, by chance. */
export function spreadMs(waitMs: number): number {
  const width = Math.min(Math.max(waitMs / 4, SECOND_MS), 60 * SECOND_MS);
  return Math.floor(width * part());
}

/** When to come back where somebody else is trying the vendor: in 5 to 10 s. */
export function probedForMs(): number {
  return PROBE_PATIENCE_MS + Math.floor(PROBE_PATIENCE_MS * part());
}

/** From 0 to 1, without 1. */
function part(): number {
  const many = 2 ** 32;
  return randomInt(many) / many;
}
