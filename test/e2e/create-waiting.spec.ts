import { instant } from '#app/platform/clock.js';
import type { Observation } from '#app/providers/observation.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { manualRequest, override, pathOf, shownIn, VERIFICATIONS } from '../support/verification-requests.js';

const WAIT_MS = 1_000;

describe('the wait of a create', () => {
  const adapter = new ScriptedAdapter();
  let app: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    app = await startTestApp({ adapters: [adapter], options: { waitMs: WAIT_MS, callDeadlineMs: 4_000 } });
    tenant = await app.tenant();
  });
  afterAll(() => app.close());

  const create = (headers: Record<string, string> = {}): Promise<TestAnswer> =>
    app.call(tenant, 'POST', VERIFICATIONS, { body: manualRequest({ provider: 'scripted' }), headers });
  const verified = (): Observation => ({
    outcome: 'verified',
    reason: 'identity_verified',
    observedAt: instant(app.clock.now()),
  });
  const rowOf = async (id: string): Promise<Record<string, unknown>> => {
    const leased = 'lease_until > clock_timestamp() as leased';
    const sql = `select *, ${leased} from customer_verifications.verifications where id = $1`;
    const [row] = await app.sql(sql, [id]);
    return row ?? {};
  };
  /** Waits for the row to leave a version: the answer arrives by the row, whenever that is. */
  const changed = async (id: string, version: number): Promise<Record<string, unknown>> => {
    for (let look = 0; look < 500; look += 1) {
      const row = await rowOf(id);
      if (Number(row['version']) > version) return row;
    }
    throw new Error('the row did not change');
  };

  it('finds everything committed before the vendor hears of it', async () => {
    const starting = adapter.nextStart();
    const answering = create({ 'idempotency-key': 'committed-first' });
    const { check, call, answer } = await starting;
    const row = await rowOf(check.verificationId);
    expect(row).toMatchObject({ status: 'pending', version: 1, round: 1, attempts: 1, leased: true });
    expect(call.idempotencyKey).toBe(check.verificationId);
    const [event] = await app.sql('select header from customer_verifications.events where verification_id = $1', [
      row.id,
    ]);
    expect(JSON.parse(String(event?.['header']))).toMatchObject({
      type: 'verification.created',
      from_status: null,
      version: 1,
    });
    const [record] = await app.sql(
      'select * from customer_verifications.idempotency_records where verification_id = $1',
      [row.id],
    );
    expect(record).toMatchObject({ state: 'in_progress', key: 'committed-first' });
    answer(verified());
    expect((await answering).body.data.status).toBe('verified');
    expect(await rowOf(check.verificationId)).toMatchObject({ version: 2, lease_until: null, attempts: 1 });
  });

  it('ends, and the call does not: its answer arrives by the row', async () => {
    const starting = adapter.nextStart();
    const waited = await create();
    expect([waited.status, waited.body.data.status, waited.headers.get('etag')]).toEqual([201, 'pending', '"1"']);
    const { answer } = await starting;
    answer(verified());
    await changed(waited.body.data.id, 1);
    const { body, headers } = await app.call(tenant, 'GET', pathOf(waited.body.data));
    expect([body.data.status, headers.get('etag')]).toEqual(['verified', '"2"']);
  });

  it('is left out when the caller prefers so', async () => {
    const starting = adapter.nextStart();
    const answer = await create({ prefer: 'respond-async' });
    expect([answer.status, answer.body.data.status]).toEqual([202, 'pending']);
    expect(answer.headers.get('location')).toBe(pathOf(answer.body.data));
    const held = await starting;
    held.answer(verified());
    expect((await changed(answer.body.data.id, 1)).status).toBe('verified');
  });

  it.each(['wait=0', 'respond-asynchronously', 'return=minimal; respond-async', 'x="respond-async"'])(
    'is not left out by Prefer: %s',
    async (prefer) => {
      const starting = adapter.nextStart();
      const answering = create({ prefer });
      (await starting).answer(verified());
      expect((await answering).status).toBe(201);
    },
  );

  it('of an override in the meantime is over: the vendor’s late word is recorded, not applied', async () => {
    const starting = adapter.nextStart();
    const { body } = await create({ prefer: 'respond-async' });
    const held = await starting;
    expect((await override(app, tenant, body.data, { status: 'failed', reason: 'seen in person' })).status).toBe(200);
    held.answer(verified());
    const row = await changed(body.data.id, 2);
    expect(row).toMatchObject({ status: 'failed', reason: 'seen in person' });
    const history = await app.call(tenant, 'GET', pathOf(body.data, '/history'));
    expect(shownIn(history).at(-1)).toMatchObject({
      type: 'verification.observation_ignored',
      applied: false,
      to_status: 'verified',
      actor_id: 'provider:scripted',
    });
  });

  it('names the fault of a vendor that never answers, at the call’s own deadline', async () => {
    const { body } = await create({ prefer: 'respond-async' });
    const started = performance.now();
    for (;;) {
      const row = await rowOf(body.data.id);
      if (Number(row['version']) > 1) break;
      if (performance.now() - started > 12_000) throw new Error('the deadline did not end the call');
    }
    const row = await rowOf(body.data.id);
    expect(row).toMatchObject({ status: 'pending', reason: 'provider_timeout', version: 2 });
    expect(row.last_checked_at).not.toBeNull();
  });

  it.each([
    ['NUL in its reference', { reference: 'a\0b' }],
    ['half a character in its payload', { payload: { text: '\ud800' } }],
    ['NUL in its payload', { payload: { text: 'a\0' } }],
  ])('outlasts a vendor’s answer with %s', async (_, odd) => {
    const starting = adapter.nextStart();
    const answering = create();
    (await starting).answer({ ...verified(), ...odd });
    const answer = await answering;
    expect(answer.status).toBe(201);
    const got = await app.call(tenant, 'GET', pathOf(answer.body.data));
    expect([got.status, got.body.data.id]).toEqual([200, answer.body.data.id]);
  });
});
