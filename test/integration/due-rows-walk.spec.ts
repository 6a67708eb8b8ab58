import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { addMilliseconds, type Instant } from '#app/platform/clock.js';
import { VERIFICATIONS_DUE } from '#app/verifications/start/follow-ups.js';
import { dueStatements, WALKED } from '#app/work/due-statements.js';
import { DueRows } from '#app/work/index.js';
import { beginUnscoped } from '#app/database/tenancy.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { plantDueRows } from '../support/work/due-rows.js';

const HOUR = 3_600_000;
const HALF = 30_000;
const MOST_LOOKS = Math.ceil((2 * HALF) / WALKED) + 1;
const VERIFICATIONS = 'customer_verifications.verifications';

describe('a row in the middle of another tenant’s backlog', () => {
  let app: TestApp;
  const crowd = { organizationId: randomUUID(), provider: 'p' };
  let alone: string;
  let began: Instant;

  beforeAll(async () => {
    app = await startTestApp();
    began = addMilliseconds(app.clock.now(), -HOUR);
    await plantDueRows(app, { ...crowd, count: HALF, dueInMs: -HOUR });
    const { ids } = await plantDueRows(app, { count: 1, organizationId: randomUUID(), provider: 'p', dueInMs: -HOUR });
    await plantDueRows(app, { ...crowd, count: HALF, dueInMs: -HOUR + HALF / 1_000 });
    alone = String(ids[0]);
    await app.sql(`vacuum analyze ${VERIFICATIONS}`);
  });
  afterAll(() => app.close());

  const rowsOf = (): DueRows => app.nest.get(DueRows, { strict: false });
  const isFound = async (rows: DueRows): Promise<boolean> =>
    (await rows.find(app.clock.now())).some(({ id }) => id === alone);
  const looksUntilFound = async (): Promise<number> => {
    for (let looks = 1; looks <= MOST_LOOKS; looks += 1) if (await isFound(rowsOf())) return looks;
    return Infinity;
  };

  it('is found by a walk through it, round after round', async () => {
    for (let round = 0; round < 3; round += 1) expect(await looksUntilFound()).toBeLessThanOrEqual(MOST_LOOKS);
  });

  it('is passed by where a look shall not walk', async () => {
    for (let look = 0; look <= MOST_LOOKS; look += 1) {
      expect((await rowsOf().find(app.clock.now(), { walks: false })).map(({ id }) => id)).not.toContain(alone);
    }
  });

  it('costs a look no more than it walks, wherever that is', async () => {
    const client = new pg.Client({ connectionString: app.database.appUrl });
    await client.connect();
    try {
      const half = addMilliseconds(began, -10);
      for (const from of [null, half]) {
        const { plan, blocks } = await planOf(client, [app.clock.now(), from, from && randomUUID(), true]);
        expect(plan.match(/(?:\w+ )+Scan.* on verifications/g)).toEqual([
          expect.stringContaining('Index Scan using verifications_due_idx'),
          expect.stringContaining('Index Scan Backward using verifications_due_idx'),
          expect.stringContaining('Index Scan using verifications_due_idx'),
        ]);
        expect(plan.match(/ROW\(/g)?.length).toBeGreaterThanOrEqual(4);
        expect(blocks).toBeLessThan(1.2 * (WALKED + 1_000));
      }
    } finally {
      await client.end();
    }
  });

  it('is found where all are due at the same microsecond', async () => {
    await app.sql(`update ${VERIFICATIONS} set due_at = $1::timestamptz`, [began]);
    await app.sql(`vacuum analyze ${VERIFICATIONS}`);
    for (let round = 0; round < 3; round += 1) expect(await looksUntilFound()).toBeLessThanOrEqual(MOST_LOOKS);
  });

  it('is found where thousands of tenants wait for another provider', async () => {
    await app.sql(
      `update ${VERIFICATIONS} set provider = 'q', organization_id = md5(substr(id::text, 1, 2) || substr(id::text, 36))::uuid where id <> $1`,
      [alone],
    );
    for (let round = 0; round < 3; round += 1) expect(await looksUntilFound()).toBeLessThanOrEqual(MOST_LOOKS);
  });
});

async function planOf(client: pg.Client, values: unknown[]): Promise<{ plan: string; blocks: number }> {
  const ordered = 'set local enable_sort = off; set local jit = off; set local max_parallel_workers_per_gather = 0';
  await client.query(`${beginUnscoped('due_work')}; ${ordered}; set local plan_cache_mode = force_generic_plan`);
  const find = dueStatements(VERIFICATIONS_DUE, 'organization_id = $1 and livemode = $2').find.text;
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers) ${find}`, values);
  await client.query('rollback');
  const plan = rows.map((line) => line['QUERY PLAN']).join('\n');
  const [, hit = '0', read = '0'] = /Buffers: shared hit=(\d+)(?: read=(\d+))?/.exec(plan) ?? [];
  return { plan, blocks: Number(hit) + Number(read) };
}
