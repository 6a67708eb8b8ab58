import type { DueRow } from './due-rows.js';

/**
 * Rows in hand at once; beyond them each provider without any may have one. A hand waits for its vendor without a connection to the database, so
 * the pool is no bound to them. A provider that is alone has half.
 */
const MOST = 48;
const MOST_OF_A_TENANTS_LANE = 10;

/**
 * What a process works on at once, shared out so that no lane, no tenant and no provider has all of it. A provider takes another hand while it holds
 * fewer than are free, so 24, 12, 6, 3, 2, 1: however many of them hang, the next one has a hand.
 */
export class Hands {
  readonly #busy = new Map<Promise<void>, DueRow>();

  /** How many more rows fit, whosever they are. */
  get room(): number {
    return Math.max(MOST - this.#busy.size, 0);
  }

  /** Those of `due` that there are hands for: first of the lanes that a tenant has the least of in hand, else in their order. */
  choose(due: readonly DueRow[]): DueRow[] {
    const held = new Map<string, number>();
    const count = (key: string): number => held.get(key) ?? 0;
    const hold = (row: DueRow): void => {
      for (const key of keysOf(row)) held.set(key, count(key) + 1);
    };
    for (const row of this.#busy.values()) hold(row);
    const chosen: DueRow[] = [];
    for (const row of inTurn(due, held)) {
      const [provider, tenantsLane] = keysOf(row);
      const free = this.room - chosen.length;
      if (count(provider) >= Math.max(free, 1) || count(tenantsLane) >= MOST_OF_A_TENANTS_LANE) continue;
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

/** A hand that becomes free goes to a tenant who has none, not once more to the one who is overdue the longest. */
function inTurn(due: readonly DueRow[], held: ReadonlyMap<string, number>): DueRow[] {
  const next = new Map(held);
  const turns = due.map((row) => {
    const [, tenantsLane] = keysOf(row);
    const turn = next.get(tenantsLane) ?? 0;
    next.set(tenantsLane, turn + 1);
    return { row, turn };
  });
  return turns.sort((one, other) => one.turn - other.turn).map(({ row }) => row);
}

function keysOf({ scope, lane }: DueRow): [provider: string, tenantsLane: string] {
  const [provider = ''] = lane.split(' ', 1);
  return [provider, `${lane} ${scope.organizationId} ${String(scope.livemode)}`];
}
