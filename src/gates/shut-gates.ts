import { LRUCache } from 'lru-cache';
import type { Clock } from '../platform/clock.js';
import { within } from '../platform/deadline.js';
import { type Gate, keyOf } from './gate.js';
import type { GatesRepository, Shut } from './gates.repository.js';

const FRESH_FOR_MS = 1_000;
const MOST = 10_000;
/** How long a question waits to hear from the database which gates are shut; then what was known before must do. */
export const SQL_PATIENCE_MS = 1_000;

type Reading = Pick<GatesRepository, 'shut'>;

/**
 * The gates of one mode that the deployment holds shut, as this process last read them: at most once a second, and only while there are
 * questions. A reading that fails changes nothing.
 */
export class ShutGates {
  readonly #known = new LRUCache<string, Known>({ max: MOST });
  #readAt = 0;
  #begun = 0;
  #done = 0;
  #reading: Promise<unknown> | undefined;

  constructor(
    private readonly repository: Reading,
    private readonly clock: Clock,
    private readonly livemode: boolean,
  ) {}

  /** How many readings have begun so far. */
  get begun(): number {
    return this.#begun;
  }

  /** The last reading that was finished, by its number; 0: none was. */
  get done(): number {
    return this.#done;
  }

  /** Resolves when what is known is not older than a second, or can't be had. Never rejects. */
  async refresh(): Promise<void> {
    const isFresh = this.#readAt > 0 && this.clock.elapsed() - this.#readAt < FRESH_FOR_MS;
    if (!isFresh || this.#reading) await this.reread();
  }

  /** Reads now, whatever is known; readers who come together share one. Never rejects. */
  async reread(): Promise<void> {
    this.#reading ??= within(SQL_PATIENCE_MS, this.#read()).finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  get(gate: Gate): Shut | null {
    return this.#known.get(keyOf(gate))?.shut ?? null;
  }

  /** Until the next reading says otherwise. */
  set(gate: Gate, shut: Shut): void {
    this.#known.set(keyOf(gate), { gate, shut });
  }

  /** Until the next reading says otherwise. */
  delete(gate: Gate): void {
    this.#known.delete(keyOf(gate));
  }

  /** All that are known. */
  all(): Known[] {
    return [...this.#known.values()];
  }

  async #read(): Promise<void> {
    const reading = (this.#begun += 1);
    this.#readAt = this.clock.elapsed();
    const rows = await this.repository.shut(this.livemode, this.clock.now()).catch(() => null);
    // A later reading may have been faster.
    if (!rows || reading < this.#done) return;
    this.#known.clear();
    for (const [gate, shut] of rows) this.set(gate, shut);
    this.#done = reading;
  }
}

/** A gate and what is known of it. */
export interface Known {
  readonly gate: Gate;
  readonly shut: Shut;
}
