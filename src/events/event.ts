import { randomBytes } from 'node:crypto';
import type { SqlValue } from '../database/index.js';
import type { Instant } from '../platform/clock.js';

/** Every type of event. Types may be added, never changed. */
export const EVENT_TYPES = [
  'verification.created',
  'verification.status_changed',
  'verification.checked',
  'verification.observation_ignored',
  'verification.recheck_started',
  'verification.customer_action_issued',
  'verification.evidence_read',
  'verification.expiring',
  'verification.override_proposed',
  'verification.override_lapsed',
  'verification.redacted',
] as const;

/** One of {@link EVENT_TYPES}. */
export type EventType = (typeof EVENT_TYPES)[number];

/** An event about to be appended; `sequence` and `recorded_at` are given by the stream. */
export interface NewEvent {
  readonly id: string;
  readonly type: EventType;
  readonly verificationId: string;
  /** The verification's version after the change. */
  readonly version: number;
  readonly actorId: string;
  /** When it happened; `recorded_at` is when it was written. */
  readonly occurredAt: Instant;
  readonly fromStatus: string | null;
  readonly toStatus: string;
  readonly reason: string | null;
  /** False: recorded, but the status does not rest on it. */
  readonly applied: boolean;
  /** The 16 fields after the change, as canonical JSON text. */
  readonly data: string;
}

/**
 * The header around `recorded_at` and `sequence`, which only the appending statement knows. Members in canonical order (RFC 8785),
 * no free words: a header is never redacted.
 */
export function headerParts(event: NewEvent): { readonly head: string; readonly tail: string } {
  const { actorId, applied, fromStatus, id, occurredAt, toStatus, type, verificationId, version } = event;
  const head = JSON.stringify({ actor_id: actorId, applied, from_status: fromStatus, id, occurred_at: occurredAt });
  const tail = JSON.stringify({ to_status: toStatus, type, verification_id: verificationId, version });
  return { head: `${head.slice(0, -1)},"recorded_at":"`, tail: `,${tail.slice(1)}` };
}

/** Canonical JSON text of what may be redacted: `data` and `reason`. */
export function bodyText(event: NewEvent): string {
  return `{"data":${event.data},"reason":${JSON.stringify(event.reason)}}`;
}

/** The values of {@link changeColumns}, in order. */
export function eventValues(event: NewEvent): SqlValue[] {
  const { head, tail } = headerParts(event);
  // A salt of its own keeps a redacted body from being guessed out of the hash.
  return [event.id, event.verificationId, event.version, head, tail, bodyText(event), randomBytes(16)];
}

/** How many parameters {@link changeColumns} takes. */
export const EVENT_VALUES = 7;

/** The columns that the CTE `change` needs besides `organization_id` and `livemode`; parameters from `$first` on. */
export function changeColumns(first: number): string {
  const columns = [
    'event_id::uuid',
    'verification_id::uuid',
    'version::integer',
    'head::text',
    'tail::text',
    'body::text',
    'salt::bytea',
  ];
  return columns
    .map((column, index) => {
      const [name = '', type = ''] = column.split('::');
      return `$${String(first + index)}::${type} as ${name}`;
    })
    .join(', ');
}

/**
 * Appends the one event that the CTE `change` holds to its tenant's stream: takes the stream's row lock after everything that `change`
 * depends on, numbers, hashes and inserts. To be put behind `with .. change as (..)`. Returns `sequence`.
 * A tenant without a stream gives SQLSTATE 23502 on `events.sequence`: see `isStreamMissing`.
 */
export const APPEND_EVENT = `
stream as materialized (
  select s.sequence + 1 as sequence, greatest(s.recorded_at, clock_timestamp()) as recorded_at, s.hash as previous_hash
  from customer_verifications.event_streams s join change using (organization_id, livemode)
  for update of s
), headed as materialized (
  select stream.*, change.head || to_char(stream.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","sequence":' || stream.sequence || change.tail as header
  from stream, change
), hashed as materialized (
  select headed.*, sha256(
    previous_hash || int8send(sequence) || sha256(convert_to(header, 'UTF8')) || sha256(change.salt || convert_to(change.body, 'UTF8'))
  ) as hash
  from headed, change
), advanced as (
  update customer_verifications.event_streams s
  set sequence = hashed.sequence, recorded_at = hashed.recorded_at, hash = hashed.hash
  from hashed, change
  where s.organization_id = change.organization_id and s.livemode = change.livemode
)
insert into customer_verifications.events
  (organization_id, livemode, sequence, id, verification_id, version, recorded_at, header, body, salt, hash)
select change.organization_id, change.livemode, hashed.sequence, change.event_id, change.verification_id, change.version,
  hashed.recorded_at, hashed.header, change.body, change.salt, hashed.hash
from change left join hashed on true
returning sequence`;
