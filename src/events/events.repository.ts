import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../platform/json.js';
import type { EventType } from './event.js';
import { Database, type SqlRow, sqlState, type Statement, type TenantScope } from '../database/index.js';

/** One event as it goes out: its sequence for paging, its JSON text for the wire. */
export class EventRecord {
  constructor(
    readonly sequence: string,
    /** The event as JSON text; `data` and `reason` are null once redacted. */
    readonly text: string,
  ) {}

  /** The event's members as the wire names them, parsed when asked for. */
  get members(): EventMembers {
    return JSON.parse(this.text) as EventMembers;
  }
}

/** An event as the wire shows it. */
export interface EventMembers {
  readonly actor_id: string;
  /** False: recorded, but the status does not rest on it. */
  readonly applied: boolean;
  readonly from_status: string | null;
  readonly id: string;
  readonly occurred_at: string;
  readonly recorded_at: string;
  readonly sequence: number;
  readonly to_status: string;
  readonly type: EventType;
  readonly verification_id: string;
  readonly version: number;
  /** The 16 fields after the event; null once redacted. */
  readonly data: JsonObject | null;
  readonly reason: string | null;
}

interface EventRow extends SqlRow {
  readonly sequence: string;
  readonly header: string;
  readonly body: string | null;
}

const OPEN_STREAM: Statement = {
  name: 'events_open_stream',
  text: `insert into customer_verifications.event_streams (organization_id, livemode, sequence, recorded_at, hash)
    values ($1, $2, 0, 'epoch', decode(repeat('00', 32), 'hex')) on conflict do nothing`,
};

/** The append-only log as its readers see it. Appending is part of each writing statement: see `APPEND_EVENT`. */
@Injectable()
export class EventsRepository {
  readonly #history: Statement;
  readonly #atVersion: Statement;

  constructor(private readonly database: Database) {
    const select = `select sequence::text, header, body from customer_verifications.events
      where ${database.ownRows} and verification_id = $3`;
    this.#history = {
      name: 'events_history',
      text: `${select} and events.sequence > $4::bigint order by events.sequence limit $5`,
    };
    this.#atVersion = {
      name: 'events_at_version',
      text: `${select} and version = $4 order by events.sequence limit 1`,
    };
  }

  /** The events of one verification after `sequence`, oldest first. */
  async history(scope: TenantScope, verificationId: string, after: string, limit: number): Promise<EventRecord[]> {
    const values = [scope.organizationId, scope.livemode, verificationId, after, limit];
    const rows = await this.database.one<EventRow>(scope, this.#history, values);
    return rows.map((row) => new EventRecord(row.sequence, eventText(row)));
  }

  /** The `data` of a version as it was rendered then, byte for byte; null when redacted or unknown. */
  async dataAtVersion(scope: TenantScope, verificationId: string, version: number): Promise<string | null> {
    const values = [scope.organizationId, scope.livemode, verificationId, version];
    const [row] = await this.database.one<EventRow>(scope, this.#atVersion, values);
    if (!row || row.body === null) return null;
    return dataText(row.body);
  }

  /** Runs `work`; where the tenant has no stream yet, makes it and runs `work` once more. */
  async withStream<Result>(scope: TenantScope, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!isStreamMissing(error)) throw error;
      await this.database.one(scope, OPEN_STREAM, [scope.organizationId, scope.livemode]);
      return await work();
    }
  }
}

function isStreamMissing(error: unknown): boolean {
  const { table, column } = error as { table?: unknown; column?: unknown };
  return sqlState(error) === '23502' && table === 'events' && column === 'sequence';
}

/** Cut out of the text rather than parsed and written again: the bytes are the promise. */
function dataText(body: string): string {
  const { reason } = JSON.parse(body) as { reason: unknown };
  return body.slice('{"data":'.length, -`,"reason":${JSON.stringify(reason)}}`.length);
}

function eventText({ header, body }: EventRow): string {
  // Both are JSON objects: what is between the braces of one follows what is between those of the other.
  return `${header.slice(0, -1)},${(body ?? '{"data":null,"reason":null}').slice(1)}`;
}
