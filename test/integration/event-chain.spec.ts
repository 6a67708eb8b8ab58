import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { canonicalJson, type JsonValue } from '#app/platform/json.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { created, manualRequest, override, pathOf, vatRequest } from '../support/verification-requests.js';

interface StoredRow {
  readonly organization_id: string;
  readonly livemode: boolean;
  readonly sequence: string;
  readonly id: string;
  readonly verification_id: string;
  readonly version: number;
  readonly recorded_at: string;
  readonly header: string;
  readonly body: string | null;
  readonly salt: Buffer | null;
  readonly hash: Buffer;
}

const HEADER = [
  'actor_id',
  'applied',
  'from_status',
  'id',
  'occurred_at',
  'recorded_at',
  'sequence',
  'to_status',
  'type',
  'verification_id',
  'version',
];

const FIELDS =
  'actor_id check_type created_at customer_id expires_at id last_checked_at organization_id provider provider_reference reason result_payload status updated_at verification_type verified_at'.split(
    ' ',
  );

const sha256 = (...parts: (Buffer | string)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** Where a stream's chain breaks: sequence numbers; `bodies` are what redacted rows held before. */
function breaks(stream: readonly StoredRow[], bodies: ReadonlyMap<string, StoredRow> = new Map()): string[] {
  let previous: Buffer = Buffer.alloc(32);
  const broken: string[] = [];
  for (const [index, row] of stream.entries()) {
    const { body, salt } = bodies.get(row.sequence) ?? row;
    const sequence = Buffer.alloc(8);
    sequence.writeBigInt64BE(BigInt(row.sequence));
    const hash = sha256(previous, sequence, sha256(row.header), sha256(salt ?? '', body ?? ''));
    if (row.sequence !== String(index + 1) || !hash.equals(row.hash)) broken.push(row.sequence);
    previous = row.hash;
  }
  return broken;
}

describe('the stream of events', () => {
  let app: TestApp;
  const tenants: TestTenant[] = [];
  /** What GET showed, by verification and ETag. */
  const shown = new Map<string, string>();

  const stream = ({ organizationId, livemode }: TestTenant): Promise<StoredRow[]> =>
    app.sql<StoredRow & pg.QueryResultRow>(
      `select *, to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as recorded_at
        from customer_verifications.events where organization_id = $1 and livemode = $2 order by sequence`,
      [organizationId, livemode],
    );

  async function look(tenant: TestTenant, verification: { id: string }): Promise<void> {
    const { status, headers, text } = await app.call(tenant, 'GET', pathOf(verification));
    if (status !== 200) throw new Error(`GET answered ${String(status)}`);
    shown.set(`${verification.id} ${headers.get('etag') ?? ''}`, text.slice('{"data":'.length, -1));
  }

  async function live(tenant: TestTenant, turn: number): Promise<void> {
    const verification = await created(app, tenant, turn % 2 === 0 ? vatRequest() : manualRequest());
    await look(tenant, verification);
    const reason = `looked at it: “${String(turn)}” \\ "quoted" \u{1f600} \t end`;
    const key = { 'idempotency-key': randomUUID() };
    await override(app, tenant, verification, { status: 'failed', reason }, key);
    await look(tenant, verification);
    await Promise.all([
      override(app, tenant, verification, { status: 'verified', expires_at: '2027-01-01T00:00:00.5Z' }, key),
      override(app, tenant, verification, { status: 'verified' }),
      app.call(tenant, 'GET', pathOf(verification, '/evidence')),
    ]);
    await look(tenant, verification);
  }

  beforeAll(async () => {
    app = await startTestApp();
    const organizationId = randomUUID();
    tenants.push(await app.tenant({ organizationId, livemode: true }));
    tenants.push(await app.tenant({ organizationId, livemode: false }));
    tenants.push(await app.tenant({ livemode: true }));
    await Promise.all(
      tenants.flatMap((tenant, index) => Array.from({ length: 8 + index }, (_, turn) => live(tenant, turn))),
    );
  });
  afterAll(() => app.close());

  it('is numbered from 1 without gap, hashed, and never runs backwards, for each tenant on its own', async () => {
    for (const tenant of tenants) {
      const events = await stream(tenant);
      expect(events.length).toBeGreaterThan(24);
      expect(breaks(events)).toEqual([]);
      const times = events.map(({ recorded_at: at }) => at);
      expect(times).toEqual([...times].sort());
      const [end] = await app.sql<{ sequence: string; hash: Buffer }>(
        'select sequence::text, hash from customer_verifications.event_streams where organization_id = $1 and livemode = $2',
        [tenant.organizationId, tenant.livemode],
      );
      expect(end).toEqual({ sequence: String(events.length), hash: events.at(-1)?.hash });
    }
  });

  it('breaks at every row that is not what was written', async () => {
    const [tenant] = tenants as [TestTenant];
    const events = await stream(tenant);
    const forged: ((row: StoredRow) => StoredRow)[] = [
      (row) => ({ ...row, header: row.header.replace('"applied":true', '"applied":false') }),
      (row) => ({ ...row, body: row.body?.replace('"status":"', '"status":"x') ?? null }),
      (row) => ({ ...row, salt: Buffer.alloc(16) }),
      (row) => ({ ...row, hash: sha256('another') }),
    ];
    for (const forge of forged) {
      expect(breaks(events.map((row) => (row.sequence === '7' ? forge(row) : row)))).toContain('7');
    }
    expect(breaks(events.filter(({ sequence }) => sequence !== '7'))).toContain('8');
  });

  it('holds canonical JSON with the documented members and repeats its own columns', async () => {
    for (const row of (await Promise.all(tenants.map(stream))).flat()) {
      const header = JSON.parse(row.header) as Record<string, JsonValue>;
      const body = JSON.parse(row.body ?? '') as { data: Record<string, JsonValue>; reason: JsonValue };
      expect(canonicalJson(header)).toBe(row.header);
      expect(canonicalJson(body)).toBe(row.body);
      expect(Object.keys(header)).toEqual(HEADER);
      expect(Object.keys(body)).toEqual(['data', 'reason']);
      expect(Object.keys(body.data)).toEqual(FIELDS);
      const { id, sequence, verification_id, version, recorded_at } = row;
      expect(header).toMatchObject({ id, sequence: Number(sequence), verification_id, version, recorded_at });
      expect(body.data).toMatchObject({ id: verification_id, organization_id: row.organization_id });
      expect(row.salt).toHaveLength(16);
    }
  });

  it('has an event for every version, with the data that GET showed', async () => {
    const events = (await Promise.all(tenants.map(stream))).flat();
    const rows = await app.sql<{ id: string; version: number; status: string }>(
      'select id, version, status from customer_verifications.verifications',
    );
    for (const { id, version, status } of rows) {
      const own = events.filter((event) => event.verification_id === id);
      const versions = [...new Set(own.map((event) => event.version))];
      expect(versions).toEqual(Array.from({ length: version }, (_, index) => index + 1));
      const moves = own.map(({ header }) => JSON.parse(header) as { from_status: string | null; to_status: string });
      // Each begins where the one before ended: that is a history.
      expect(moves.map((move) => move.from_status)).toEqual([
        null,
        ...moves.slice(0, -1).map((move) => move.to_status),
      ]);
      expect(moves.at(-1)?.to_status).toBe(status);
    }
    expect(shown.size).toBeGreaterThan(40);
    for (const [key, text] of shown) {
      const [id, etag] = key.split(' ');
      const told = events.find((event) => event.verification_id === id && `"${String(event.version)}"` === etag);
      expect(told?.body?.slice('{"data":'.length).startsWith(text)).toBe(true);
    }
  });

  it.each(['owner', 'application'])('can be changed by no %s', async (who) => {
    const url = who === 'owner' ? app.database.adminUrl : app.database.appUrl;
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const [{ organizationId }] = tenants as [TestTenant];
    const attempt = async (text: string): Promise<string> => {
      await client.query(
        `begin; set local customer_verifications.organization_id = '${organizationId}'; set local customer_verifications.livemode = 'true'`,
      );
      const code = await client.query(text).then(
        ({ rowCount }) => `changed ${String(rowCount)}`,
        (error: unknown) => (error as pg.DatabaseError).code ?? '',
      );
      await client.query('rollback');
      return code;
    };
    const events = 'customer_verifications.events';
    const refused = who === 'owner' ? '23001' : '42501';
    try {
      expect(await attempt(`delete from ${events}`)).toBe(refused);
      expect(await attempt(`truncate ${events}`)).toBe(refused);
      expect(await attempt(`update ${events} set header = '{}'`)).toBe(refused);
      expect(await attempt(`update ${events} set version = 9, body = null, salt = null`)).toBe(refused);
      // What the application may update at all, the trigger looks at.
      expect(await attempt(`update ${events} set body = 'other'`)).toBe('23001');
      expect(await attempt(`update ${events} set body = null`)).toBe('23001');
      expect(await attempt(`update ${events} set body = null, salt = null where sequence = 1`)).toMatch(
        /^changed [1-9]/,
      );
    } finally {
      await client.end();
    }
  });

  it('still verifies when a body and its salt are gone, and shows neither data nor reason', async () => {
    const tenant = tenants[1] as TestTenant;
    const before = await stream(tenant);
    const [{ verification_id: id, sequence }] = before as [StoredRow];
    await app.sql(
      `update customer_verifications.events set body = null, salt = null
        where organization_id = $1 and livemode = $2 and verification_id = $3`,
      [tenant.organizationId, tenant.livemode, id],
    );
    const after = await stream(tenant);
    const held = new Map(before.map((row) => [row.sequence, row]));
    expect(breaks(after, held)).toEqual([]);
    // Without the bodies every hash still follows from the one before and a digest: the rows around prove their place.
    const redacted = after.filter(({ body }) => body === null).map((row) => row.sequence);
    expect(redacted).toContain(sequence);
    expect(breaks(after).filter((broken) => !redacted.includes(broken))).toEqual([]);
    const history = await app.call(tenant, 'GET', `/v1/verifications/${id}/history`);
    expect(history.body.data[0]).toMatchObject({ data: null, reason: null, type: 'verification.created', version: 1 });
  });
});
