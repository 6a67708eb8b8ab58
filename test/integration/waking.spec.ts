import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { Database, Listener } from '#app/database/index.js';
import { pause, within } from '#app/platform/deadline.js';
import { type ClaimedRow, DUE_CHANNEL, DueRows, Leases, NOTIFY_DUE, Waker, WorkLoop } from '#app/work/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';
import { startTcpProxy } from '../support/peers/tcp-proxy.js';
import { plantDueRows } from '../support/work/due-rows.js';

/** Less than the timer's second: a loop that looks within it was woken. */
const AT_ONCE_MS = 600;
const TABLE = { name: 'customer_verifications.verifications', lane: 'provider' };

/** Calls, one after the other, as promises. */
function calls(): { readonly heard: () => void; readonly count: () => number; next(): Promise<null> } {
  let count = 0;
  let waiting = Promise.withResolvers<null>();
  return {
    count: () => count,
    heard: () => {
      count += 1;
      waiting.resolve(null);
      waiting = Promise.withResolvers<null>();
    },
    next: () => waiting.promise,
  };
}

describe('a listener', () => {
  const listenerOf = (url: string): Listener => new Listener({ url, channel: DUE_CHANNEL });

  it('seeks a connection that was cut until it has it again, and then reports', async () => {
    const database = await createTestDatabase();
    const proxy = await startTcpProxy(database.directUrl);
    const { heard, next } = calls();
    const listener = listenerOf(proxy.url);
    const connected = next();
    listener.start(heard);
    await connected;
    for (let round = 0; round < 3; round += 1) {
      const back = next();
      proxy.cut();
      expect(
        await within(
          400,
          back.then(() => 'heard'),
        ),
      ).toBeNull();
      proxy.mend();
      await back;
    }
    listener.stop();
    await proxy.close();
    await database.drop();
  });

  it('fails nobody where there is no server, or one that says nothing, and ends at once', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const { heard, count } = calls();
    const listeners = [1, port].map((each) => listenerOf(`postgres://nobody@127.0.0.1:${String(each)}/nothing`));
    for (const each of listeners) each.start(heard);
    await pause(700);
    for (const each of listeners) each.stop();
    expect(count()).toBe(0);
    mute.close();
  });
});

describe('the loops of a process', () => {
  let app: TestApp;
  let rows: DueRows;
  let doors: Database;

  beforeAll(async () => {
    app = await startTestApp();
    rows = app.nest.get(DueRows, { strict: false });
    doors = app.nest.get(Database, { strict: false });
  });
  afterAll(() => app.close());
  beforeEach(() => app.sql('delete from customer_verifications.verifications'));
  // The next test must not take the last one's connection for its own.
  afterEach(() =>
    waitFor(
      app,
      `select count(*)::integer from pg_stat_activity
        where datname = current_database() and application_name = 'customer-verifications-waker'`,
    ),
  );

  const scope = { organizationId: randomUUID(), livemode: false };
  const notify = (): Promise<unknown> => doors.one(scope, NOTIFY_DUE, []);
  const wakerOf = (url = app.database.directUrl): Waker => new Waker(new Listener({ url, channel: DUE_CHANNEL }));
  /** A loop whose rows are done once handled; says so each time. */
  const loopOf = (waker: Waker, told: (row: ClaimedRow) => void, over = rows): WorkLoop => {
    const handle = async (row: ClaimedRow): Promise<void> => {
      await over.postpone(row, null);
      told(row);
    };
    return new WorkLoop({
      rows: over,
      leases: new Leases(over),
      clock: app.clock,
      work: { table: TABLE, handle },
      waker,
    });
  };
  const listening = async (): Promise<void> => {
    for (;;) {
      const [found] = await app.sql<{ count: number }>(
        `select count(*)::integer from pg_stat_activity
          where datname = current_database() and application_name = 'customer-verifications-waker' and query like 'listen%'`,
      );
      if (found?.count === 1) return;
    }
  };

  it('look at once when somebody says that something is due', async () => {
    const { heard, next } = calls();
    const loop = loopOf(wakerOf(), heard);
    loop.start();
    await listening();
    for (let round = 0; round < 5; round += 1) {
      const done = next();
      await plantDueRows(app, { count: 1, organizationId: scope.organizationId, provider: 'p' });
      await notify();
      expect(
        await within(
          AT_ONCE_MS,
          done.then(() => 'done'),
        ),
      ).toBe('done');
    }
    await loop.stop();
  });

  it('look once or twice for a thousand notifications', async () => {
    let looks = 0;
    class CountedRows extends DueRows {
      override find(...now: Parameters<DueRows['find']>): ReturnType<DueRows['find']> {
        looks += 1;
        return super.find(...now);
      }
    }
    const { heard, count, next } = calls();
    const loop = loopOf(wakerOf(), heard, new CountedRows(doors, TABLE));
    loop.start();
    await listening();
    const last = next();
    await plantDueRows(app, { count: 1, organizationId: scope.organizationId, provider: 'p' });
    const before = looks;
    // In one transaction equal notifications are one: these are a thousand.
    await app.sql(`do $$ begin for n in 1..1000 loop perform pg_notify('${DUE_CHANNEL}', n::text); end loop; end $$`);
    await last;
    await pause(200);
    expect(looks - before).toBeLessThanOrEqual(10);
    expect(count()).toBe(1);
    await loop.stop();
  });

  it('over two tables hear of it by one connection, which ends with the last of them', async () => {
    await app.sql(`create table customer_verifications.errands (organization_id uuid, livemode boolean, id uuid, kind text, due_at timestamptz,
      lease_until timestamptz, attempts integer not null default 0)`);
    await app.sql(`grant select, update on customer_verifications.errands to "${app.database.role}"`);
    const errands = new DueRows(doors, { name: 'customer_verifications.errands', lane: 'kind' });
    const waker = wakerOf();
    const [one, other] = [calls(), calls()];
    const loops = [loopOf(waker, one.heard), loopOf(waker, other.heard, errands)];
    for (const loop of loops) loop.start();
    await listening();
    const both = Promise.all([one.next(), other.next()]);
    await plantDueRows(app, { count: 1, organizationId: scope.organizationId, provider: 'p' });
    await app.sql(
      `insert into customer_verifications.errands select $1, false, gen_random_uuid(), 'k', $2::timestamptz`,
      [scope.organizationId, app.clock.now()],
    );
    await notify();
    expect(
      await within(
        AT_ONCE_MS,
        both.then(() => 'both'),
      ),
    ).toBe('both');
    for (const loop of loops) await loop.stop();
    await app.sql('drop table customer_verifications.errands');
  });

  it('do by their timers what nobody told them of', async () => {
    const deaf = new Waker(null);
    const { heard, next } = calls();
    const loop = loopOf(deaf, heard);
    loop.start();
    const done = next();
    await plantDueRows(app, { count: 1, organizationId: scope.organizationId, provider: 'p' });
    expect(
      await within(
        5_000,
        done.then(() => 'done'),
      ),
    ).toBe('done');
    await loop.stop();
  });
});

/** Waits until a count is 0. */
async function waitFor(app: TestApp, sql: string): Promise<void> {
  for (;;) {
    const [found] = await app.sql<{ count: number }>(sql);
    if (found?.count === 0) return;
  }
}
