import { DueRows } from '#app/work/index.js';
import { startTestApp, type TestApp, type TestTenant } from '../support/app.js';
import { dueRowIn, expireLease } from '../support/work/due-rows.js';
import { type HeldStart, ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { manualRequest, membersIn, pathOf, VERIFICATIONS } from '../support/verification-requests.js';

describe('two applications on one database', () => {
  const capabilities = { fetch: 'by_reference', find: true } as const;
  const [near, far] = [new ScriptedAdapter(capabilities), new ScriptedAdapter(capabilities)];
  let one: TestApp;
  let other: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    one = await startTestApp({ adapters: [near] });
    other = await startTestApp({ adapters: [far], database: one.database, clock: one.clock });
    tenant = await one.tenant();
  });
  afterAll(async () => {
    for (const { fail } of [...near.asked, ...far.asked]) fail(new Error('the test is over'));
    await other.close();
    await one.close();
  });

  const observed = (reason: 'provider_processing' | 'identity_verified') =>
    ({
      outcome: reason === 'identity_verified' ? 'verified' : 'pending',
      reason,
      observedAt: one.clock.now(),
      reference: 'vendor-1',
    }) as const;
  const scriptOf =
    (reason: 'provider_processing' | 'identity_verified') =>
    ({ answer }: HeldStart): void => {
      answer(observed(reason));
    };
  const create = async (): Promise<Record<string, unknown>> => {
    const body = manualRequest({ provider: 'scripted' });
    return (await one.call(tenant, 'POST', VERIFICATIONS, { body })).body.data as Record<string, unknown>;
  };

  it('ask about 200 due rows once each', async () => {
    near.script = scriptOf('provider_processing');
    const made: Record<string, unknown>[] = [];
    while (made.length < 200) made.push(...(await Promise.all(Array.from({ length: 50 }, create))));
    near.script = far.script = scriptOf('identity_verified');
    one.clock.advance(60_000);
    await Promise.all([one.work(), other.work()]);
    const asked = [...near.asked, ...far.asked].filter(({ kind }) => kind === 'fetch');
    expect(asked.map(({ check }) => check.verificationId).toSorted()).toEqual(made.map(({ id }) => id).toSorted());
    const [sum] = await one.sql(
      `select count(*)::integer as rows, bool_and(status = 'verified' and version = 3 and lease_until is null and attempts = 2) as done
        from customer_verifications.verifications`,
    );
    expect(sum).toEqual({ rows: 200, done: true });
  });

  it('record the late answer of the one that lost its claim, and leave the work to the other', async () => {
    near.script = far.script = () => undefined;
    const starting = near.nextQuestion();
    const body = manualRequest({ provider: 'scripted' });
    const answer = await one.call(tenant, 'POST', VERIFICATIONS, { body, headers: { prefer: 'respond-async' } });
    const first = answer.body.data as Record<string, unknown>;
    const late = await starting;
    await expireLease(one, [String(first['id'])]);
    const taking = far.nextQuestion();
    const working = other.work();
    const taken = await taking;
    expect(taken.kind).toBe('find');
    const before = await dueRowIn(one, first['id']);
    late.answer(observed('provider_processing'));
    const after = await versionAbove(1, first['id']);
    expect(after).toMatchObject({ status: 'pending', reason: 'provider_processing', leased: true, attempts: 2 });
    expect([after['due_at'], after['lease_until']]).toEqual([before['due_at'], before['lease_until']]);
    taken.answer({ ...observed('identity_verified'), providerTime: one.clock.now() });
    await working;
    expect(await dueRowIn(one, first['id'])).toMatchObject({ status: 'verified', lease_until: null, attempts: 2 });
    const history = await one.call(tenant, 'GET', pathOf(first, '/history'));
    expect(membersIn(history, 'version')).toEqual([1, 2, 3]);
  });

  it('do not ask again about what the late answer decided', async () => {
    near.script = far.script = () => undefined;
    const starting = near.nextQuestion();
    const body = manualRequest({ provider: 'scripted' });
    const answer = await one.call(tenant, 'POST', VERIFICATIONS, { body, headers: { prefer: 'respond-async' } });
    const first = answer.body.data as Record<string, unknown>;
    const late = await starting;
    await expireLease(one, [String(first['id'])]);
    // The other process claims the row and dies.
    const [claimed] = await other.nest
      .get(DueRows, { strict: false })
      .claim(tenant, [String(first['id'])], one.clock.now());
    expect(claimed?.attempt).toBe(2);
    late.answer(observed('identity_verified'));
    await versionAbove(1, first['id']);
    await other.work();
    expect([...near.kindsOf(first['id']), ...far.kindsOf(first['id'])]).toEqual(['start']);
    const { status, due_at: dueAt, lease_until: lease } = await dueRowIn(one, first['id']);
    expect([status, (dueAt as Date) > new Date(one.clock.now()), lease]).toEqual(['verified', true, null]);
  });

  async function versionAbove(version: number, id: unknown): Promise<Record<string, unknown>> {
    for (let look = 0; look < 1_000; look += 1) {
      const row = await dueRowIn(one, id);
      if (Number(row['version']) > version) return row;
    }
    throw new Error('the answer was not recorded');
  }
});
