import { createHash } from 'node:crypto';
import type { Statement } from '../database/index.js';
import type { DueTable } from './due-work.js';

/** How long a claim holds without a heartbeat: so long, at most, the work of a killed process lies still. */
export const LEASE_MS = 20_000;

/** How far a look goes from each end of what is due, how many rows it brings back, and how many of them from one lane of a tenant. */
const LOOKED_AT = 500;
const FOUND = 200;
const OF_A_LANE = 10;

/** How far a look goes on in the middle: so many rows cost it some 20 ms more, and a backlog of 100,000 is seen whole in 20 looks. */
export const WALKED = 5_000;

const FREE = '(lease_until is null or lease_until < clock_timestamp())';
const LEASE = `clock_timestamp() + ${String(LEASE_MS)} * interval '1 millisecond'`;

/** The statements over one table of due rows. `$1, $2` are the tenant's, but for `find`, which has none; a row is held by id and attempt. */
export interface DueStatements {
  /** What is due at `$1`; where `$4`, with a walk through the middle from the place `$2, $3` on, or from the beginning where they are null. */
  readonly find: Statement;
  readonly claim: Statement;
  readonly renew: Statement;
  readonly postpone: Statement;
  readonly handBack: Statement;
}

/** Makes the statements of a table; `ownRows` is the application's own filter. */
export function dueStatements(table: DueTable, ownRows: string): DueStatements {
  const { name, latest } = table;
  const asked = '$5::timestamptz';
  const dueAt = latest === undefined ? asked : `case when ${asked} is not null then least(${asked}, ${latest}) end`;
  const held = `${ownRows} and id = $3 and attempts = $4`;
  return {
    find: { name: `due_find${suffixOf(table.which)}_${name}`, text: findText(table), ordered: true },
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
      name: `due_postpone${suffixOf(latest)}_${name}`,
      text: `update ${name} set lease_until = null, due_at = ${dueAt} where ${held} and lease_until is not null returning id`,
    },
    handBack: {
      name: `due_hand_back_${name}`,
      text: `update ${name} set lease_until = null where ${held} and lease_until is not null returning id`,
    },
  };
}

/** Two works over one table may differ in it: to a connection, one name is one text. */
function suffixOf(part: string | undefined): string {
  return part === undefined ? '' : `_${createHash('sha256').update(part).digest('hex').slice(0, 6)}`;
}

/**
 * From both ends, because behind a backlog that is longer than a look what has just become due would wait for all of it. The middle between
 * them, where there is one, is walked through look by look: nothing waits for either end to be done, nor for luck. `walked_at` and `walked_id` are
 * where the walk goes on; null at its end. By time and id, which the index has: a hundred thousand rows may be due at the same microsecond.
 */
function findText({ name, lane, which = 'due_at is not null' }: DueTable): string {
  const part = (order: '' | ' desc', limit: number, within = ''): string =>
    `select organization_id, livemode, id, ${lane} as lane, due_at from ${name}
      where due_at <= $1::timestamptz ${within} and ${which} and ${FREE} order by due_at${order}, id${order} limit ${String(limit)}`;
  const place = (of: string): string => `((select due_at from ${of}), (select id from ${of}))`;
  return `with oldest as materialized (${part('', LOOKED_AT)}),
    old_end as (select due_at, id from oldest order by due_at desc, id desc limit 1),
    newest as materialized (${part(' desc', LOOKED_AT, `and (due_at, id) > ${place('old_end')}`)}),
    new_end as (select due_at, id from newest order by due_at, id limit 1),
    walk_from as (
      select * from (select * from old_end union all select $2::timestamptz, $3::uuid where $2::timestamptz is not null) ends
      where $4::boolean order by due_at desc, id desc limit 1
    ),
    walked as materialized (
      ${part('', WALKED, `and (due_at, id) > ${place('walk_from')} and (due_at, id) < ${place('new_end')}`)}
    ),
    walk_to as (select due_at, id from walked order by due_at, id offset ${String(WALKED - 1)}),
    placed as (
      select *, row_number() over (partition by organization_id, livemode, lane order by due_at, id) as place
      from (table oldest union all table newest union all table walked) parts
    ), shared as (
      -- The providers take turns, too: a thousand tenants who wait for one must not fill what is found.
      select *, row_number() over (partition by split_part(lane, ' ', 1) order by place, due_at) as turn
      from placed where place <= ${String(OF_A_LANE)}
    )
    select organization_id, livemode, id, lane, (select due_at::text from walk_to) as walked_at, (select id from walk_to) as walked_id
    from shared order by turn, due_at limit ${String(FOUND)}`;
}
