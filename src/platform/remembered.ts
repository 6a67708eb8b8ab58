import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.js';

const MOST_FOUND = 10_000;
/** Apart and fewer: whoever makes up names by the thousand forgets nobody's but their own. */
const MOST_UNKNOWN = 1_000;

/** How things are looked up, and how long an answer counts. */
export interface RememberedLookUp<Key, Value> {
  /** Equal for equal keys alone. */
  readonly nameOf: (key: Key) => string;
  readonly lookUp: (key: Key) => Promise<Value | null>;
  /** So long an answer is used again, in milliseconds: so old may be what is acted upon. */
  readonly forMs: number;
  readonly clock: Pick<Clock, 'elapsed'>;
}

/** What was lately found. Requests that come together with one key share one look-up. */
export class Remembered<Key, Value extends object> {
  readonly #found: LRUCache<string, Value>;
  readonly #unknown: LRUCache<string, true>;
  readonly #underWay = new Map<string, Promise<Value | null>>();

  constructor(private readonly options: RememberedLookUp<Key, Value>) {
    const { forMs, clock } = options;
    const shared = { ttl: forMs, ttlResolution: 0, perf: { now: () => clock.elapsed() } };
    this.#found = new LRUCache<string, Value>({ ...shared, max: MOST_FOUND });
    this.#unknown = new LRUCache<string, true>({ ...shared, max: MOST_UNKNOWN });
  }

  /** What is remembered: null where there is none, undefined where it must be looked for. */
  get(key: Key): Value | null | undefined {
    const name = this.options.nameOf(key);
    return this.#found.get(name) ?? (this.#unknown.get(name) ? null : undefined);
  }

  /** Looks for it and remembers the answer, as old as its question is. Rejects as the look-up does. */
  look(key: Key): Promise<Value | null> {
    const name = this.options.nameOf(key);
    const underWay = this.#underWay.get(name) ?? this.#ask(name, key);
    this.#underWay.set(name, underWay);
    return underWay;
  }

  /** What is remembered, or else found now. */
  async of(key: Key): Promise<Value | null> {
    const remembered = this.get(key);
    return remembered === undefined ? this.look(key) : remembered;
  }

  async #ask(name: string, key: Key): Promise<Value | null> {
    const { lookUp, clock } = this.options;
    const start = clock.elapsed();
    try {
      const found = await lookUp(key);
      if (found) this.#found.set(name, found, { start });
      else this.#unknown.set(name, true, { start });
      return found;
    } finally {
      this.#underWay.delete(name);
    }
  }
}
