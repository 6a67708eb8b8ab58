import { createHash, randomUUID } from 'node:crypto';
import { canonicalJson, type JsonValue } from '#app/platform/json.js';
import { startTestApp, type TestAnswer, type TestApp, type TestTenant } from '../support/app.js';
import { ringKey } from '../support/key-rings.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';
import { manualRequest, refusalOf, VERIFICATIONS } from '../support/verification-requests.js';

type Asked = Record<string, unknown>;

const [OLD, NEW] = [ringKey('old'), ringKey('new')];

describe('what is stored of a request with an Idempotency-Key', () => {
  const vendor = new ScriptedAdapter();
  let before: TestApp;
  let after: TestApp;
  let alone: TestApp;
  let tenant: TestTenant;
  let key: string;
  let first: TestAnswer;

  const body = manualRequest({ provider: 'scripted', input: { note: 'tax number 123456789' } });
  const another = { ...body, input: { note: 'tax number 123456788' } };
  const create = (app: TestApp, asked: Asked = body): Promise<TestAnswer> =>
    app.call(tenant, 'POST', VERIFICATIONS, { body: asked, headers: { 'idempotency-key': key } });

  beforeAll(async () => {
    const settings = { adapters: [vendor] };
    before = await startTestApp({ ...settings, keyRing: `${OLD},${NEW}` });
    after = await startTestApp({ ...settings, keyRing: `${NEW},${OLD}`, database: before.database });
    alone = await startTestApp({ ...settings, keyRing: NEW, database: before.database });
    tenant = await before.tenant();
    vendor.script = ({ answer }) => {
      answer({ outcome: 'verified', reason: 'identity_verified', observedAt: before.clock.now() });
    };
  });
  beforeEach(async () => {
    key = randomUUID();
    first = await create(before);
    expect(first.status).toBe(201);
  });
  afterAll(async () => {
    await alone.close();
    await after.close();
    await before.close();
  });

  const fingerprint = async (): Promise<Buffer> => {
    const text = 'select fingerprint from customer_verifications.idempotency_records where key = $1';
    const [row] = await before.sql<{ fingerprint: Buffer }>(text, [key]);
    return row?.fingerprint ?? Buffer.alloc(0);
  };
  const digestOf = ({ customer_id: customerId, verification_type: verificationType, ...asked }: Asked): Buffer =>
    createHash('sha256')
      .update(`POST /verifications\n${canonicalJson({ customerId, verificationType, ...asked } as JsonValue)}`)
      .digest();

  it('tells nobody without the key ring what was asked, not even who tries all tax numbers', async () => {
    const stored = await fingerprint();
    expect(stored.subarray(32).toString()).toBe('old');
    expect(stored.includes(digestOf(body))).toBe(false);
  });

  it('is known again by a process whose ring begins with another key, and told from what is not the same', async () => {
    const repeated = await create(after);
    expect([repeated.status, repeated.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect(repeated.body.data).toEqual(first.body.data);
    expect(refusalOf(await create(after, another))).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('is not compared without its key: 503, nothing is done, and the answer is there once the key is back', async () => {
    const { length } = vendor.starts;
    expect(refusalOf(await create(alone))).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(refusalOf(await create(alone, another))).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(vendor.starts).toHaveLength(length);
    expect(alone.logs.join('\n')).toContain('"event":"idempotency_key_not_compared","fault":"key_missing"');
    expect((await create(before)).body.data).toEqual(first.body.data);
  });

  it('is known again where a process of before marks stored the digest itself', async () => {
    const text = 'update customer_verifications.idempotency_records set fingerprint = $2 where key = $1';
    await before.sql(text, [key, digestOf(body)]);
    expect((await create(alone)).body.data).toEqual(first.body.data);
    expect(refusalOf(await create(alone, another))).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });
});
