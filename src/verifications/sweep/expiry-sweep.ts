import { randomInt } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { sqlState, type TenantScope } from '../../database/index.js';
import { addMilliseconds, Clock, elapsedMs, type Instant, stopwatch } from '../../platform/clock.js';
import { every, pause } from '../../platform/deadline.js';
import { DueRows } from '../../work/index.js';
import { FollowUps } from '../start/follow-ups.js';
import { SlicesRepository } from '../store/slices.repository.js';
import { SLICE } from '../store/slices.statements.js';
import type { Verification } from '../store/verification.entity.js';
import { VerificationsRepository } from '../store/verifications.repository.js';
import { VerificationDoor } from '../verification-door.js';

const LOOK_EVERY_MS = 1_000;
/** A row that can't be ended, neither with others nor alone, stands in nobody's way for so long. */
const PUT_OFF_MS = 900_000;
/** Rest after a slice, in parts of the time it took: reading goes on meanwhile. */
const REST = 4;
const LONGEST_REST_MS = 500;

/** So many tenants in a row: then it is none of them. */
const MOST_FAILURES = 3;

/** A tenant's turn: where its next slice begins. */
interface Turn {
  readonly scope: TenantScope;
  /** Behind what this process has just ended: the index still knows those rows, and to pass over all of them again takes time. */
  readonly from: Instant | null;
}

/**
 * Ends passes and windows that are over: a slice of a tenant's rows at a time, each a transaction of its own, one slice of each
 * tenant in turn. Any number of processes may run one; of one that dies nothing is left but what the next slice finds.
 */
@Injectable()
export class ExpirySweep {
  readonly #logger = new Logger(ExpirySweep.name);
  #stopLooking: (() => void) | undefined;
  #stopped = false;
  #sweeping: Promise<number> | undefined;

  constructor(
    private readonly repository: VerificationsRepository,
    private readonly slices: SlicesRepository,
    private readonly door: VerificationDoor,
    private readonly rows: DueRows,
    private readonly followUps: FollowUps,
    private readonly clock: Clock,
  ) {}

  /** Sweeps every second from now on. */
  start(): void {
    this.#stopped = false;
    this.#stopLooking ??= every(LOOK_EVERY_MS, () => this.#look());
  }

  /** Begins no further slice, and waits for the present one. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopLooking?.();
    this.#stopLooking = undefined;
    await this.#sweeping?.catch(() => undefined);
  }

  /** Ends all that is over, unless stopped before. Returns how many rows it ended; two sweeps at once are one. */
  sweep(): Promise<number> {
    this.#sweeping ??= this.#sweep().finally(() => (this.#sweeping = undefined));
    return this.#sweeping;
  }

  async #look(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.#logger.warn({ event: 'sweep_interrupted', error: (error as Error).name });
    }
  }

  async #sweep(): Promise<number> {
    let ended = 0;
    for (;;) {
      const tenants = await this.slices.tenants(this.clock.now());
      const endedNow = await this.#takeTurns(tenants);
      ended += endedNow;
      // What is left is in somebody's hands.
      if (endedNow === 0 || this.#stopped) return ended;
    }
  }

  /** A slice of each tenant in turn, again and again while they have more; not for long, then it is asked anew who has any. */
  async #takeTurns(tenants: readonly TenantScope[]): Promise<number> {
    // Several processes begin at different tenants: on the same one they would wait for each other.
    const first = tenants.length > 1 ? randomInt(tenants.length) : 0;
    let turns: readonly Turn[] = [...tenants.slice(first), ...tenants.slice(0, first)].map((scope) => ({
      scope,
      from: null,
    }));
    const began = stopwatch();
    let [ended, failures] = [0, 0];
    while (turns.length > 0 && elapsedMs(began) < LOOK_EVERY_MS) {
      const next: Turn[] = [];
      for (const turn of turns) {
        if (this.#stopped) return ended;
        try {
          const slice = await this.#takeTurn(turn);
          ended += slice.ended;
          if (slice.next) next.push(slice.next);
          failures = 0;
        } catch (error) {
          // One tenant's stream that somebody holds is no reason to let the others wait; a database that is away is.
          if ((failures += 1) === MOST_FAILURES) throw error;
          this.#logger.warn({ event: 'slice_failed', error: (error as Error).name });
        }
      }
      turns = next;
    }
    return ended;
  }

  async #takeTurn({ scope, from }: Turn): Promise<{ readonly ended: number; readonly next: Turn | null }> {
    const began = stopwatch();
    const { locked, ended } = await this.#endSlice(scope, from);
    await pause(Math.min(elapsedMs(began) * REST, LONGEST_REST_MS));
    const last = locked.length === SLICE ? locked.at(-1) : undefined;
    return { ended, next: last ? { scope, from: last.dueAt } : null };
  }

  async #endSlice(
    scope: TenantScope,
    from: Instant | null,
  ): Promise<{ readonly locked: readonly Verification[]; readonly ended: number }> {
    let locked: readonly Verification[] = [];
    try {
      const ended = await this.repository.transaction(scope, async (tx) => {
        locked = await this.slices.lock(tx, scope, this.clock.now(), from);
        return this.door.passTogether(tx, scope, locked);
      });
      return { locked, ended };
    } catch (error) {
      if (!isOfRows(error)) throw error;
      this.#logger.error({ event: 'slice_divided', rows: locked.length, error: (error as Error).name });
      return { locked, ended: await this.#endOneByOne(scope, locked) };
    }
  }

  /** What can't be written as one is written row by row; what fails even then is put off, so that it holds nothing up. */
  async #endOneByOne(scope: TenantScope, locked: readonly Verification[]): Promise<number> {
    let ended = 0;
    for (const { id } of locked) {
      const now = this.clock.now();
      const [claimed] = await this.rows.claim(scope, [id], now);
      if (!claimed) continue;
      try {
        await this.followUps.handle(claimed);
        ended += 1;
      } catch (error) {
        this.#logger.error({ event: 'row_not_ended', row_id: id, error: (error as Error).name });
        await this.rows.postpone(claimed, addMilliseconds(now, PUT_OFF_MS));
      }
    }
    return ended;
  }
}

/** Whether the rows themselves, their data or what we make of it, are at fault, and not the way to the database. */
function isOfRows(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== null) return state.startsWith('22') || state.startsWith('23');
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}
