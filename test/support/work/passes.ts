import { createHash, randomUUID } from 'node:crypto';
import { addMilliseconds } from '../../../src/platform/clock.js';
import type { TestApp } from '../app.js';

/** Whose rows, as the tables name them. */
export interface Owner {
  readonly organizationId: string;
  readonly livemode: boolean;
}

/** A row of the table of verifications, by column. */
export type Columns = Readonly<Record<string, unknown>>;

const DAY = 86_400_000;

/** The columns of a pass that has been over for a day, as its check and its provider left it. */
export function passOf(app: TestApp, { organizationId, livemode }: Owner, more: Columns = {}): Columns {
  const now = app.clock.now();
  const [ended, made] = [addMilliseconds(now, -DAY), addMilliseconds(now, -30 * DAY)];
  return {
    ...{ organization_id: organizationId, livemode, id: randomUUID(), customer_id: randomUUID() },
    ...{ provider: 'scripted', verification_type: 'identity', check_type: 'scripted', provider_reference: 'vendor-1' },
    ...{ status: 'verified', actor_id: 'provider:scripted', reason: 'identity_verified' },
    ...{ result_payload: '{"document":"passport"}', created_at: made, updated_at: made, verified_at: made },
    ...{ last_checked_at: made, expires_at: ended, version: 2, round: 1, awaiting: null, awaiting_key: null },
    ...{ overridden: false, word_key: '1|a', reference_key: '0000000001|1|a', began: null },
    ...{ window_ends_at: addMilliseconds(made, 3 * DAY), due_at: ended, lease_until: null, attempts: 0 },
    ...{ ladder_from: 0, start_refused: false, left_open: false },
    ...more,
  };
}

/** Puts rows into the table as they are; no event tells of them. */
export async function plant(app: TestApp, rows: readonly Columns[]): Promise<void> {
  await app.sql(
    `insert into customer_verifications.verifications
      select * from json_populate_recordset(null::customer_verifications.verifications, $1::json)`,
    [JSON.stringify(rows)],
  );
}

/** Plants `count` passes of one tenant that have been over for a day, each a second longer than the one before. */
export async function plantPasses(app: TestApp, owner: Owner, count: number, more: Columns = {}): Promise<string[]> {
  const ended = addMilliseconds(app.clock.now(), -DAY);
  const rows = Array.from({ length: count }, (_, place) => {
    const at = addMilliseconds(ended, -place * 1_000);
    return passOf(app, owner, { expires_at: at, due_at: at, ...more });
  });
  await plant(app, rows);
  return rows.map((row) => String(row['id']));
}

/** An event as stored. */
export interface StoredEvent {
  readonly sequence: string;
  readonly verification_id: string;
  readonly version: number;
  readonly recorded_at: string;
  readonly header: Record<string, unknown>;
  readonly body: string;
}

/** A tenant's events in order; throws where a number is missing, a hash does not follow, or the time runs backwards. */
export async function provedEvents(app: TestApp, { organizationId, livemode }: Owner): Promise<StoredEvent[]> {
  type Row = StoredEvent & { readonly text: string; readonly salt: Buffer; readonly hash: Buffer };
  const rows = await app.sql<Row>(
    `select sequence::text, verification_id, version, header as text, header::json as header, body, salt, hash,
        to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as recorded_at
      from customer_verifications.events where organization_id = $1 and livemode = $2 order by events.sequence`,
    [organizationId, livemode],
  );
  let [hash, time]: [Buffer, string] = [Buffer.alloc(32), ''];
  for (const [index, row] of rows.entries()) {
    const number = Buffer.alloc(8);
    number.writeBigInt64BE(BigInt(index + 1));
    hash = sha256(hash, number, sha256(row.text), sha256(row.salt, row.body));
    const told = [row.header['sequence'], row.header['recorded_at'], row.header['version']].join();
    const whole = row.sequence === String(index + 1) && row.hash.equals(hash) && row.recorded_at >= time;
    if (!whole || told !== [row.sequence, row.recorded_at, row.version].join())
      throw new Error(`the stream breaks at ${row.sequence}`);
    time = row.recorded_at;
  }
  const [end] = await app.sql<{ sequence: string; hash: Buffer }>(
    'select sequence::text, hash from customer_verifications.event_streams where organization_id = $1 and livemode = $2',
    [organizationId, livemode],
  );
  if (end && (end.sequence !== String(rows.length) || !end.hash.equals(hash)))
    throw new Error('the stream ends otherwise');
  return rows;
}

function sha256(...parts: (Buffer | string)[]): Buffer {
  return parts.reduce((digest, part) => digest.update(part), createHash('sha256')).digest();
}
