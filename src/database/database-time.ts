import type { Instant } from '../platform/clock.js';

/**
 * PostgreSQL's text of a `timestamp` that `at time zone 'UTC'` made, as an {@link Instant}. Microseconds survive because the value
 * never becomes a `Date`. An {@link Instant} comes back as it is.
 */
export function databaseTime(text: string): Instant {
  // `2026-11-22 09:30:00.12`: PostgreSQL leaves trailing zeros, and a whole fraction of zeros, away.
  const fraction = text.slice(20, 26).replace('Z', '').padEnd(6, '0');
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z` as Instant;
}

/** {@link databaseTime} where null stays null. */
export function databaseTimeOrNull(text: string | null): Instant | null {
  return text === null ? null : databaseTime(text);
}
