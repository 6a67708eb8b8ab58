import { addMilliseconds, Clock, instant, type Instant } from '../../src/platform/clock.js';

/** A clock that stands still until a test moves it. */
export class ScriptedClock extends Clock {
  #now: Instant;

  constructor(start = '2026-11-22T09:30:00.123456Z') {
    super();
    this.#now = instant(start);
  }

  now(): Instant {
    return this.#now;
  }

  /** Moves the clock; negative: back. */
  advance(milliseconds: number): void {
    this.#now = addMilliseconds(this.#now, milliseconds);
  }
}
