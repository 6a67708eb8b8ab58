import type { DataSource } from 'typeorm';
import { createDataSource } from '#app/database/data-source.js';
import { Database } from '#app/database/index.js';
import { ENTITIES } from '#app/schema/index.js';
import { EvidenceRetention } from '#app/verifications/sweep/evidence-retention.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { digestOf } from '../support/database-dump.js';
import { created, manualRequest, pathOf, refusalOf, shownIn, vatRequest } from '../support/verification-requests.js';

type Shown = Record<string, unknown>;

const DAY = 86_400_000;
const KEPT_DAYS = 30;
const KEYS = { name: 'test_data_keys', text: 'select verification_id from customer_verifications.data_keys' };

describe('evidence of which the policy says how long it is kept', () => {
  let app: TestApp;
  let tenants: readonly TestTenant[];

  beforeAll(async () => {
    app = await startTestApp({ options: { evidenceKeptDays: KEPT_DAYS } });
    tenants = [await app.tenant(), await app.tenant(), await app.tenant({ livemode: true })];
  });
  afterAll(() => app.close());

  const retention = (): EvidenceRetention => app.nest.get(EvidenceRetention, { strict: false });
  const decided = (tenant: TestTenant): Promise<Shown> => created(app, tenant, vatRequest()) as Promise<Shown>;
  const keptOf = async (tenant: TestTenant, verification: Shown): Promise<unknown[]> =>
    shownIn(await app.call(tenant, 'GET', pathOf(verification, '/evidence'))).map(({ kind }) => kind);
  const one = (): TestTenant => tenants[0] as TestTenant;

  it('is shredded when its days are over, of every tenant, and not before', async () => {
    const made = await Promise.all(tenants.map(decided));
    app.clock.advance(KEPT_DAYS * DAY - 1);
    const young = await decided(one());
    expect(await retention().purge()).toBe(0);
    app.clock.advance(1);
    expect([await retention().purge(), await retention().purge()]).toEqual([tenants.length, 0]);
    for (const [index, tenant] of tenants.entries()) {
      expect(await keptOf(tenant, made[index] ?? {})).toEqual([]);
    }
    expect(await keptOf(one(), young)).not.toEqual([]);
  });

  it('then has to be brought again by a recheck, and is kept as long as the first', async () => {
    const verification = await decided(one());
    app.clock.advance(KEPT_DAYS * DAY);
    await retention().purge();
    const path = pathOf(verification, '/recheck');
    expect(refusalOf(await app.call(one(), 'POST', path))).toEqual([422, 'INPUT_REQUIRED']);
    const body = { input: { vat_number: 'DE143454214' } };
    expect((await app.call(one(), 'POST', path, { body })).status).toBe(200);
    app.clock.advance(KEPT_DAYS * DAY - 1);
    await retention().purge();
    expect(await keptOf(one(), verification)).toContain('input');
    app.clock.advance(1);
    await retention().purge();
    expect(await keptOf(one(), verification)).toEqual([]);
  });

  it.each<[string, string]>([
    [
      'the check is pending',
      `update customer_verifications.verifications set status = 'pending', verified_at = null, expires_at = null`,
    ],
    [
      'a round is under way',
      `update customer_verifications.verifications
        set window_ends_at = now() + interval '100 years', round = 2, word_key = null, overridden = false, status = 'verified'`,
    ],
  ])('stays as long as %s', async (_name, undecided) => {
    const verification = await decided(one());
    await app.sql(`${undecided} where id = $1`, [verification['id']]);
    app.clock.advance(2 * KEPT_DAYS * DAY);
    await retention().purge();
    expect(await keptOf(one(), verification)).toContain('input');
  });

  it('goes although a round that has been answered could have waited longer', async () => {
    const verification = await decided(one());
    await app.sql(
      `update customer_verifications.verifications set window_ends_at = now() + interval '100 years' where id = $1`,
      [verification['id']],
    );
    app.clock.advance(2 * KEPT_DAYS * DAY);
    await retention().purge();
    expect(await keptOf(one(), verification)).toEqual([]);
  });

  it('stays where a recheck has the verification in hand', async () => {
    const verification = await decided(one());
    app.clock.advance(KEPT_DAYS * DAY);
    const source = await createDataSource({ url: app.database.appUrl, poolSize: 1, entities: ENTITIES }).initialize();
    try {
      await new Database(source, { namedStatements: false }).tenant(one(), async (tx) => {
        const lock = 'select 1 as locked from customer_verifications.verifications where id = $1 for update';
        await tx.query({ name: 'test_lock', text: lock }, [String(verification['id'])]);
        await retention().purge();
      });
    } finally {
      await source.destroy();
    }
    expect(await keptOf(one(), verification)).toContain('input');
    await retention().purge();
    expect(await keptOf(one(), verification)).toEqual([]);
  });

  it('of one tenant does not wait behind that of another', async () => {
    const waiting = await created(app, one(), manualRequest({ provider: 'manual' }));
    expect(waiting.status).toBe('pending');
    const made = await Promise.all(tenants.map(decided));
    app.clock.advance(KEPT_DAYS * DAY);
    await Promise.all([retention().purge(), retention().purge()]);
    for (const [index, tenant] of tenants.entries()) {
      expect(await keptOf(tenant, made[index] ?? {})).toEqual([]);
    }
  });
});

describe('evidence without a policy', () => {
  let app: TestApp;
  let tenant: TestTenant;
  let source: DataSource;

  beforeAll(async () => {
    app = await startTestApp();
    tenant = await app.tenant();
    source = await createDataSource({ url: app.database.appUrl, poolSize: 1, entities: ENTITIES }).initialize();
  });
  afterAll(async () => {
    await source.destroy();
    await app.close();
  });

  it('is kept', async () => {
    await created(app, tenant, vatRequest());
    app.clock.advance(4_000 * DAY);
    const before = await digestOf(app);
    expect(await app.nest.get(EvidenceRetention, { strict: false }).purge()).toBe(0);
    expect(await digestOf(app)).toEqual(before);
  });

  it('shows its keys without a tenant to who looks for old ones, and none that is destroyed', async () => {
    const [kept, gone] = [await created(app, tenant, vatRequest()), await created(app, tenant, vatRequest())];
    await app.sql('update customer_verifications.data_keys set wrapped_key = null where verification_id = $1', [
      gone.id,
    ]);
    const door = new Database(source, { namedStatements: false });
    const seen = (await door.unscoped<{ verification_id: string }>('old_evidence', KEYS, [])).map(
      (row) => row.verification_id,
    );
    expect([seen.includes(String(kept.id)), seen.includes(String(gone.id))]).toEqual([true, false]);
    expect(await door.unscoped('old_keys', KEYS, [])).toEqual([]);
  });
});
