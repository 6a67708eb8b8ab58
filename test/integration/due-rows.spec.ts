import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Leases, DueRows, type DueRow } from '#app/work/index.js';
import { VERIFICATIONS_DUE } from '#app/verifications/start/follow-ups.js';
import { VerificationDoor } from '#app/verifications/verification-door.js';
import { addMilliseconds } from '#app/platform/clock.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { dueRowIn, expireLease, type PlantedRows, plantDueRows } from '../support/work/due-rows.js';

describe('due rows', () => {
  let app: TestApp;
  let rows: DueRows;

  beforeAll(async () => {
    app = await startTestApp();
    rows = app.nest.get(DueRows, { strict: false });
  });
  afterAll(() => app.close());
  beforeEach(() => app.sql('delete from customer_verifications.verifications'));

  const plant = (count: number, more: Partial<PlantedRows> = {}): Promise<PlantedRows> =>
    plantDueRows(app, { count, organizationId: randomUUID(), provider: 'p', ...more });
  const scopeOf = ({ organizationId }: PlantedRows): DueRow['scope'] => ({ organizationId, livemode: false });
  const find = (): Promise<DueRow[]> => rows.find(app.clock.now());

  it('are found when they are due, and not before', async () => {
    const { ids } = await plant(1, { dueInMs: 1 });
    expect(await find()).toEqual([]);
    app.clock.advance(1);
    expect((await find()).map(({ id }) => id)).toEqual(ids);
  });

  it('are not found while somebody holds them', async () => {
    const planted = await plant(1);
    await rows.claim(scopeOf(planted), planted.ids, app.clock.now());
    expect(await find()).toEqual([]);
    await expireLease(app, planted.ids);
    expect(await find()).toHaveLength(1);
  });

  it('are claimed by one of many', async () => {
    const planted = await plant(50);
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => rows.claim(scopeOf(planted), planted.ids, app.clock.now())),
    );
    const claimed = claims.flat().map(({ id }) => id);
    expect(claimed).toHaveLength(50);
    expect(new Set(claimed)).toEqual(new Set(planted.ids));
  });

  it('are left to whoever is just writing them, without a wait', async () => {
    const planted = await plant(2);
    const writer = new pg.Client({ connectionString: app.database.adminUrl });
    await writer.connect();
    try {
      await writer.query('begin');
      await writer.query('select from customer_verifications.verifications where id = $1 for update', [planted.ids[0]]);
      const claimed = await rows.claim(scopeOf(planted), planted.ids, app.clock.now());
      expect(claimed.map(({ id }) => id)).toEqual([planted.ids[1]]);
    } finally {
      await writer.end();
    }
  });

  it('are claimed by nobody of another tenant', async () => {
    const planted = await plant(1);
    const scopes = [
      { organizationId: randomUUID(), livemode: false },
      { ...scopeOf(planted), livemode: true },
    ];
    for (const scope of scopes) expect(await rows.claim(scope, planted.ids, app.clock.now())).toEqual([]);
  });

  it('are claimed no more once they are due later', async () => {
    const planted = await plant(1);
    const found = app.clock.now();
    await app.sql(`update customer_verifications.verifications set due_at = due_at + interval '1 day'`);
    expect(await rows.claim(scopeOf(planted), planted.ids, found)).toEqual([]);
  });

  it('count each claim, and obey only the last one', async () => {
    const planted = await plant(1);
    const claim = (): ReturnType<DueRows['claim']> => rows.claim(scopeOf(planted), planted.ids, app.clock.now());
    const [first] = await claim();
    await expireLease(app, planted.ids);
    const [second] = await claim();
    expect([first?.attempt, second?.attempt]).toEqual([1, 2]);
    const before = await dueRowIn(app, planted.ids[0]);
    expect(await rows.renew(scopeOf(planted), [first!])).toEqual([]);
    await rows.postpone(first!, app.clock.now());
    expect(await dueRowIn(app, planted.ids[0])).toEqual(before);
    expect(await rows.renew(scopeOf(planted), [second!])).toEqual(planted.ids);
    await rows.postpone(second!, null);
    expect(await dueRowIn(app, planted.ids[0])).toMatchObject({ due_at: null, lease_until: null });
  });

  it('obey no claim of an earlier round, though the counted one was given up with the decision', async () => {
    const planted = await plant(1);
    const [scope, id] = [scopeOf(planted), String(planted.ids[0])];
    const [claim] = await rows.claim(scope, planted.ids, app.clock.now());
    const door = app.nest.get(VerificationDoor, { strict: false });
    const verdict = { status: 'failed', reason: 'seen', actorId: 'key:x', verifiedAt: null, expiresAt: null } as const;
    await door.pass(scope, id, { kind: 'override', verdict });
    const decided = await dueRowIn(app, id);
    const windowEndsAt = addMilliseconds(app.clock.now(), 3_600_000);
    const actsInVain = async (before: Record<string, unknown>): Promise<void> => {
      expect(await rows.renew(scope, [claim!])).toEqual([]);
      await rows.postpone(claim!, windowEndsAt);
      await rows.handBack(claim!);
      expect(await dueRowIn(app, id)).toEqual(before);
    };
    expect(decided).toMatchObject({ due_at: null, lease_until: null });
    await actsInVain(decided);
    await door.pass(scope, id, { kind: 'recheck', actorId: 'key:x', windowEndsAt }, { leaseMs: 20_000 });
    const rechecked = await dueRowIn(app, id);
    expect(rechecked).toMatchObject({ leased: true, attempts: 2 });
    await actsInVain(rechecked);
  });

  it('stay with whoever works on them, by a heartbeat', async () => {
    const planted = await plant(2);
    const leases = new Leases(rows);
    const [one, other] = await rows.claim(scopeOf(planted), planted.ids, app.clock.now());
    const secondsLeft = (): Promise<{ id: string; left: number }[]> =>
      app.sql(
        `select id, extract(epoch from lease_until - clock_timestamp())::float8 as left
          from customer_verifications.verifications`,
      );
    await app.sql(
      `update customer_verifications.verifications set lease_until = clock_timestamp() + interval '1 second'`,
    );
    await leases.during(one!, async () => {
      expect(leases.size).toBe(1);
      await leases.beat();
    });
    expect(leases.size).toBe(0);
    const left = new Map((await secondsLeft()).map((row) => [row.id, row.left]));
    expect(left.get(one!.id)).toBeGreaterThan(18);
    expect(left.get(other!.id)).toBeLessThan(1.1);
    await leases.beat();
  });

  it('of one lane never hide another’s, however many they are', async () => {
    const crowd = await plant(500, { dueInMs: -3_600_000 });
    const [lane, tenant, both] = [
      await plant(1, { organizationId: crowd.organizationId, provider: 'q' }),
      await plant(1),
      await plant(1, { provider: 'q' }),
    ];
    const found = await find();
    expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining([...lane.ids, ...tenant.ids, ...both.ids]));
    const theirs = found.filter(
      ({ scope, lane: name }) => scope.organizationId === crowd.organizationId && name === 'p',
    );
    expect(theirs).toHaveLength(10);
    // The oldest of every lane comes before the second oldest of any.
    const first = found.slice(0, 4).map(({ id }) => id);
    expect(first).toEqual(expect.arrayContaining([...lane.ids, ...tenant.ids, ...both.ids]));
  });

  it('that have just become due are found behind a backlog that is longer than a look', async () => {
    await plant(3_000, { dueInMs: -3_600_000 });
    const { ids } = await plant(1);
    expect((await find()).map(({ id }) => id)).toContain(ids[0]);
  });

  it('are found by the index of due work', async () => {
    await plant(3_000, { dueInMs: 3_600_000 });
    await app.sql('analyze customer_verifications.verifications');
    const plan = await app.sql<{ 'QUERY PLAN': string }>(
      `explain select id from customer_verifications.verifications
        where due_at <= $1::timestamptz and ${VERIFICATIONS_DUE.which} and (lease_until is null or lease_until < clock_timestamp()) order by due_at limit 500`,
      [app.clock.now()],
    );
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('verifications_due_idx');
  });
});
