import type { Database, SqlRow, Statement, TenantScope } from '../database/index.js';
import type { Instant } from '../platform/clock.js';
import type { ClaimedRow, DueTable } from './due-work.js';

/** How long a claim holds without a heartbeat: so long, at most, the work of a killed process lies still. */
export const LEASE_MS = 20_000;

/** A row that is due and that nobody holds. */
export interface DueRow {
  readonly scope: TenantScope;
  readonly id: string;
  /** What the table's lane column says. */
  readonly lane: string;
}

interface FoundRow extends SqlRow {
  readonly organization_id: string;
  readonly livemode: boolean;
  readonly id: string;
  readonly lane: string;
}

/** How far a look goes from each end of what is due, how many rows it brings back, and how many of them from one lane of a tenant. */
const LOOKED_AT = 500;
const FOUND = 200;
const OF_A_LANE = 10;

/** The SQL of due rows. Leases go by the database's clock, due times by the application's. */
export class DueRows {
  readonly #find: Statement;
  readonly #claim: Statement;
  readonly #renew: Statement;
  readonly #postpone: Statement;

  constructor(
    private readonly database: Database,
    { name, lane }: DueTable,
  ) {
    const { ownRows } = database;
    const free = '(lease_until is null or lease_until < clock_timestamp())';
    const lease = `clock_timestamp() + ${String(LEASE_MS)} * interval '1 millisecond'`;
    const end = (order: '' | ' desc'): string =>
      `(select organization_id, livemode, id, ${lane} as lane, due_at from ${name}
        where due_at <= $1::timestamptz and ${free} order by due_at${order} limit ${String(LOOKED_AT)})`;
    this.#find = {
      name: `due_find_${name}`,
      // From both ends: behind a backlog that is longer than a look, what has just become due would wait for all of it.
      text: `select organization_id, livemode, id, lane from (
          select *, row_number() over (partition by organization_id, livemode, lane order by due_at) as place
          from (${end('')} union ${end(' desc')}) ends
        ) placed where place <= ${String(OF_A_LANE)} order by place, due_at limit ${String(FOUND)}`,
    };
    this.#claim = {
      name: `due_claim_${name}`,
      // Rows that somebody else is just claiming are left to them.
      text: `with free as (
          select id as free_id from ${name}
          where ${ownRows} and id = any($3::uuid[]) and due_at <= $4::timestamptz and ${free} order by id for update skip locked
        )
        update ${name} set lease_until = ${lease}, attempts = attempts + 1 from free where ${ownRows} and id = free_id
        returning id, attempts`,
    };
    this.#renew = {
      name: `due_renew_${name}`,
      text: `update ${name} set lease_until = ${lease}
        where ${ownRows} and (id, attempts) in (select * from unnest($3::uuid[], $4::integer[])) and lease_until is not null
        returning id`,
    };
    this.#postpone = {
      name: `due_postpone_${name}`,
      text: `update ${name} set lease_until = null, due_at = $5::timestamptz where ${ownRows} and id = $3 and attempts = $4 returning id`,
    };
  }

  /** Some of the rows that were due at `now` and nobody holds: the oldest of each lane first, then the second oldest of each. */
  async find(now: Instant): Promise<DueRow[]> {
    const rows = await this.database.unscoped<FoundRow>('due_work', this.#find, [now]);
    return rows.map(({ organization_id: organizationId, livemode, id, lane }) => {
      return { scope: { organizationId, livemode }, id, lane };
    });
  }

  /** Claims what is still free of one tenant's rows. */
  async claim(scope: TenantScope, ids: readonly string[], now: Instant): Promise<ClaimedRow[]> {
    const values = [scope.organizationId, scope.livemode, ids, now];
    const rows = await this.database.one<{ id: string; attempts: number }>(scope, this.#claim, values);
    return rows.map(({ id, attempts }) => ({ scope, id, attempt: attempts }));
  }

  /** Holds the rows for another {@link LEASE_MS}; returns the ids that are still this process's. */
  async renew(scope: TenantScope, rows: readonly ClaimedRow[]): Promise<string[]> {
    const ids = rows.map(({ id }) => id);
    const attempts = rows.map(({ attempt }) => attempt);
    const values = [scope.organizationId, scope.livemode, ids, attempts];
    return (await this.database.one<{ id: string }>(scope, this.#renew, values)).map(({ id }) => id);
  }

  /** Gives the row back, due at another time or not any more; nothing where it is no longer this process's. */
  async postpone({ scope, id, attempt }: ClaimedRow, dueAt: Instant | null): Promise<void> {
    await this.database.one(scope, this.#postpone, [scope.organizationId, scope.livemode, id, attempt, dueAt]);
  }
}
