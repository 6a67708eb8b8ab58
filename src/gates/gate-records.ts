import { Logger } from '@nestjs/common';
import { addMilliseconds, type Clock, epochMilliseconds, type Instant } from '../platform/clock.js';
import { within } from '../platform/deadline.js';
import type { Crossing, Gate } from './gate.js';
import type { GatesRepository, Probe, Shut } from './gates.repository.js';
import { paceOf } from './pace.js';
import { openForMs, throttledForMs } from './patience.js';
import { ShutGates, SQL_PATIENCE_MS } from './shut-gates.js';
import { type Said, throttleOf } from './verdict.js';

/** A 429 that moves the end of a throttle by less than this is one of many that came together. */
const SAME_MS = 1_000;
/** What a trial's claim lasts beyond the longest call. */
const PROBE_SLACK_MS = 5_000;
/** When who could not be counted comes back. */
const UNCOUNTED_MS = 5_000;

/**
 * What the deployment knows of its gates, read and written so that nothing fails, or waits longer than a second, where the database
 * does not answer: what this process does is known to it at once, and to the others when it could be written.
 */
export class GateRecords {
  readonly #logger = new Logger('Gates');
  readonly #live: ShutGates;
  readonly #test: ShutGates;

  constructor(
    private readonly repository: GatesRepository,
    private readonly clock: Clock,
    private readonly callDeadlineMs: number,
  ) {
    this.#live = new ShutGates(repository, clock, true);
    this.#test = new ShutGates(repository, clock, false);
  }

  /** The gates of one mode that are shut, as last read. */
  shutOf(livemode: boolean): ShutGates {
    return livemode ? this.#live : this.#test;
  }

  /** What is known of a gate that is shut, or whose circuit waits to be tried; null: it is open. */
  shut(gate: Gate): Shut | null {
    return this.shutOf(gate.livemode).get(gate);
  }

  /** Claims the trial of a circuit. `beaten`: somebody else has it, or needs it no more; null: the database can't say. */
  async claim(gate: Gate): Promise<Probe | 'beaten' | null> {
    const forMs = this.callDeadlineMs + PROBE_SLACK_MS;
    const claim = await this.#sql(() => this.repository.probe(gate, this.clock.now(), forMs));
    return claim && (claim.value ?? 'beaten');
  }

  /** The trial was none: another question's turn comes at once. */
  async release(gate: Gate, probe: Probe | null): Promise<void> {
    if (probe) await this.#sql(() => this.repository.release(gate, probe));
  }

  /** The trial failed: open for longer. */
  async reopen(gate: Gate, shut: Shut, probe: Probe | null, reason: Said['reason']): Promise<void> {
    const trips = (probe ?? shut).trips + 1;
    const until = addMilliseconds(this.clock.now(), openForMs(trips));
    this.shutOf(gate.livemode).set(gate, { until, trips, reason });
    if (probe) await this.#sql(() => this.repository.reopen(gate, probe, until, reason));
  }

  /** The vendor is back. */
  async close(gate: Gate, probe: Probe | null): Promise<void> {
    this.shutOf(gate.livemode).delete(gate);
    const closed = await this.#sql(() => this.repository.close(gate));
    if (!closed?.value || !probe) return;
    this.#logger.warn({ event: 'circuit_closed', ...gate, seconds: secondsBetween(probe.openedAt, this.clock.now()) });
  }

  /** A circuit has opened here. Answers the reading after which the deployment's row says so; null: it could not be written. */
  async open(gate: Gate, until: Instant, reason: string | null): Promise<number | null> {
    const now = this.clock.now();
    const known = this.shutOf(gate.livemode);
    const opened = await this.#sql(() => this.repository.open(gate, until, reason, now));
    const since = known.begun;
    if (opened?.value === null) {
      await known.reread();
      return since;
    }
    if (opened) known.set(gate, { until: opened.value, trips: 1, reason });
    this.#logger.warn({ event: 'circuit_opened', ...gate, reason, seconds: secondsBetween(now, until) });
    return opened && since;
  }

  /** Does what a vendor asks for that wants to be left alone: for all tenants, in all processes. */
  async heed(gate: Gate, answer: Said): Promise<void> {
    const afterMs = throttleOf(answer);
    if (afterMs === null) return;
    const now = this.clock.now();
    const until = addMilliseconds(now, throttledForMs(afterMs));
    const before = this.shut(gate);
    if (until <= now || (before && addMilliseconds(before.until, SAME_MS) >= until)) return;
    const circuit = before && before.trips > 0 ? before : { trips: 0, reason: answer.reason };
    this.shutOf(gate.livemode).set(gate, { ...circuit, until });
    await this.#sql(() => this.repository.throttle(gate, until, answer.reason, now));
  }

  /** When the vendor's limit lets the question pass; null: now. Where the database does not say, a little later: a limit holds for whoever can't count, too. */
  async turn({ gate, limit, ...by }: Crossing): Promise<Instant | null> {
    const pace = limit && paceOf(limit);
    if (!pace) return null;
    const turn = await this.#sql(() => this.repository.turn(gate, pace, by, this.clock.now()));
    return turn ? turn.value : addMilliseconds(this.clock.now(), UNCOUNTED_MS);
  }

  /** Null where the database did not answer in time. */
  #sql<Value>(work: () => Promise<Value>): Promise<{ readonly value: Value } | null> {
    const answer = work().then(
      (value) => ({ value }),
      (error: unknown) => {
        this.#logger.warn({ event: 'gate_not_recorded', error: (error as Error).name });
        return null;
      },
    );
    return within(SQL_PATIENCE_MS, answer);
  }
}

function secondsBetween(from: Instant, to: Instant): number {
  return Math.round((epochMilliseconds(to) - epochMilliseconds(from)) / 1_000);
}
