import { within } from '../platform/deadline.js';

/** Rung any number of times between two looks, it has rung once. */
export class Bell {
  readonly #waiting = new Set<() => void>();
  #rung = false;

  ring(): void {
    this.#rung = true;
    for (const wake of this.#waiting) wake();
  }

  /** Whether it has rung since it was last silenced. */
  get rung(): boolean {
    return this.#rung;
  }

  /** How many wait for it. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Resolves when it rings, at once where it has, or else when `other` does or the time is over; says whether it has rung. Who has waited is
   * forgotten then: a bell that nobody rings for days must not remember every wait.
   */
  async heardOr(other: Promise<unknown>, milliseconds: number): Promise<boolean> {
    if (this.#rung) return true;
    const { promise, resolve } = Promise.withResolvers<null>();
    const wake = (): void => {
      resolve(null);
    };
    this.#waiting.add(wake);
    try {
      await within(milliseconds, Promise.race([promise, other]));
    } finally {
      this.#waiting.delete(wake);
    }
    return this.#rung;
  }

  silence(): void {
    this.#rung = false;
  }
}
