import { randomUUID } from 'node:crypto';
import { addMilliseconds, epochMilliseconds, type Instant } from '#app/platform/clock.js';
import { type ClaimedRow, DueRows, Leases, WorkLoop } from '#app/work/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';
import { CURRENT_SCHEMA } from '../support/app.js';
import { dueRowIn, expireLease, plantDueRows } from '../support/work/due-rows.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { startTcpProxy } from '../support/peers/tcp-proxy.js';
import { manualRequest, VERIFICATIONS } from '../support/verification-requests.js';

const HOUR = 3_600_000;

describe('a loop over due rows', () => {
  let app: TestApp;
  let rows: DueRows;

  beforeAll(async () => {
    app = await startTestApp();
    rows = app.nest.get(DueRows, { strict: false });
  });
  afterAll(() => app.close());
  beforeEach(() => app.sql('delete from customer_verifications.verifications'));

  const loopOf = (handle: (row: ClaimedRow) => Promise<void>, leases = new Leases(rows)): WorkLoop => {
    const table = { name: 'customer_verifications.verifications', lane: 'provider' };
    return new WorkLoop({ rows, leases, clock: app.clock, work: { table, handle } });
  };
  const plant = (count: number, organizationId: string = randomUUID(), provider = 'p'): Promise<readonly string[]> =>
    plantDueRows(app, { count, organizationId, provider }).then(({ ids }) => ids);
  const all = async (loop: WorkLoop): Promise<void> => {
    while ((await loop.look()) > 0) await loop.settled();
  };
  const dueIn = async (id: unknown): Promise<number> => {
    const { due_at: dueAt } = await dueRowIn(app, id);
    return (dueAt as Date).getTime() - epochMilliseconds(app.clock.now());
  };

  it('hands each row to one of two loops, once', async () => {
    const ids = (await Promise.all(Array.from({ length: 10 }, () => plant(20)))).flat();
    const handled: string[] = [];
    const handle = async (row: ClaimedRow): Promise<void> => {
      handled.push(row.id);
      await rows.postpone(row, null);
    };
    await Promise.all([all(loopOf(handle)), all(loopOf(handle))]);
    expect(handled.toSorted()).toEqual(ids.toSorted());
  });

  it('begins on another tenant’s row in the very look that finds 500 of one lane', async () => {
    const crowd = randomUUID();
    await plant(500, crowd);
    const [other] = await plant(1);
    const begun: ClaimedRow[] = [];
    const loop = loopOf((row) => {
      begun.push(row);
      return Promise.resolve();
    });
    await loop.look();
    await loop.settled();
    expect(begun.map(({ id }) => id)).toContain(other);
    expect(begun.filter(({ scope }) => scope.organizationId === crowd)).toHaveLength(10);
  });

  it('begins on a row in the middle of a backlog, too', async () => {
    const crowd = { organizationId: randomUUID(), provider: 'p', count: 2_000 };
    await plantDueRows(app, { ...crowd, dueInMs: -HOUR });
    const middle = { organizationId: randomUUID(), provider: 'p', count: 1, dueInMs: -HOUR };
    const [other] = (await plantDueRows(app, middle)).ids;
    await plantDueRows(app, { ...crowd, dueInMs: -HOUR + 2 });
    const begun: string[] = [];
    const loop = loopOf(({ id }) => {
      begun.push(id);
      return Promise.resolve();
    });
    await loop.look();
    await loop.settled();
    expect(begun).toContain(other);
  });

  it('goes on with others while all rows of a lane hang', async () => {
    const ends: (() => void)[] = [];
    const handled: string[] = [];
    const loop = loopOf(async (row) => {
      handled.push(row.id);
      if (hanging.includes(row.id)) await new Promise<void>((resolve) => ends.push(resolve));
    });
    const hanging = await plant(100);
    for (let look = 0; look < 5; look += 1) await loop.look();
    expect(handled).toHaveLength(10);
    const [other] = await plant(1, randomUUID(), 'q');
    expect(await loop.look()).toBe(1);
    expect(handled.at(-1)).toBe(other);
    ends.forEach((end) => {
      end();
    });
    await loop.settled();
  });

  it('by its timer goes on while a row hangs, and ends with what is in hand', async () => {
    const [hangs] = await plant(1);
    let begin = (): void => undefined;
    let end = (): void => undefined;
    const hung = new Promise<void>((resolve) => (begin = resolve));
    let tell = (): void => undefined;
    const told = new Promise<void>((resolve) => (tell = resolve));
    const finished: string[] = [];
    const loop = loopOf(async ({ id }) => {
      if (id === hangs) {
        begin();
        await new Promise<void>((resolve) => (end = resolve));
      } else tell();
      finished.push(id);
    });
    loop.start();
    await hung;
    const [quick] = await plant(1);
    await told;
    const stopped = loop.stop();
    const late = await plant(1);
    end();
    await stopped;
    expect(finished).toEqual([quick, hangs]);
    expect(await dueRowIn(app, late[0])).toMatchObject({ lease_until: null, attempts: 0 });
  });

  it('puts off what can’t be handled, longer each time, and does the rest', async () => {
    const [bad, good] = await plant(2);
    const handled: unknown[] = [];
    const loop = loopOf(async (row) => {
      if (row.id === bad) throw new Error('a defect');
      handled.push(row.id);
      await rows.postpone(row, null);
    });
    await all(loop);
    expect(handled).toEqual([good]);
    const delays: number[] = [];
    for (let failure = 0; failure < 9; failure += 1) {
      const delay = await dueIn(bad);
      delays.push(delay);
      expect(await dueRowIn(app, bad)).toMatchObject({ lease_until: null, attempts: failure + 1 });
      app.clock.advance(delay);
      await all(loop);
    }
    expect(delays).toEqual([...[10, 20, 40, 80, 160, 320, 640].map((seconds) => seconds * 1_000), 900_000, 900_000]);
  });

  it('puts nothing off beyond the end of its window or its pass, but for a review', async () => {
    const ids = await plant(3);
    const soon = addMilliseconds(app.clock.now(), 3_000);
    const table = 'customer_verifications.verifications';
    await app.sql(`update ${table} set window_ends_at = $1`, [soon]);
    await app.sql(`update ${table} set status = 'verified', verified_at = $2, expires_at = $2 where id = $1`, [
      ids[1],
      soon,
    ]);
    await app.sql(`update ${table} set awaiting = 'review' where id = $1`, [ids[2]]);
    await all(loopOf(() => Promise.reject(new Error('a defect'))));
    expect(await Promise.all(ids.map(dueIn))).toEqual([3_000, 3_000, 10_000]);
  });

  it('puts off also what is refused with no error at all', async () => {
    const [bad] = await plant(1);
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what a careless library does
    const loop = loopOf(() => Promise.reject(undefined));
    await all(loop);
    expect(await dueIn(bad)).toBe(10_000);
  });

  it('takes over what another process let go of, and obeys that one no more', async () => {
    const [id] = await plant(1);
    const claims: ClaimedRow[] = [];
    const ends: (() => void)[] = [];
    const handle = (row: ClaimedRow): Promise<void> => {
      claims.push(row);
      return new Promise((resolve) => ends.push(resolve));
    };
    const [one, other] = [loopOf(handle), loopOf(handle)];
    await one.look();
    expect(await other.look()).toBe(0);
    await expireLease(app, [String(id)]);
    expect(await other.look()).toBe(1);
    expect(claims.map(({ attempt }) => attempt)).toEqual([1, 2]);
    await rows.postpone(claims[0]!, addMilliseconds(app.clock.now(), HOUR));
    expect(await dueRowIn(app, id)).toMatchObject({ leased: true, attempts: 2 });
    for (const end of ends) end();
    await Promise.all([one.settled(), other.settled()]);
  });
});

describe('a loop whose database goes away', () => {
  it('finds nothing, loses no claim that it can keep, and goes on when it is back', async () => {
    const database = await createTestDatabase(CURRENT_SCHEMA);
    const proxy = await startTcpProxy(database.appUrl);
    const adapter = new ScriptedAdapter({ fetch: 'by_reference' });
    const app = await startTestApp({ adapters: [adapter], database: { ...database, appUrl: proxy.url } });
    try {
      const tenant = await app.tenant();
      const observed = (reason: 'provider_processing' | 'identity_verified', at: Instant) =>
        ({
          outcome: reason === 'identity_verified' ? 'verified' : 'pending',
          reason,
          observedAt: at,
          reference: 'vendor-1',
        }) as const;
      adapter.script = ({ answer }) => {
        answer(observed('provider_processing', app.clock.now()));
      };
      const body = manualRequest({ provider: 'scripted' });
      const first = (await app.call(tenant, 'POST', VERIFICATIONS, { body })).body.data as Record<string, unknown>;
      adapter.script = () => undefined;
      app.clock.advance(60_000);
      const loop = app.nest.get(WorkLoop, { strict: false });
      const leases = app.nest.get(Leases, { strict: false });

      proxy.cut();
      await expect(loop.look()).rejects.toThrow();
      proxy.mend();

      const asking = adapter.nextQuestion();
      expect(await loop.look()).toBe(1);
      const held = await asking;
      proxy.cut();
      await leases.beat();
      expect(app.logs.some((line) => line.includes('lease_not_renewed'))).toBe(true);
      expect(leases.size).toBe(1);
      held.answer(observed('identity_verified', app.clock.now()));
      proxy.mend();
      await loop.settled();
      expect(await dueRowIn(app, first['id'])).toMatchObject({ status: 'verified', lease_until: null, version: 3 });
      expect(adapter.kindsOf(first['id'])).toEqual(['start', 'fetch']);
    } finally {
      proxy.mend();
      await app.close();
      await proxy.close();
      await database.drop();
    }
  });
});

describe('a shutdown', () => {
  it('waits for the rows in hand', async () => {
    const adapter = new ScriptedAdapter({ fetch: 'by_reference' });
    const app = await startTestApp({ adapters: [adapter], work: 'on' });
    const tenant = await app.tenant();
    const observed = { outcome: 'pending', reason: 'provider_processing', reference: 'vendor-1' } as const;
    adapter.script = ({ answer }) => {
      answer({ ...observed, observedAt: app.clock.now() });
    };
    const body = manualRequest({ provider: 'scripted' });
    const first = (await app.call(tenant, 'POST', VERIFICATIONS, { body })).body.data as Record<string, unknown>;
    adapter.script = () => undefined;
    const asking = adapter.nextQuestion();
    app.clock.advance(60_000);
    const held = await asking;
    const closed = app.nest.close();
    held.answer({ ...observed, outcome: 'verified', reason: 'identity_verified', observedAt: app.clock.now() });
    await closed;
    expect(await dueRowIn(app, first['id'])).toMatchObject({ status: 'verified', lease_until: null });
    await app.close();
  });
});
