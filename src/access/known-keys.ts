import { LRUCache } from 'lru-cache';
import type { Clock } from '../platform/clock.js';
import type { PresentedKey } from './api-key.js';
import type { FoundKey } from './api-keys.repository.js';

/** How long an answer about a key is used again: so long a revoked key may still work, and an unknown one costs no look-up. */
const REMEMBERED_MS = 1_000;
const MOST_FOUND = 10_000;
/** Apart and fewer: whoever makes up keys by the thousand forgets nobody's but their own. */
const MOST_UNKNOWN = 1_000;

type LookUp = (presented: PresentedKey) => Promise<FoundKey | null>;

/** What was lately found of keys. Requests that come together with one key share one look-up. */
export class KnownKeys {
  readonly #found: LRUCache<string, FoundKey>;
  readonly #unknown: LRUCache<string, true>;
  readonly #underWay = new Map<string, Promise<FoundKey | null>>();

  constructor(
    private readonly lookUp: LookUp,
    private readonly clock: Pick<Clock, 'elapsed'>,
  ) {
    const shared = { ttl: REMEMBERED_MS, ttlResolution: 0, perf: { now: () => clock.elapsed() } };
    this.#found = new LRUCache<string, FoundKey>({ ...shared, max: MOST_FOUND });
    this.#unknown = new LRUCache<string, true>({ ...shared, max: MOST_UNKNOWN });
  }

  /** What is remembered: null where there is no such key, undefined where it must be looked for. */
  get(presented: PresentedKey): FoundKey | null | undefined {
    const name = nameOf(presented);
    return this.#found.get(name) ?? (this.#unknown.get(name) ? null : undefined);
  }

  /** Looks for a key and remembers the answer, as old as its question is. Rejects as the look-up does. */
  look(presented: PresentedKey): Promise<FoundKey | null> {
    const name = nameOf(presented);
    const underWay = this.#underWay.get(name) ?? this.#ask(name, presented);
    this.#underWay.set(name, underWay);
    return underWay;
  }

  async #ask(name: string, presented: PresentedKey): Promise<FoundKey | null> {
    const start = this.clock.elapsed();
    try {
      const found = await this.lookUp(presented);
      if (found) this.#found.set(name, found, { start });
      else this.#unknown.set(name, true, { start });
      return found;
    } finally {
      this.#underWay.delete(name);
    }
  }
}

function nameOf({ hash }: PresentedKey): string {
  return hash.toString('base64');
}
