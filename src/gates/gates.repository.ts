import { Injectable } from '@nestjs/common';
import {
  Database,
  databaseTime,
  deploymentScope,
  type SqlRow,
  type SqlValue,
  type Statement,
  tenantValues,
} from '../database/index.js';
import { addMilliseconds, type Instant } from '../platform/clock.js';
import type { Crossing, Gate } from './gate.js';
import { type GateStatements, gateStatements } from './gates.statements.js';
import type { Pace } from './pace.js';

/** A gate that nobody passes for now. */
export interface Shut {
  readonly until: Instant;
  /** How often in a row its circuit has opened; 0: the vendor asked to be left alone, and from `until` on everybody passes. */
  readonly trips: number;
  /** The vendor's last fault. */
  readonly reason: string | null;
}

/** The claimed trial of an open circuit. */
export interface Probe {
  /** Until when it is ours: the fence of what is written about it. */
  readonly token: Instant;
  readonly trips: number;
  readonly openedAt: Instant;
}

/** Who asks, and whether it is the first time. */
type Asking = Pick<Crossing, 'organizationId' | 'waited' | 'onlyNow'>;

/** How long an open circuit that nobody has tried is remembered: as long as a vendor may ask to be left alone. */
const REMEMBERED_MS = 3_600_000;

/** What the deployment knows of its gates. Rows of the deployment, behind the ordinary door of a tenant. */
@Injectable()
export class GatesRepository {
  readonly #sql: GateStatements;

  constructor(private readonly database: Database) {
    this.#sql = gateStatements(database.ownRows);
  }

  /** The gates that are shut, and the circuits that wait to be tried. */
  async shut(livemode: boolean, now: Instant): Promise<(readonly [Gate, Shut])[]> {
    const scope = deploymentScope(livemode);
    const values = [...tenantValues(scope), forgotten(now), now];
    const rows = await this.database.one<ShutRow>(scope, this.#sql.shut, values);
    return rows.map(({ provider, partition, shut_until: until, trips, reason }) => {
      return [
        { livemode, provider, partition },
        { until: databaseTime(until), trips, reason },
      ] as const;
    });
  }

  /** Opens a circuit; answers until when the gate is shut, null where somebody else had opened it. */
  async open(gate: Gate, until: Instant, reason: string | null, now: Instant): Promise<Instant | null> {
    const [row] = await this.#one<ShutRow>(this.#sql.open, gate, [until, reason, now, forgotten(now)]);
    return row ? databaseTime(row.shut_until) : null;
  }

  /** Claims the trial for `forMs`; null where it is somebody else's, not due, or not needed any more. */
  async probe(gate: Gate, now: Instant, forMs: number): Promise<Probe | null> {
    const [row] = await this.#one<ProbeRow>(this.#sql.probe, gate, [now, forMs]);
    if (!row) return null;
    return { token: databaseTime(row.probe_until), trips: row.trips, openedAt: databaseTime(row.opened_at) };
  }

  /** The trial failed. Nothing where it was no longer ours. */
  async reopen(gate: Gate, { token }: Probe, until: Instant, reason: string | null): Promise<void> {
    await this.#one(this.#sql.reopen, gate, [token, until, reason]);
  }

  /** The trial was none, and somebody else's turn comes at once. */
  async release(gate: Gate, { token }: Probe): Promise<void> {
    await this.#one(this.#sql.release, gate, [token]);
  }

  /** The vendor is back. False where somebody has said so before. */
  async close(gate: Gate): Promise<boolean> {
    return (await this.#one(this.#sql.close, gate, [])).length > 0;
  }

  /** Shuts the gate for everybody; never opens it earlier than it would. */
  async throttle(gate: Gate, until: Instant, reason: string | null, now: Instant): Promise<void> {
    await this.#one(this.#sql.throttle, gate, [until, reason, forgotten(now)]);
  }

  /** Takes a turn: null where it is now, else when it comes. A vendor counts live and test keys together, and so one row does; in line they stand apart. */
  async turn(
    gate: Gate,
    pace: Pace,
    { organizationId, waited, onlyNow = false }: Asking,
    now: Instant,
  ): Promise<Instant | null> {
    const counted = { ...gate, livemode: true };
    const tenant = gate.livemode ? organizationId : `${organizationId} test`;
    const values = [now, pace.stepUs, pace.slackUs, waited || onlyNow, tenant, !onlyNow];
    let [row] = await this.#one<TurnRow>(this.#sql.turn, counted, values);
    if (!row) {
      await this.#one(this.#sql.add, counted, []);
      [row] = await this.#one<TurnRow>(this.#sql.turn, counted, values);
    }
    return row && !row.free && row.turn !== null ? databaseTime(row.turn) : null;
  }

  #one<Row extends SqlRow>(statement: Statement, gate: Gate, values: readonly SqlValue[]): Promise<Row[]> {
    const scope = deploymentScope(gate.livemode);
    return this.database.one<Row>(scope, statement, [...tenantValues(scope), gate.provider, gate.partition, ...values]);
  }
}

interface ShutRow extends SqlRow {
  readonly provider: string;
  readonly partition: string;
  readonly shut_until: string;
  readonly trips: number;
  readonly reason: string | null;
}

interface ProbeRow extends SqlRow {
  readonly probe_until: string;
  readonly opened_at: string;
  readonly trips: number;
}

interface TurnRow extends SqlRow {
  readonly free: boolean;
  readonly turn: string | null;
}

function forgotten(now: Instant): Instant {
  return addMilliseconds(now, -REMEMBERED_MS);
}
