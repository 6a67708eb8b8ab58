import { addMilliseconds, Clock, instant, type Instant } from '../../src/platform/clock.js';

/** A clock that stands still until a test moves it. */
export class ScriptedClock extends Clock {
  #now: Instant;
  #elapsed = 1;

  constructor(start = '2026-11-22T09:30:00.123456Z') {
    super();
    this.#now = instant(start);
  }

  now(): Instant {
    return this.#now;
  }

  override elapsed(): number {
    return this.#elapsed;
  }

  /** Lets time pass; negative: the clock is put back, and no time passes. */
  advance(milliseconds: number): void {
    this.#now = addMilliseconds(this.#now, milliseconds);
    this.#elapsed += Math.max(0, milliseconds);
  }

  /** Time passes, and the clock stands still: what a clock that was put back does until the old time has come again. */
  passUnseen(milliseconds: number): void {
    this.#elapsed += milliseconds;
  }
}
