import { randomUUID } from 'node:crypto';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { created, override } from '../support/verification-requests.js';

const ROWS = 20_000;

interface Page {
  readonly data: readonly { readonly id: string; readonly created_at: string }[];
  readonly next_cursor: string | null;
}

describe('walking a list page by page', () => {
  let app: TestApp;
  let tenant: TestTenant;
  let old: Set<string>;

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant({ livemode: true });
    // Two in each microsecond, over whole seconds: equal times, .000000 and .100000 included.
    const rows = await app.sql<{ id: string }>(
      `insert into customer_verifications.verifications (organization_id, livemode, id, customer_id, provider, verification_type, check_type,
          status, actor_id, created_at, updated_at, version, round, overridden, window_ends_at, attempts)
        select $1, true, gen_random_uuid(), gen_random_uuid(), 'manual', 'identity', 'review', 'pending', 'key:x',
          timestamptz '2026-01-01 00:00:00' + (n / 2 - 2500) * interval '1 microsecond', now(), 1, 1, false, timestamptz '2027-01-01', 1
        from generate_series(1, $2::integer) n returning id`,
      [tenant.organizationId, ROWS],
    );
    old = new Set(rows.map(({ id }) => id));
    await app.sql('analyze customer_verifications.verifications');
  });
  afterAll(() => app.close());

  const page = async (query: string): Promise<TestAnswer<Page>> =>
    (await app.call(tenant, 'GET', `/v1/verifications?${query}`)) as TestAnswer<Page>;

  it('shows every row that was there exactly once, in order, while rows are made and changed', async () => {
    const seen: { readonly id: string; readonly created_at: string }[] = [];
    let cursor: string | null = null;
    let turn = 0;
    do {
      const { status, body }: TestAnswer<Page> = await page(`limit=100${cursor === null ? '' : `&cursor=${cursor}`}`);
      expect(status).toBe(200);
      seen.push(...body.data);
      cursor = body.next_cursor;
      turn += 1;
      // Newer ones than all, ones between those seen and those to come, and changes of both.
      if (turn % 10 === 0) {
        await created(app, tenant);
        await insertBeside(seen.at(-1)?.created_at ?? '');
        const changed = [seen.at(-1), seen[Math.floor(seen.length / 2)]];
        for (const row of changed) await override(app, tenant, { id: row?.id }, { status: 'verified' });
      }
    } while (cursor !== null);
    expect(seen).toEqual([...seen].sort(newestFirst));
    const ids = seen.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const walked = ids.filter((id) => old.has(id));
    expect(walked).toHaveLength(ROWS);
    expect(ids.length).toBeGreaterThan(ROWS);
  });

  it('keeps the microseconds from the database to the wire, into the cursor and the filter, and back', async () => {
    for (const time of ['2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000010Z', '2025-12-31T23:59:59.999999Z']) {
      const after = time.replace(
        /\.(\d{6})Z/,
        (_, digits: string) => `.${String(Number(digits) + 1).padStart(6, '0')}Z`,
      );
      const before = time.includes('.999999') ? '2026-01-01T00:00:00Z' : after;
      const { body } = await page(`occurred_after=${time}&occurred_before=${before}&limit=1`);
      expect(body.data.map(({ created_at }) => created_at)).toEqual([time]);
      const next = await page(
        `occurred_after=${time}&occurred_before=${before}&limit=1&cursor=${body.next_cursor ?? ''}`,
      );
      expect(next.body.data.map(({ created_at }) => created_at)).toEqual([time]);
      expect(next.body.data[0]?.id).not.toBe(body.data[0]?.id);
      expect(next.body.next_cursor).toBeNull();
    }
  });

  it.each([
    '2026-02-01T00:00:00.000000Z',
    '2026-02-01T00:00:00.100000Z',
    '2026-02-01T00:00:00.000001Z',
    '0001-01-01T00:00:00.000000Z',
    '9999-12-31T23:59:59.999999Z',
  ])('shows %s as it is', async (time) => {
    const id = await insertBeside(time);
    const { body } = await app.call(tenant, 'GET', `/v1/verifications/${id}`);
    expect(body.data.created_at).toBe(time);
  });

  async function insertBeside(time: string): Promise<string> {
    const id = randomUUID();
    await app.sql(
      `insert into customer_verifications.verifications (organization_id, livemode, id, customer_id, provider, verification_type, check_type,
          status, actor_id, created_at, updated_at, version, round, overridden, window_ends_at, attempts)
        values ($1, true, $2, $2, 'manual', 'identity', 'review', 'pending', 'key:x', $3, $3, 1, 1, false, $3, 1)`,
      [tenant.organizationId, id, time],
    );
    return id;
  }
});

function newestFirst(one: { created_at: string; id: string }, other: { created_at: string; id: string }): number {
  return `${one.created_at} ${one.id}` < `${other.created_at} ${other.id}` ? 1 : -1;
}
