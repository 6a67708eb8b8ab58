import { Logger } from '@nestjs/common';
import { byTenant } from '../database/index.js';
import { addMilliseconds, type Clock, stopwatch } from '../platform/clock.js';
import { every, pause } from '../platform/deadline.js';
import { Bell } from './bell.js';
import type { DueRow, DueRows } from './due-rows.js';
import type { ClaimedRow, DueWork } from './due-work.js';
import { HandedBack } from './handed-back.js';
import { Hands } from './hands.js';
import type { Leases } from './leases.js';
import type { Waker } from './waker.js';

const LOOK_EVERY_MS = 1_000;
/** Between two looks that somebody asked for: a thousand notifications in a second are some ten looks. */
const WOKEN_AGAIN_AFTER_MS = 50;
/** Between two looks that go through the middle of a backlog, too: they cost the database more. */
const WALK_EVERY_MS = 250;
const PUT_OFF_MS = 5_000;
const LONGEST_PUT_OFF_MS = 900_000;

/** What a loop works with. */
export interface WorkLoopParts {
  readonly rows: DueRows;
  readonly leases: Leases;
  readonly work: DueWork;
  readonly clock: Clock;
  /** Without one the loop goes by its timer alone. */
  readonly waker?: Waker;
}

/** Finds due rows, claims them, hands them to the feature. Any number of processes may run one; a lost tick or wake-up costs nothing. */
export class WorkLoop {
  readonly #logger = new Logger(WorkLoop.name);
  readonly #hands = new Hands();
  readonly #bell = new Bell();
  /** What the last look found and there was no hand for; forgotten at the next one. */
  #left: readonly DueRow[] = [];
  #foundAt = 0;
  #walkedAt = -WALK_EVERY_MS;
  #awake = false;
  #looking: Promise<number> | undefined;
  #stopLooking: (() => void) | undefined;

  constructor(private readonly parts: WorkLoopParts) {}

  /** Looks for work from now on: at every tick, and when somebody wakes it. */
  start(): void {
    if (this.#stopLooking) return;
    const stopTicking = every(LOOK_EVERY_MS, () => this.#lookUntilIdle());
    const stopListening = this.parts.waker?.wakes(() => {
      this.#bell.ring();
      void this.#lookUntilIdle();
    });
    this.#stopLooking = () => {
      stopTicking();
      stopListening?.();
    };
  }

  /** Takes no new rows; goes on with those in hand. */
  async rest(): Promise<void> {
    this.#stopLooking?.();
    this.#stopLooking = undefined;
    await this.#looking?.catch(() => undefined);
  }

  /** {@link rest}, and waits for the rows in hand. */
  async stop(): Promise<void> {
    await this.rest();
    await this.settled();
  }

  /** One look: claims what is due and begins on it. Returns how many rows it took; two looks at once are one. */
  look(): Promise<number> {
    return this.#once(() => this.#find());
  }

  /** Resolves when nothing is in hand. */
  settled(): Promise<void> {
    return this.#hands.empty();
  }

  async #lookUntilIdle(): Promise<void> {
    if (this.#awake) return;
    this.#awake = true;
    try {
      await this.#lookWhileThereIsWork();
    } catch (error) {
      this.#logger.warn({ event: 'work_not_found', error: (error as Error).name });
    } finally {
      this.#awake = false;
    }
  }

  async #lookWhileThereIsWork(): Promise<void> {
    let more = (): Promise<number> => this.#find();
    while (this.#stopLooking) {
      const began = stopwatch();
      // Before the look: what becomes due during it may be missed, and rings again.
      this.#bell.silence();
      const taken = await this.#once(more);
      if (taken === 0 && this.#hands.room > 0 && !this.#bell.rung) return;
      // Not for long: a row that takes its time must not keep the free hands from what becomes due meanwhile.
      await this.#bell.heardOr(this.#hands.oneFree(), LOOK_EVERY_MS);
      more = this.#bell.rung ? () => this.#find() : () => this.#takeOfLeft();
      if (this.#bell.rung) await pause(Math.max(WOKEN_AGAIN_AFTER_MS - (stopwatch() - began), 0));
    }
  }

  #once(take: () => Promise<number>): Promise<number> {
    this.#looking ??= take().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #find(): Promise<number> {
    const { rows, clock } = this.parts;
    this.#left = [];
    this.#foundAt = stopwatch();
    const walks = this.#foundAt - this.#walkedAt >= WALK_EVERY_MS;
    if (walks) this.#walkedAt = this.#foundAt;
    this.#left = await rows.find(clock.now(), { walks });
    return this.#take();
  }

  /** A hand that becomes free behind a backlog is no reason to look through all of it again, for a while. */
  async #takeOfLeft(): Promise<number> {
    const fresh = stopwatch() - this.#foundAt < LOOK_EVERY_MS;
    const taken = fresh && this.#left.length > 0 ? await this.#take() : 0;
    return taken > 0 ? taken : this.#find();
  }

  async #take(): Promise<number> {
    const { rows, clock } = this.parts;
    const chosen = this.#hands.choose(this.#left);
    this.#left = this.#left.filter((row) => !chosen.includes(row));
    const now = clock.now();
    let taken = 0;
    for (const { scope, things: found } of byTenant(chosen, (row) => row.scope)) {
      const ids = found.map(({ id }) => id);
      const claimed = new Map((await rows.claim(scope, ids, now)).map((row) => [row.id, row]));
      for (const row of found) {
        const ours = claimed.get(row.id);
        if (ours) this.#begin(ours, row);
      }
      taken += claimed.size;
    }
    return taken;
  }

  #begin(row: ClaimedRow, found: DueRow): void {
    const { leases, work } = this.parts;
    const handled = leases.during(row, () => work.handle(row)).catch((error: unknown) => this.#letGo(row, error));
    this.#hands.take(found, handled);
  }

  async #letGo(row: ClaimedRow, error: unknown): Promise<void> {
    const { rows, clock } = this.parts;
    // Where this fails too, the lease runs out and somebody takes the row over.
    const giveUp = (): void => undefined;
    if (error instanceof HandedBack) return rows.handBack(row).catch(giveUp);
    const name = error instanceof Error ? error.name : typeof error;
    this.#logger.error({ event: 'work_failed', row_id: row.id, attempt: row.attempt, error: name });
    const delay = Math.min(PUT_OFF_MS * 2 ** Math.min(row.attempt, 20), LONGEST_PUT_OFF_MS);
    await rows.postpone(row, addMilliseconds(clock.now(), delay)).catch(giveUp);
  }
}
