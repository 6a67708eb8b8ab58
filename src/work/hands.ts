import type { DueRow } from './due-rows.js';

/** Rows in hand at once: of all, of one lane over all tenants, and of one tenant's lane. What hangs in one lane leaves hands for the others. */
const MOST = 32;
const MOST_OF_A_LANE = 24;
const MOST_OF_A_TENANTS_LANE = 10;

/** What a process works on at once, shared out so that no lane and no tenant has all of it. */
export class Hands {
  readonly #busy = new Map<Promise<void>, DueRow>();

  /** How many more rows fit. */
  get room(): number {
    return MOST - this.#busy.size;
  }

  /** Those of `due`, in their order, that there are hands for. */
  choose(due: readonly DueRow[]): DueRow[] {
    const held = new Map<string, number>();
    const count = (key: string): number => held.get(key) ?? 0;
    const hold = (row: DueRow): void => {
      for (const key of keysOf(row)) held.set(key, count(key) + 1);
    };
    for (const row of this.#busy.values()) hold(row);
    const chosen: DueRow[] = [];
    for (const row of due) {
      if (chosen.length === this.room) break;
      const [lane, tenantsLane] = keysOf(row);
      if (count(lane) >= MOST_OF_A_LANE || count(tenantsLane) >= MOST_OF_A_TENANTS_LANE) continue;
      hold(row);
      chosen.push(row);
    }
    return chosen;
  }

  /** Keeps a hand busy with a row until its work, which never rejects, is done. */
  take(row: DueRow, work: Promise<void>): void {
    const done = work.finally(() => this.#busy.delete(done));
    this.#busy.set(done, row);
  }

  /** Resolves when the next row in hand is done; at once where there is none. */
  async oneFree(): Promise<void> {
    if (this.#busy.size > 0) await Promise.race(this.#busy.keys());
  }

  /** Resolves when nothing is in hand. */
  async empty(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy.keys());
  }
}

function keysOf({ scope, lane }: DueRow): [lane: string, tenantsLane: string] {
  return [lane, `${lane} ${scope.organizationId} ${String(scope.livemode)}`];
}
