import { randomBytes } from 'node:crypto';
import type { SqlValue } from '../database/index.js';
import { bodyText, headerParts, type NewEvent } from './event.js';

/** The columns that {@link eventArrays} fills, each with its type, in order. */
export const EVENT_ARRAYS = [
  ['event_id', 'uuid'],
  ['event_head', 'text'],
  ['event_tail', 'text'],
  ['event_body', 'text'],
  ['event_salt', 'bytea'],
] as const;

/** Events as arrays for `unnest`, one for each of {@link EVENT_ARRAYS}. */
export function eventArrays(events: readonly NewEvent[]): SqlValue[] {
  const parts = events.map(headerParts);
  return [
    events.map(({ id }) => id),
    parts.map(({ head }) => head),
    parts.map(({ tail }) => tail),
    events.map(bodyText),
    events.map(() => randomBytes(16)),
  ];
}

/** Bytes of one link of the chain: the sequence, the header's digest, the digest of salt and body. */
const LINK = 8 + 32 + 32;

/**
 * Appends the events that the CTE `changed` holds to the stream of their one tenant, in the order of `place`: as if each had been
 * appended alone, at one moment and with one update of the stream. The stream is locked when all of `changed` is done, and so last.
 * `changed` has `organization_id, livemode, verification_id, version, place` and the columns of {@link EVENT_ARRAYS}; to be put
 * behind `with recursive .. changed as (..)`. Returns `verification_id`s; a tenant without a stream gives what `isStreamMissing` knows.
 */
export const APPEND_EVENTS = `
change as materialized (
  select *, row_number() over (order by place) as nth from changed
), stream as materialized (
  select s.organization_id, s.livemode, s.sequence, greatest(s.recorded_at, clock_timestamp()) as recorded_at, s.hash
  from customer_verifications.event_streams s
  join (select distinct organization_id, livemode from change) one using (organization_id, livemode)
  for update of s
), headed as materialized (
  select change.*, stream.recorded_at, stream.sequence + nth as sequence,
    event_head || to_char(stream.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
      || '","sequence":' || (stream.sequence + nth) || event_tail as header
  from change left join stream using (organization_id, livemode)
), links as materialized (
  select count(*) as count, string_agg(
    int8send(sequence) || sha256(convert_to(header, 'UTF8')) || sha256(event_salt || convert_to(event_body, 'UTF8')),
    ''::bytea order by nth
  ) as bytes from headed
), chained (nth, hash) as (
  select 0::bigint, hash from stream
  union all
  select nth + 1, sha256(hash || substr((select bytes from links), (nth * ${String(LINK)} + 1)::integer, ${String(LINK)}))
  from chained where nth < (select count from links)
), advanced as (
  update customer_verifications.event_streams s
  set sequence = last.sequence, recorded_at = last.recorded_at, hash = last.hash
  from (
    select organization_id, livemode, sequence, recorded_at, chained.hash
    from headed join chained using (nth) order by nth desc limit 1
  ) last
  where s.organization_id = last.organization_id and s.livemode = last.livemode
)
insert into customer_verifications.events
  (organization_id, livemode, sequence, id, verification_id, version, recorded_at, header, body, salt, hash)
select organization_id, livemode, sequence, event_id, verification_id, version, recorded_at, header, event_body, event_salt, chained.hash
from headed left join chained using (nth) order by nth
returning verification_id`;
