import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { addMilliseconds } from '#app/platform/clock.js';
import { beginTenant, beginUnscoped } from '#app/database/tenancy.js';
import { ExpirySweep } from '#app/verifications/sweep/expiry-sweep.js';
import { VERIFICATIONS_DUE } from '#app/verifications/start/follow-ups.js';
import { lockSlice, SLICE_TENANTS } from '#app/verifications/store/slices.statements.js';
import { VerificationDoor } from '#app/verifications/verification-door.js';
import { dueStatements } from '#app/work/due-statements.js';
import { DueRows } from '#app/work/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { expireLease } from '../support/work/due-rows.js';
import {
  type Columns,
  type Owner,
  passOf,
  plant,
  plantPasses,
  provedEvents,
  type StoredEvent,
} from '../support/work/passes.js';

const DAY = 86_400_000;
const OWN_ROWS = 'organization_id = $1 and livemode = $2';
const TABLE = 'customer_verifications.verifications';

const ownerOf = (organizationId: string = randomUUID(), livemode = false): Owner => ({ organizationId, livemode });
const sweepOf = (app: TestApp): ExpirySweep => app.nest.get(ExpirySweep, { strict: false });
const rowsOf = (app: TestApp, ids: readonly unknown[]): Promise<Record<string, unknown>[]> =>
  app.sql(`select v.*, v::text as whole from ${TABLE} v where id = any($1::uuid[]) order by id`, [ids]);

describe('the sweep', () => {
  let app: TestApp;
  let other: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
    other = await startTestApp({ database: app.database, clock: app.clock });
  });
  afterAll(async () => {
    await other.close();
    await app.close();
  });
  beforeEach(() => app.sql(`delete from ${TABLE}`));

  const eventsOf = async (owner: Owner): Promise<StoredEvent[]> => provedEvents(app, owner);

  it('ends each pass with one event, by two processes at once, and leaves alone what is not its own', async () => {
    const now = app.clock.now();
    const organizationId = randomUUID();
    const owners = [ownerOf(organizationId), ownerOf(organizationId, true), ownerOf()] as const;
    const ended = await Promise.all(owners.map((owner, place) => plantPasses(app, owner, [110, 90, 50][place] ?? 0)));
    const [owner] = owners;
    const rounds = { round: 2, word_key: null, awaiting: 'customer', attempts: 3 };
    ended[0]?.push(
      ...(await plantPasses(app, owner, 5, {
        overridden: true,
        actor_id: 'key:x',
        reason: 'we know “them” \\ "well"',
      })),
      ...(await plantPasses(app, owner, 5, { ...rounds, window_ends_at: addMilliseconds(now, DAY) })),
    );
    const leased = await plantPasses(app, owner, 3, { lease_until: '2999-01-01T00:00:00Z', attempts: 1 });
    const later = { expires_at: addMilliseconds(now, 1), due_at: addMilliseconds(now, 1) };
    const others = [
      ...(await plantPasses(app, owner, 4, later)),
      ...(await plantPasses(app, owner, 4, { expires_at: null, due_at: null })),
      // To be asked about before its pass ends: that is somebody else's work, even where both are over.
      ...(await plantPasses(app, owner, 4, { ...rounds, due_at: addMilliseconds(now, -40 * DAY) })),
    ];
    const before = await rowsOf(app, [...others, ...leased]);
    const attempts = (await rowsOf(app, ended.flat())).map((row) => row['attempts']);
    const counts = await Promise.all([sweepOf(app).sweep(), sweepOf(other).sweep()]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(260);
    expect(await rowsOf(app, [...others, ...leased])).toEqual(before);
    for (const [place, each] of owners.entries()) {
      const events = await eventsOf(each);
      expect(events.map((event) => event.verification_id).sort()).toEqual(ended[place]?.toSorted());
      for (const { header } of events)
        expect(header).toMatchObject({
          ...{ type: 'verification.status_changed', from_status: 'verified', to_status: 'expired', version: 3 },
          ...{ actor_id: 'system:expiry', applied: true },
        });
    }
    // What a pass in an open round leaves at its vendor is told there.
    for (const [place, row] of (await rowsOf(app, ended.flat())).entries())
      expect(row).toMatchObject({
        ...{ status: 'expired', reason: 'pass_outlived', actor_id: 'system:expiry', version: 3, awaiting: null },
        ...{ due_at: row['round'] === 2 ? new Date(now) : null, left_open: row['round'] === 2 },
        ...{ lease_until: null, attempts: attempts[place] },
      });
    expect(new Set(attempts)).toEqual(new Set([0, 3]));
    await expireLease(app, leased);
    expect(await sweepOf(app).sweep()).toBe(3);
    expect(await sweepOf(app).sweep()).toBe(0);
    expect((await eventsOf(owner)).length).toBe(123);
  });

  const hours = (count: number): string => addMilliseconds(app.clock.now(), count * 3_600_000);
  const began = (more: Columns): Columns => ({
    ...{
      status: 'failed',
      reason: 'document_expired',
      actorId: 'provider:scripted',
      verifiedAt: null,
      expiresAt: null,
    },
    ...more,
  });
  const waiting = (more: Columns = {}): Columns => ({
    ...{ status: 'pending', reason: 'provider_processing', actor_id: 'key:x', verified_at: null, expires_at: null },
    ...{ word_key: '0|a', awaiting: 'customer', awaiting_key: '0|a', attempts: 4, ladder_from: 1, start_refused: true },
    ...{ window_ends_at: hours(-1), due_at: hours(-1), ...more },
  });
  const KINDS: Readonly<Record<string, () => Columns>> = {
    'a pass': () => ({}),
    'an overridden pass': () => ({
      overridden: true,
      reason: '“words” \\ "quoted" \u{1f600} \t, {braces}',
      actor_id: 'key:x',
    }),
    'a pass without a payload': () => ({ result_payload: null, provider_reference: null, last_checked_at: null }),
    'a pass in an open round': () => ({
      round: 2,
      word_key: null,
      attempts: 2,
      window_ends_at: hours(1),
      began: began({}),
    }),
    'a pass that was changed in the future': () => ({ updated_at: hours(5) }),
    'a pass in a round that was waited for in vain': () => ({ round: 2, word_key: '0|a', attempts: 2 }),
    'a pass given by a person, of which the vendor is still to hear': () => ({
      ...{ overridden: true, actor_id: 'key:x', word_key: '0|a', left_open: true, attempts: 3, ladder_from: 1 },
    }),
    'a first window': () => waiting(),
    'a first window after a start that nobody confirmed': () => waiting({ reason: 'start_outcome_unknown' }),
    'a window that puts a failure back': () => waiting({ round: 2, began: began({}) }),
    'a window that puts a pass back': () =>
      waiting({ round: 3, began: began({ status: 'verified', verifiedAt: hours(-90), expiresAt: hours(90) }) }),
    'a window that puts back a pass that is over': () =>
      waiting({ round: 3, began: began({ status: 'verified', verifiedAt: hours(-90), expiresAt: hours(-2) }) }),
  };

  it.each(Object.keys(KINDS))('writes of %s what is written of it alone, byte for byte', async (kind) => {
    const owner = ownerOf();
    const row = passOf(app, owner, KINDS[kind]?.());
    const results = [];
    for (const way of ['together', 'alone'] as const) {
      await app.sql(`delete from ${TABLE}`);
      await plant(app, [row]);
      if (way === 'together') expect(await sweepOf(app).sweep()).toBe(1);
      else await app.nest.get(VerificationDoor, { strict: false }).pass(owner, String(row['id']), { kind: 'clock' });
      const { header, body } = (await eventsOf(owner)).at(-1) ?? { header: {}, body: '' };
      const names = Object.keys(header).join();
      results.push({
        body,
        names,
        header: { ...header, id: '', sequence: 0, recorded_at: '' },
        rows: await rowsOf(app, [row['id']]),
      });
    }
    expect(results[0]).toEqual(results[1]);
    expect((await eventsOf(owner)).length).toBe(2);
  });

  it('ends ten passes of one tenant long before the last of another’s 1000', async () => {
    const [crowd, few] = [ownerOf(), ownerOf()];
    await plantPasses(app, crowd, 1_000);
    // Not so long over as any of the crowd's.
    await plantPasses(app, few, 10, { expires_at: hours(-1), due_at: hours(-1) });
    expect(await sweepOf(app).sweep()).toBe(1_010);
    const last = (await eventsOf(few)).at(-1)?.recorded_at ?? '';
    const before = (await eventsOf(crowd)).filter((event) => event.recorded_at < last);
    expect(before.length).toBeLessThanOrEqual(100);
  });

  it('goes past a row that can’t be written, and puts it off', async () => {
    const owner = ownerOf();
    const [bad, ...good] = await plantPasses(app, owner, 30);
    await app.sql(`alter table ${TABLE} add constraint poison check (id <> '${String(bad)}' or status <> 'expired')`);
    try {
      expect(await sweepOf(app).sweep()).toBe(29);
      expect(await sweepOf(app).sweep()).toBe(0);
    } finally {
      await app.sql(`alter table ${TABLE} drop constraint poison`);
    }
    expect((await eventsOf(owner)).map((event) => event.verification_id).sort()).toEqual(good.sort());
    expect((await rowsOf(app, [bad]))[0]).toMatchObject({ status: 'verified', version: 2, lease_until: null });
    app.clock.advance(DAY);
    expect(await sweepOf(app).sweep()).toBe(1);
  });

  it('takes nothing from those who ask, and they take nothing from it', async () => {
    const owner = ownerOf();
    const [ends] = await plantPasses(app, owner, 1);
    const polled = passOf(app, owner, waiting({ window_ends_at: hours(1) }));
    const reviewed = passOf(app, owner, waiting({ awaiting: 'review' }));
    await plant(app, [polled, reviewed]);
    const found = await app.nest.get(DueRows, { strict: false }).find(app.clock.now());
    expect(found.map(({ id }) => id).sort()).toEqual([polled['id'], reviewed['id']].sort());
    expect(await sweepOf(app).sweep()).toBe(1);
    expect((await rowsOf(app, [ends]))[0]).toMatchObject({ status: 'expired' });
  });

  it('finds its rows by indexes, whatever one tenant has', async () => {
    // What earlier tests have ended still stands in the indexes, as long as any snapshot keeps a vacuum from it.
    await app.sql(`truncate ${TABLE}`);
    await plantPasses(app, ownerOf(), 5_000);
    // What the statistics say must not matter: here they know of one tenant alone.
    await app.sql(`vacuum (freeze, analyze) ${TABLE}`);
    await plantPasses(app, ownerOf(), 3_000, { expires_at: hours(1), due_at: hours(1) });
    const [owner, now] = [ownerOf(), app.clock.now()];
    await plantPasses(app, owner, 10);
    const client = new pg.Client({ connectionString: app.database.appUrl });
    await client.connect();
    const blocksOf = async (begin: string, text: string, values: unknown[]): Promise<[string, number]> => {
      await client.query(`${begin}; set local plan_cache_mode = force_generic_plan`);
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain (analyze, buffers, verbose) ${text}`,
        values,
      );
      await client.query('rollback');
      const plan = rows.map((line) => line['QUERY PLAN']).join('\n');
      return [plan, Number(/Buffers: shared hit=(\d+)/.exec(plan)?.[1])];
    };
    const ordered = `${beginUnscoped('due_work')}; set local enable_sort = off; set local max_parallel_workers_per_gather = 0`;
    try {
      const [tenants, seen] = await blocksOf(ordered, SLICE_TENANTS.text, [now]);
      expect(tenants).toContain('verifications_ending_idx');
      expect(tenants).toContain('verifications_ending_tenant_idx');
      expect(seen < 100 ? 'few blocks' : tenants).toBe('few blocks');
      const values = [owner.organizationId, owner.livemode, now, '-infinity'];
      const [slice, locked] = await blocksOf(beginTenant(owner), lockSlice(OWN_ROWS).text, values);
      expect(slice).toContain('verifications_ending_tenant_idx');
      expect(locked).toBeLessThan(100);
      const look = dueStatements(VERIFICATIONS_DUE, OWN_ROWS).find.text;
      const [found, looked] = await blocksOf(ordered, look, [now, null, null, true]);
      expect(found).toContain('verifications_due_idx');
      expect(looked).toBeLessThan(100);
    } finally {
      await client.end();
    }
  });
});
