import type { Statement } from '../../database/index.js';
import { APPEND_EVENTS, EVENT_ARRAYS } from '../../events/index.js';
import { TABLE, WHOLE } from './verification.columns.js';

/** Rows of one tenant that are written together. */
export const SLICE = 50;

/**
 * Rows that time alone ends: they fall due no earlier than their pass or their window ends. These are the sweep's; all other due
 * rows are asked about, one by one. It says nothing of the present, so that each kind has an index of its own.
 */
export const ENDED_BY_TIME = `(awaiting is distinct from 'review'
  and due_at >= case status when 'verified' then expires_at when 'pending' then window_ends_at end)`;

/** When time alone ends a row's pass or window; null where it ends neither. A review takes as long as it takes. */
export const ENDS_AT = `case when status = 'verified' then expires_at
  when status = 'pending' and awaiting is distinct from 'review' then window_ends_at end`;

/** What the index over all tenants wants to hear: without it, an index with the tenant in it is the only one that serves. */
const OF_ANYBODY = `due_at > '-infinity'::timestamptz`;

const FREE = '(lease_until is null or lease_until < clock_timestamp())';

/** Whose rows are over at `$1`. One look at an index where there are none; else from tenant to tenant, past however many rows each has. */
export const SLICE_TENANTS: Statement = {
  name: 'slices_tenants',
  ordered: true,
  text: `with recursive tenants as (
      (select organization_id, livemode from ${TABLE}
        where ${ENDED_BY_TIME}
          and (select true from ${TABLE} where ${ENDED_BY_TIME} and ${OF_ANYBODY} and due_at <= $1::timestamptz and ${FREE}
            order by due_at limit 1)
        order by organization_id, livemode limit 1)
      union all
      select next.organization_id, next.livemode from tenants, lateral (
        select organization_id, livemode from ${TABLE} as further
        where (further.organization_id, further.livemode) > (tenants.organization_id, tenants.livemode) and ${ENDED_BY_TIME}
        order by further.organization_id, further.livemode limit 1
      ) as next
    )
    select organization_id, livemode from tenants, lateral (
      select from ${TABLE} as own
      where own.organization_id = tenants.organization_id and own.livemode = tenants.livemode
        and ${ENDED_BY_TIME} and due_at <= $1::timestamptz and ${FREE}
      order by due_at limit 1
    ) as due`,
};

/**
 * Locks up to {@link SLICE} rows that are over at `$3` and that nobody holds, from `$4` on, the longest over first. It waits for no row, so the
 * order in which it takes them can be part of no deadlock, and two processes get different ones.
 */
export function lockSlice(ownRows: string): Statement {
  return {
    name: 'slices_lock',
    text: `select ${WHOLE} from ${TABLE}
      where ${ownRows} and ${ENDED_BY_TIME} and due_at <= $3::timestamptz and due_at >= $4::timestamptz and ${FREE}
      order by verifications.due_at limit ${String(SLICE)} for update skip locked`,
  };
}

/** What time changes of a row besides its version and its lease, each with its type, in the order of the values. With the pass of rows from before it had a column. */
export const CHANGES = [
  ['updated_at', 'timestamptz'],
  ['status', 'text'],
  ['reason', 'text'],
  ['actor_id', 'text'],
  ['verified_at', 'timestamptz'],
  ['expires_at', 'timestamptz'],
  ['awaiting', 'text'],
  ['awaiting_key', 'text'],
  ['due_at', 'timestamptz'],
  ['attempts', 'integer'],
  ['ladder_from', 'integer'],
  ['start_refused', 'boolean'],
  ['left_open', 'boolean'],
  ['passed_at', 'timestamptz'],
] as const;

/** Writes the rows with their events. The version that each change was decided on is `$4`; a row that has another is left out. */
export function applySlice(ownRows: string): Statement {
  const columns = [['verification_id', 'uuid'], ['decided_on', 'integer'], ...CHANGES, ...EVENT_ARRAYS];
  const arrays = columns.map(([, type], index) => `$${String(index + 3)}::${type}[]`);
  const names = columns.map(([name]) => name);
  const set = CHANGES.filter(([name]) => name !== 'status').map(([name]) => `${name} = slice.${name}`);
  // The ids are said twice: what `any` asks for is looked up in the index, however many rows the tenant has and whatever is known of them.
  return {
    name: 'slices_apply',
    text: `with recursive slice as materialized (
        select * from unnest(${arrays.join(', ')}) with ordinality as given (${names.join(', ')}, place)
      ), changed as (
        update ${TABLE} as kept set status = slice.status, version = decided_on + 1, lease_until = null, ${set.join(', ')}
        from slice where ${ownRows} and kept.id = any($3::uuid[]) and kept.id = verification_id and kept.version = decided_on
        returning kept.organization_id, kept.livemode, kept.version, verification_id, place, ${EVENT_ARRAYS.map(([name]) => name).join(', ')}
      ), ${APPEND_EVENTS}`,
  };
}
