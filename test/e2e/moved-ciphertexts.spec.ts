import { randomUUID } from 'node:crypto';
import { ConnectionsRepository } from '#app/connections/index.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { deliver, DEPLOYMENT, inboxOf } from '../support/peers/scripted-callbacks.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { created, manualRequest, pathOf, refusalOf, VERIFICATIONS } from '../support/verification-requests.js';

const CONNECTIONS = '/v1/provider-connections';

type Shown = Record<string, unknown>;

/** Where a data key lies, with what it has sealed. */
interface Sealed {
  readonly ring_key_id: string;
  readonly wrapped_key: Buffer;
  readonly sealed: Buffer;
}

/** Key and ciphertext are always moved together: only the place tells that they don't belong. */
describe('what was sealed elsewhere does not open', () => {
  const asked = new ScriptedAdapter({ fetch: 'by_reference' }, 'asked');
  const told = new ScriptedAdapter({ callbacks: true, fetch: 'none' });
  let app: TestApp;
  let tenant: TestTenant;
  let other: TestTenant;
  let outcome: 'verified' | 'pending';

  beforeAll(async () => {
    const connections = { scripted: DEPLOYMENT, asked: { credentials: {}, settings: { account: 'ours' } } };
    app = await startTestApp({ adapters: [asked, told], connections });
    for (const adapter of [asked, told])
      adapter.script = ({ check, answer }) => {
        const reason = outcome === 'verified' ? 'identity_verified' : 'provider_processing';
        const said = { reason, observedAt: app.clock.now(), answer: { name: 'Canary Person' } } as const;
        answer({ ...said, outcome, reference: `ref-${check.verificationId}` });
      };
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    outcome = 'verified';
    [tenant, other] = [await app.tenant(), await app.tenant()];
    await app.sql('delete from customer_verifications.callback_inbox');
  });

  const start = (who: TestTenant, provider = 'asked'): Promise<Shown> =>
    created(app, who, manualRequest({ provider, input: { note: 'Canary Person' } })) as Promise<Shown>;
  const connect = async (who: TestTenant, provider = 'asked'): Promise<void> => {
    const own = { credentials: { api_key: `canary-${who.keyId}` }, settings: {} };
    const secrets = { callbackSecrets: ['canary-secret'], callbackToken: `token-${who.keyId}-${provider}` };
    const by = { actorId: 'key:test', at: app.clock.now() };
    const { organizationId, livemode } = who;
    const repository = app.nest.get(ConnectionsRepository, { strict: false });
    await repository.change({ organizationId, livemode }, provider, by, () => ({ ...own, ...secrets }));
  };
  const evidence = async (data: Shown): Promise<Sealed> => {
    const [row] = await app.sql<Sealed & Shown>(
      `select ring_key_id, wrapped_key, sealed from customer_verifications.evidence
        join customer_verifications.data_keys using (verification_id) where verification_id = $1 and kind = 'input'`,
      [data['id']],
    );
    return row as Sealed;
  };
  const connection = async (who: TestTenant, provider = 'asked'): Promise<Sealed> => {
    const [row] = await app.sql<Sealed & Shown>(
      `select ring_key_id, wrapped_key, sealed from customer_verifications.provider_connections
        where organization_id = $1 and provider = $2`,
      [who.organizationId, provider],
    );
    return row as Sealed;
  };
  const item = async (): Promise<Sealed> => {
    const sealed = 'select ring_key_id, wrapped_key, sealed from customer_verifications.callback_inbox';
    return (await app.sql<Sealed & Shown>(`${sealed} where sealed is not null limit 1`))[0] as Sealed;
  };
  const tell = async (who: TestTenant): Promise<Shown> => {
    outcome = 'pending';
    const data = await start(who, 'scripted');
    const observation = { outcome: 'verified', reason: 'identity_verified', observedAt: app.clock.now() } as const;
    await deliver(app, [{ reference: `ref-${String(data['id'])}`, observation }]);
    return data;
  };
  const complaints = (event: string): Shown[] =>
    app.logs.map((line) => JSON.parse(line) as Shown).filter((line) => line['event'] === event);
  const said = (): string => app.logs.join('\n');

  describe('as evidence', () => {
    const put = async (data: Shown, { ring_key_id, wrapped_key, sealed }: Sealed): Promise<void> => {
      const key = 'set ring_key_id = $2, wrapped_key = $3 where verification_id = $1';
      await app.sql(`update customer_verifications.data_keys ${key}`, [data['id'], ring_key_id, wrapped_key]);
      const text = `update customer_verifications.evidence set sealed = $2 where verification_id = $1 and kind = 'input'`;
      await app.sql(text, [data['id'], sealed]);
    };
    const read = (data: Shown): Promise<TestAnswer> => app.call(tenant, 'GET', pathOf(data, '/evidence'));

    it.each<[string, () => Promise<Sealed>]>([
      ['another check', async () => evidence(await start(tenant))],
      ['another organization', async () => evidence(await start(other))],
      ['a connection', async () => (await connect(tenant, 'else'), connection(tenant, 'else'))],
    ])('out of %s: 503, nothing is told, and the check goes on', async (_, from) => {
      const data = await start(tenant);
      const own = await evidence(data);
      await put(data, await from());
      const answer = await read(data);
      expect(refusalOf(answer)).toEqual([503, 'SERVICE_UNAVAILABLE']);
      const complaint = { fault: 'not_openable', ring_key_id: 'test', verification_id: data['id'] };
      expect(complaints('evidence_not_readable').at(-1)).toMatchObject(complaint);
      outcome = 'pending';
      expect((await app.call(tenant, 'POST', pathOf(data, '/recheck'))).status).toBeLessThan(500);
      expect((await app.call(tenant, 'GET', pathOf(data))).status).toBe(200);
      await put(data, own);
      expect((await read(data)).status).toBe(200);
      expect(said() + answer.text).not.toContain('Canary');
    });

    it('a decision counts without it', async () => {
      const data = await tell(tenant);
      await put(data, await evidence(await start(other)));
      await app.work();
      expect((await app.call(tenant, 'GET', pathOf(data))).body.data.status).toBe('verified');
      expect(said()).not.toMatch(/work_failed|Canary/);
    });
  });

  describe('as a connection', () => {
    const put = (who: TestTenant, { ring_key_id, wrapped_key, sealed }: Sealed): Promise<unknown> =>
      app.sql(
        `update customer_verifications.provider_connections set ring_key_id = $2, wrapped_key = $3, sealed = $4
          where organization_id = $1 and provider = 'asked'`,
        [who.organizationId, ring_key_id, wrapped_key, sealed],
      );

    it.each<[string, () => Promise<Sealed>]>([
      ['another organization', async () => (await connect(other), connection(other))],
      ['another provider', async () => (await connect(tenant, 'else'), connection(tenant, 'else'))],
      ['evidence', async () => evidence(await start(other))],
    ])('out of %s: nobody is asked by another one, and checks wait', async (_, from) => {
      await connect(tenant);
      outcome = 'pending';
      const waiting = await start(tenant);
      await put(tenant, await from());
      const before = asked.kindsOf(waiting['id']);
      app.clock.advance(3_600_000);
      await app.work();
      const found = (await app.call(tenant, 'GET', pathOf(waiting))).body.data as Shown;
      expect(found).toMatchObject({ status: 'pending', reason: 'provider_not_configured' });
      const body = manualRequest({ provider: 'asked' });
      const refused = await app.call(tenant, 'POST', VERIFICATIONS, { body });
      const shown = await app.call(tenant, 'GET', `${CONNECTIONS}/asked`);
      for (const answer of [refused, shown]) expect(refusalOf(answer)).toEqual([503, 'SERVICE_UNAVAILABLE']);
      expect(asked.kindsOf(waiting['id'])).toEqual(before);
      const stored = 'select id from customer_verifications.verifications where organization_id = $1';
      expect(await app.sql(stored, [tenant.organizationId])).toEqual([{ id: waiting['id'] }]);
      const complaint = { fault: 'not_openable', provider: 'asked', organization_id: tenant.organizationId };
      expect(complaints('connection_not_opened').at(-1)).toMatchObject(complaint);
      expect(said() + refused.text + shown.text).not.toMatch(/work_failed|canary/i);
    });

    it('a request that is repeated needs it no more', async () => {
      await Promise.all([connect(tenant), connect(other)]);
      const headers = { 'idempotency-key': randomUUID() };
      const body = manualRequest({ provider: 'asked', input: { note: 'Canary Person' } });
      const create = (change = {}): Promise<TestAnswer> =>
        app.call(tenant, 'POST', VERIFICATIONS, { body: { ...body, ...change }, headers });
      const first = await create();
      await put(tenant, await connection(other));
      app.clock.advance(1_001);
      const again = await create();
      expect([again.status, again.headers.get('idempotent-replayed'), again.text]).toEqual([201, 'true', first.text]);
      expect(refusalOf(await create({ input: {} }))).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
      expect(refusalOf(await create({ provider: 'nobody' }))).toEqual([422, 'UNKNOWN_PROVIDER']);
      headers['idempotency-key'] = randomUUID();
      expect(refusalOf(await create())).toEqual([503, 'SERVICE_UNAVAILABLE']);
      expect(asked.kindsOf(first.body.data.id)).toEqual(['start']);
    });

    it('is named wherever it stands in the way, and nowhere else', async () => {
      await Promise.all([connect(tenant), connect(tenant, 'scripted'), connect(other)]);
      await put(tenant, await connection(other));
      const list = (): Promise<TestAnswer> => app.call(tenant, 'GET', CONNECTIONS);
      const tried = await app.call(tenant, 'POST', `${CONNECTIONS}/asked/test`);
      for (const answer of [await list(), tried]) {
        expect(refusalOf(answer)).toEqual([503, 'SERVICE_UNAVAILABLE']);
        expect(answer.body.detail).toMatch(/^The connection to asked cannot be decrypted/);
      }
      expect((await app.call(tenant, 'GET', `${CONNECTIONS}/scripted`)).status).toBe(200);
      expect((await app.call(tenant, 'DELETE', `${CONNECTIONS}/asked`)).status).toBe(204);
      const left = (await list()).body.data as Shown[];
      expect(left.map(({ provider }) => provider)).toEqual(['scripted']);
    });

    it('is replaced by its owner, and the checks that waited go on', async () => {
      await Promise.all([connect(tenant), connect(other)]);
      outcome = 'pending';
      const waiting = await start(tenant);
      await put(tenant, await connection(other));
      app.clock.advance(3_600_000);
      await app.work();
      expect((await app.call(tenant, 'DELETE', `${CONNECTIONS}/asked`)).status).toBe(204);
      await connect(tenant);
      outcome = 'verified';
      app.clock.advance(3_600_000);
      await app.work();
      expect((await app.call(tenant, 'GET', pathOf(waiting))).body.data.status).toBe('verified');
      const last = asked.asked.findLast(({ check }) => check.verificationId === waiting['id']);
      expect(last?.call.connection.credentials).toEqual({ api_key: `canary-${tenant.keyId}` });
    });
  });

  describe('as a callback', () => {
    const put = ({ ring_key_id, wrapped_key, sealed }: Sealed): Promise<unknown> =>
      app.sql('update customer_verifications.callback_inbox set ring_key_id = $1, wrapped_key = $2, sealed = $3', [
        ...[ring_key_id, wrapped_key, sealed],
      ]);

    it.each<[string, () => Promise<Sealed>]>([
      ['another callback', () => tell(other).then(item)],
      ['evidence', async () => evidence(await start(tenant))],
      ['a connection', async () => (await connect(tenant), connection(tenant))],
    ])('out of %s: it decides nothing, and waits', async (_, from) => {
      const foreign = await from();
      await app.sql('delete from customer_verifications.callback_inbox');
      const data = await tell(tenant);
      await put(foreign);
      await app.work();
      expect((await app.call(tenant, 'GET', pathOf(data))).body.data.status).toBe('pending');
      expect(await inboxOf(app)).toMatchObject([{ outcome: null, attempts: 1 }]);
      expect(complaints('callback_not_opened').at(-1)).toMatchObject({ fault: 'not_openable', ring_key_id: 'test' });
    });
  });
});
