import { SLICE } from '#app/verifications/store/slices.statements.js';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { ExpirySweep } from '#app/verifications/sweep/expiry-sweep.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Owner, plantPasses, provedEvents } from '../support/work/passes.js';

const TABLE = 'customer_verifications.verifications';

const ownerOf = (): Owner => ({ organizationId: randomUUID(), livemode: false });
const sweepOf = (app: TestApp): ExpirySweep => app.nest.get(ExpirySweep, { strict: false });

describe('a sweep that is not alone', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());
  beforeEach(() => app.sql(`delete from ${TABLE}`));

  it('and overrides of the same passes follow each other, in whatever order', async () => {
    const tenant = await app.tenant();
    const ids = await plantPasses(app, tenant, 60);
    const body = { status: 'verified', expires_at: '2027-06-01T00:00:00Z' };
    const [ended, ...answers] = await Promise.all([
      sweepOf(app).sweep(),
      ...ids.slice(0, 30).map((id) => app.call(tenant, 'PATCH', `/v1/verifications/${id}`, { body })),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const rows = await app.sql<Record<string, unknown>>(`select * from ${TABLE} order by id`);
    expect(rows.filter(({ status }) => status === 'verified').map(({ id }) => id)).toEqual(ids.slice(0, 30).sort());
    const events = await provedEvents(app, tenant);
    expect(events.filter(({ header }) => header['to_status'] === 'expired')).toHaveLength(ended);
    for (const { id, version } of rows) {
      const own = events.filter((event) => event.verification_id === id);
      expect(own.map((event) => event.version)).toEqual(Array.from({ length: Number(version) - 2 }, (_, at) => at + 3));
      const steps = own.map(({ header }) => `${String(header['from_status'])} ${String(header['to_status'])}`);
      const possible = ['verified expired', 'verified verified', 'verified expired,expired verified'];
      expect(possible).toContain(steps.join());
    }
  });

  describe('while somebody holds the stream', () => {
    let holder: pg.Client;
    let owner: Owner;

    beforeEach(async () => {
      owner = ownerOf();
      await plantPasses(app, owner, 1);
      await sweepOf(app).sweep();
      await plantPasses(app, owner, 250);
      holder = new pg.Client({ connectionString: app.database.adminUrl });
      await holder.connect();
      await holder.query('begin');
      await holder.query('select from customer_verifications.event_streams where organization_id = $1 for update', [
        owner.organizationId,
      ]);
    });
    afterEach(() => holder.end());

    /** The process of the database that waits for the stream. */
    async function waiter(): Promise<number> {
      for (;;) {
        const [row] = await app.sql<{ pid: number }>(
          `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and pid <> pg_backend_pid()`,
        );
        if (row) return row.pid;
      }
    }

    const standing = async (): Promise<unknown[]> =>
      app.sql(`select status, version, count(*)::integer from ${TABLE} group by status, version order by status desc`);

    it('a slice whose connection is cut leaves nothing behind, and the next one does it all', async () => {
      const sweeping = sweepOf(app).sweep();
      await app.sql('select pg_terminate_backend($1)', [await waiter()]);
      expect(await sweeping).toBe(0);
      expect(await standing()).toEqual([
        { status: 'verified', version: 2, count: 250 },
        { status: 'expired', version: 3, count: 1 },
      ]);
      expect(app.logs.some((line) => line.includes('slice_failed'))).toBe(true);
      await holder.query('rollback');
      expect(await sweepOf(app).sweep()).toBe(250);
      expect(await provedEvents(app, owner)).toHaveLength(251);
    });

    it('a stop waits for the present slice, and no further one begins', async () => {
      const sweep = sweepOf(app);
      sweep.start();
      await waiter();
      const stopped = sweep.stop();
      await holder.query('rollback');
      await stopped;
      expect(await standing()).toEqual([
        { status: 'verified', version: 2, count: 250 - SLICE },
        { status: 'expired', version: 3, count: 1 + SLICE },
      ]);
      expect(await provedEvents(app, owner)).toHaveLength(1 + SLICE);
    });
  });
});

describe('a worker', () => {
  it('sweeps by itself, and is done when it ends', async () => {
    const app = await startTestApp({ work: 'on' });
    const owner = ownerOf();
    await plantPasses(app, owner, 120);
    const left = async (): Promise<unknown[]> => app.sql(`select from ${TABLE} where status = 'verified'`);
    while ((await left()).length > 0);
    await app.close();
    expect(app.logs.filter((line) => line.includes('slice_'))).toEqual([]);
  });
});
