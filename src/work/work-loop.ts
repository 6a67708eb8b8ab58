import { Logger } from '@nestjs/common';
import { addMilliseconds, type Clock } from '../platform/clock.js';
import { every, within } from '../platform/deadline.js';
import type { DueRow, DueRows } from './due-rows.js';
import { Hands } from './hands.js';
import type { ClaimedRow, DueWork } from './due-work.js';
import type { Leases } from './leases.js';

const LOOK_EVERY_MS = 1_000;
const PUT_OFF_MS = 5_000;
const LONGEST_PUT_OFF_MS = 900_000;

/** What a loop works with. */
export interface WorkLoopParts {
  readonly rows: DueRows;
  readonly leases: Leases;
  readonly work: DueWork;
  readonly clock: Clock;
}

/** Finds due rows, claims them, hands them to the feature. Any number of processes may run one; a lost tick costs nothing. */
export class WorkLoop {
  readonly #logger = new Logger(WorkLoop.name);
  readonly #hands = new Hands();
  #looking: Promise<number> | undefined;
  #stopLooking: (() => void) | undefined;

  constructor(private readonly parts: WorkLoopParts) {}

  /** Looks for work from now on. */
  start(): void {
    this.#stopLooking ??= every(LOOK_EVERY_MS, () => this.#lookUntilIdle());
  }

  /** Takes no new rows, and waits for those in hand. */
  async stop(): Promise<void> {
    this.#stopLooking?.();
    this.#stopLooking = undefined;
    await this.#looking?.catch(() => undefined);
    await this.settled();
  }

  /** One look: claims what is due and begins on it. Returns how many rows it took; two looks at once are one. */
  look(): Promise<number> {
    this.#looking ??= this.#take().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  /** Resolves when nothing is in hand. */
  settled(): Promise<void> {
    return this.#hands.empty();
  }

  async #lookUntilIdle(): Promise<void> {
    try {
      // Not for long: a row that takes its time must not keep the free hands from what becomes due meanwhile.
      while (this.#stopLooking && (await this.look()) > 0) await within(LOOK_EVERY_MS, this.#hands.oneFree());
    } catch (error) {
      this.#logger.warn({ event: 'work_not_found', error: (error as Error).name });
    }
  }

  async #take(): Promise<number> {
    const { rows, clock } = this.parts;
    if (this.#hands.room === 0) return 0;
    const now = clock.now();
    const chosen = this.#hands.choose(await rows.find(now));
    let taken = 0;
    for (const ofTenant of Map.groupBy(chosen, tenantOf).values()) {
      const [first] = ofTenant;
      if (!first) continue;
      const ids = ofTenant.map(({ id }) => id);
      const claimed = await rows.claim(first.scope, ids, now);
      const laneOf = new Map(ofTenant.map((row) => [row.id, row]));
      for (const row of claimed) this.#begin(row, laneOf.get(row.id) ?? first);
      taken += claimed.length;
    }
    return taken;
  }

  #begin(row: ClaimedRow, found: DueRow): void {
    const { leases, work } = this.parts;
    const handled = leases.during(row, () => work.handle(row)).catch((error: unknown) => this.#putOff(row, error));
    this.#hands.take(found, handled);
  }

  async #putOff(row: ClaimedRow, error: unknown): Promise<void> {
    const { rows, clock } = this.parts;
    const name = error instanceof Error ? error.name : typeof error;
    this.#logger.error({ event: 'work_failed', row_id: row.id, attempt: row.attempt, error: name });
    const delay = Math.min(PUT_OFF_MS * 2 ** Math.min(row.attempt, 20), LONGEST_PUT_OFF_MS);
    // Where this fails too, the lease runs out and somebody takes the row over.
    await rows.postpone(row, addMilliseconds(clock.now(), delay)).catch(() => undefined);
  }
}

function tenantOf({ scope }: DueRow): string {
  return `${scope.organizationId} ${String(scope.livemode)}`;
}
