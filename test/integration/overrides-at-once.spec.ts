import { randomUUID } from 'node:crypto';
import type { Observation } from '#app/providers/observation.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { manualRequest, override, pathOf, VERIFICATIONS } from '../support/verification-requests.js';

const CLIENTS = 64;

describe('many at once', () => {
  let app: TestApp;
  let tenant: TestTenant;
  const scripted = new ScriptedAdapter();

  beforeAll(async () => {
    app = await startTestApp({ adapters: [scripted], options: { waitMs: 200 } });
    tenant = await app.tenant();
  });
  afterAll(async () => {
    // A shutdown waits for every call that is out.
    for (const held of scripted.starts) held.answer({ outcome: 'pending', reason: null, observedAt: app.clock.now() });
    await app.close();
  });

  const start = (): Promise<TestAnswer> =>
    app.call(tenant, 'POST', VERIFICATIONS, {
      body: manualRequest({ provider: 'scripted' }),
      headers: { prefer: 'respond-async' },
    });

  async function historyOf(verification: Record<string, unknown>): Promise<Record<string, unknown>[]> {
    const { body } = await app.call(tenant, 'GET', pathOf(verification, '/history?limit=100'));
    return body.data as Record<string, unknown>[];
  }

  it('64 creates and overrides over 10 rows lose nothing and leave no gap', async () => {
    const rows = await Promise.all(Array.from({ length: 10 }, async () => (await start()).body.data as { id: string }));
    const statuses = ['verified', 'failed', 'expired', 'verified'];
    const answers = await Promise.all(
      Array.from({ length: CLIENTS }, async (_, client) => {
        const seen: number[] = [];
        for (let turn = 0; turn < 6; turn += 1) {
          const row = rows[(client + turn) % rows.length] as { id: string };
          const status = statuses[(client + turn * 3) % statuses.length];
          const expires =
            status === 'verified' ? { expires_at: `2027-01-01T00:00:00.${String(client * 10 + turn)}Z` } : {};
          const answer = turn % 3 === 2 ? await start() : await override(app, tenant, row, { status, ...expires });
          seen.push(answer.status);
        }
        return seen;
      }),
    );
    const counts = Map.groupBy(answers.flat(), (status) => status);
    expect([...counts.keys()].sort()).toEqual([200, 202, 409]);
    const histories = await Promise.all(rows.map(historyOf));
    const overridden = histories.flat().filter(({ type }) => type === 'verification.status_changed');
    expect(overridden).toHaveLength(counts.get(200)?.length ?? 0);
    for (const [index, history] of histories.entries()) {
      expect(history.map(({ version }) => version)).toEqual(history.map((_, at) => at + 1));
      expect(history.map((event) => event['from_status'])).toEqual([
        null,
        ...history.slice(0, -1).map((event) => event['to_status']),
      ]);
      const { body } = await app.call(tenant, 'GET', pathOf(rows[index] ?? {}));
      expect(history.at(-1)?.['data']).toEqual(body.data);
    }
    const [stream] = await app.sql<{ gapless: boolean; whole: boolean }>(
      `select max(sequence) = count(*) as gapless,
          max(sequence) = (select sequence from customer_verifications.event_streams) as whole from customer_verifications.events`,
    );
    expect(stream).toEqual({ gapless: true, whole: true });
  });

  it('of 64 overrides with one ETag exactly one is 200 and the others 412', async () => {
    const { body } = await start();
    const answers = await Promise.all(
      Array.from({ length: CLIENTS }, () =>
        override(app, tenant, body.data, { status: 'verified' }, { 'if-match': '"1"' }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: CLIENTS - 1 }, () => 412),
    ]);
  });

  it('64 creates with one Idempotency-Key are one row and one call', async () => {
    const [body, key] = [manualRequest({ provider: 'scripted' }), randomUUID()];
    const before = scripted.starts.length;
    const answers = await Promise.all(
      Array.from({ length: CLIENTS }, () =>
        app.call(tenant, 'POST', VERIFICATIONS, { body, headers: { 'idempotency-key': key } }),
      ),
    );
    expect(scripted.starts).toHaveLength(before + 1);
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    const [{ count }] = (await app.sql<{ count: number }>(
      'select count(*)::integer from customer_verifications.verifications where customer_id = $1',
      [body['customer_id']],
    )) as [{ count: number }];
    expect(count).toBe(1);
  });

  it('an answer that comes after an override is recorded, not applied; its reference and payload are kept', async () => {
    const started = scripted.nextStart();
    const { body } = await start();
    const held = await started;
    const decided = await override(app, tenant, body.data, { status: 'failed', reason: 'known to us' });
    expect(decided.status).toBe(200);
    const said: Observation = {
      ...{ outcome: 'verified', reason: 'identity_verified', observedAt: app.clock.now() },
      ...{ reference: 'vendor-1', payload: { document: 'passport' }, answer: { raw: true } },
    };
    held.answer(said);
    const recorded = await until(
      () => historyOf(body.data),
      (history) => history.length === 3,
    );
    expect(recorded.at(-1)).toMatchObject({
      ...{ type: 'verification.observation_ignored', applied: false, version: 3 },
      ...{ from_status: 'failed', to_status: 'verified', reason: 'identity_verified', actor_id: 'provider:scripted' },
    });
    const { body: now } = await app.call(tenant, 'GET', pathOf(body.data));
    expect(now.data).toMatchObject({
      ...{ status: 'failed', reason: 'known to us', actor_id: `key:${tenant.keyId}`, verified_at: null },
      ...{ provider_reference: 'vendor-1', result_payload: { document: 'passport' } },
      last_checked_at: said.observedAt,
    });
  });
});

/** Asks again until the answer is as wanted. */
async function until<Value>(ask: () => Promise<Value>, wanted: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (wanted(value)) return value;
  }
}
