import { createHash } from 'node:crypto';
import type { Statement } from '../database/index.js';
import type { DueTable } from './due-work.js';

/** How long a claim holds without a heartbeat: so long, at most, the work of a killed process lies still. */
export const LEASE_MS = 20_000;

/** How far a look goes from each end of what is due and from a place in between, how many rows it brings back, and how many of them from one lane of a tenant. */
const LOOKED_AT = 500;
const FOUND = 200;
const OF_A_LANE = 10;

const FREE = '(lease_until is null or lease_until < clock_timestamp())';
const LEASE = `clock_timestamp() + ${String(LEASE_MS)} * interval '1 millisecond'`;

/** The statements over one table of due rows. `$1, $2` are the tenant's, but for `find`, which has none; a row is held by id and attempt. */
export interface DueStatements {
  readonly find: Statement;
  readonly claim: Statement;
  readonly renew: Statement;
  readonly postpone: Statement;
  readonly handBack: Statement;
}

/** Makes the statements of a table; `ownRows` is the application's own filter. */
export function dueStatements(table: DueTable, ownRows: string): DueStatements {
  const { name } = table;
  const held = `${ownRows} and id = $3 and attempts = $4`;
  return {
    find: { name: `due_find${suffixOf(table)}_${name}`, text: findText(table), ordered: true },
    claim: {
      name: `due_claim_${name}`,
      // Rows that somebody else is just claiming are left to them.
      text: `with free as (
          select id as free_id from ${name}
          where ${ownRows} and id = any($3::uuid[]) and due_at <= $4::timestamptz and ${FREE} order by id for update skip locked
        )
        update ${name} set lease_until = ${LEASE}, attempts = attempts + 1 from free where ${ownRows} and id = free_id
        returning id, attempts`,
    },
    renew: {
      name: `due_renew_${name}`,
      text: `update ${name} set lease_until = ${LEASE}
        where ${ownRows} and (id, attempts) in (select * from unnest($3::uuid[], $4::integer[])) and lease_until is not null
        returning id`,
    },
    postpone: {
      name: `due_postpone_${name}`,
      text: `update ${name} set lease_until = null, due_at = $5::timestamptz where ${held} returning id`,
    },
    handBack: {
      name: `due_hand_back_${name}`,
      text: `update ${name} set lease_until = null where ${held} and lease_until is not null returning id`,
    },
  };
}

/** Two works over one table look for different rows of it. */
function suffixOf({ which }: DueTable): string {
  return which === undefined ? '' : `_${createHash('sha256').update(which).digest('hex').slice(0, 6)}`;
}

/**
 * From both ends, because behind a backlog that is longer than a look what has just become due would wait for all of it; and from somewhere in
 * between, another place each time, so that nothing waits for both ends of a backlog to be done.
 */
function findText({ name, lane, which = 'due_at is not null' }: DueTable): string {
  const part = (order: '' | ' desc', from = ''): string =>
    `(select organization_id, livemode, id, ${lane} as lane, due_at from ${name}
      where due_at <= $1::timestamptz ${from} and ${which} and ${FREE} order by due_at${order} limit ${String(LOOKED_AT)})`;
  const anywhere = `and due_at >= (select min(due_at) + random() * (max(due_at) - min(due_at)) from ${name}
    where due_at <= $1::timestamptz and ${which})`;
  return `select organization_id, livemode, id, lane from (
      select *, row_number() over (partition by organization_id, livemode, lane order by due_at) as place
      from (${part('')} union ${part(' desc')} union ${part('', anywhere)}) parts
    ) placed where place <= ${String(OF_A_LANE)} order by place, due_at limit ${String(FOUND)}`;
}
