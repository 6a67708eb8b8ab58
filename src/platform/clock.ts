/**
 * A moment in UTC as RFC 3339 text with exactly six decimals and `Z`, e.g. `2026-11-22T09:30:00.000000Z`.
 * Equal length and zone make string order the order in time.
 */
export type Instant = string & { readonly __brand: 'Instant' };

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/** Marks text that already has the form of an {@link Instant}; throws a `RangeError` for any other. */
export function instant(text: string): Instant {
  if (!INSTANT.test(text)) throw new RangeError('not an RFC 3339 instant with six decimals in UTC');
  return text as Instant;
}

/** The instant `milliseconds` after 1970-01-01T00:00:00Z, plus whole `microseconds` (0-999). */
export function instantOfEpoch(milliseconds: number, microseconds = 0): Instant {
  const text = new Date(milliseconds).toISOString();
  return `${text.slice(0, -1)}${String(microseconds).padStart(3, '0')}Z` as Instant;
}

/** Milliseconds since 1970-01-01T00:00:00Z, microseconds cut off. */
export function epochMilliseconds(at: Instant): number {
  return Date.parse(`${at.slice(0, 23)}Z`);
}

/** `at` moved by whole milliseconds (negative: earlier); microseconds are kept. */
export function addMilliseconds(at: Instant, milliseconds: number): Instant {
  return instantOfEpoch(epochMilliseconds(at) + milliseconds, Number(at.slice(23, 26)));
}

/** The time of the process. Injected everywhere, so that tests move it instead of waiting. */
export abstract class Clock {
  /** The present moment. Read once in a use case and passed on. */
  abstract now(): Instant;

  /** Milliseconds of a stopwatch that never stands still or goes back, whatever is done to {@link now}; above 0, means nothing else. */
  elapsed(): number {
    return performance.now();
  }
}

/** How far the two clocks of a process may be apart before the machine's own counts. */
const TOLERANCE_MS = 5;

/** The machine's clock, in microseconds, never running backwards within the process. */
export class SystemClock extends Clock {
  #last = 0;
  #origin: number = performance.timeOrigin;

  now(): Instant {
    // The stopwatch has the microseconds, but stands still while the machine sleeps and doesn't hear when its clock is put right.
    const elapsed = performance.now();
    const wall = Date.now();
    if (Math.abs(this.#origin + elapsed - wall) > TOLERANCE_MS) this.#origin = wall - elapsed;
    const microseconds = Math.floor((this.#origin + elapsed) * 1000);
    this.#last = Math.max(this.#last + 1, microseconds);
    return instantOfEpoch(Math.floor(this.#last / 1000), this.#last % 1000);
  }
}

/** A stopwatch's start, for {@link elapsedMs}; means nothing else. */
export function stopwatch(): number {
  return performance.now();
}

/** Milliseconds since {@link stopwatch}, with two decimals. */
export function elapsedMs(start: number): number {
  return Math.round((performance.now() - start) * 100) / 100;
}
