import { PlaidAdapter } from '#app/providers/plaid/index.js';
import type { Instant } from '#app/platform/clock.js';
import { inboxOf } from '../support/peers/scripted-callbacks.js';
import { HostedBench } from '../support/played/hosted-bench.js';
import { describeHostedSuite, type HostedFlow } from '../support/played/hosted-suite.js';
import { answering } from '../support/scripted-vendor.js';
import { faultyFields } from '../support/verification-requests.js';
import { type SigningKey, signedWith, signingKey } from '../vendors/plaid/plaid.signing.js';
import { type PlaidVendor, startPlaidVendor } from '../vendors/plaid/plaid.vendor.js';

const input = { given_name: 'Canary-Wilhelmina', family_name: 'Canary-Oberhuber', birth_date: '1964-08-12' };
const credentials = { client_id: 'canary-client', secret: 'canary-secret' };
const key = signingKey('known');
const other = signingKey('unknown');
const templates = { document_selfie: 'idvtmp_Canary1' };

function news(id: string, signing: SigningKey, now: Instant): ReturnType<typeof signedWith> {
  const about = { webhook_type: 'IDENTITY_VERIFICATION', webhook_code: 'STATUS_UPDATED', environment: 'sandbox' };
  return signedWith(signing, Buffer.from(JSON.stringify({ ...about, identity_verification_id: id })), now);
}

/** When each attempt was completed: a person who takes a pass back changes nothing about that. */
const completed = new Map<string, Instant>();

const flow: HostedFlow<PlaidVendor> = {
  adapter: PlaidAdapter,
  play: (clock) => {
    const { client_id: clientId, secret } = credentials;
    return startPlaidVendor({ clientId, secret, clock, keys: [key, signingKey('second')] });
  },
  settings: { environment: 'sandbox', templates },
  credentials,
  check: { verification_type: 'identity', check_type: 'document_selfie', input },
  begins: /^POST \/identity_verification\/create$/,
  ...{ page: /^https:\/\/flow\.plaid\.com\/verify\//, pageLater: 'same', takenBack: 'selfie_mismatch' },
  decide: (vendor, id, verdict, now) => {
    const completedAt = completed.get(id) ?? now;
    completed.set(id, completedAt);
    const rejected = { status: 'failed', steps: { selfie_check: 'manually_rejected' } };
    vendor.change(id, { status: 'success', ...(verdict === 'declined' && rejected), completedAt, analysis: {} });
  },
  callback: (_vendor, id, { forged, now }) => news(id, forged ? other : key, now),
  told: [...Object.values(input), 'CANARY01X00T47', 'Canary-Mustermann', '192.0.2.42'],
  nowhere: [...Object.values(credentials), 'canary-token', 'flow.plaid.com'],
  billed: (vendor, id) => vendor.billed(id),
};

describeHostedSuite('a check at Plaid', flow);

describe("a callback that Plaid signs with a key of Plaid's own", () => {
  let bench: HostedBench<PlaidVendor>;
  beforeEach(async () => {
    bench = await HostedBench.start(flow);
  });
  afterEach(() => bench.close());

  const keysAsked = (): number => bench.vendor.requests.filter(({ path }) => path.startsWith('/webhook_')).length;
  const referenceOf = async (): Promise<string> => String((await bench.create()).data['provider_reference']);

  it('is refused where Plaid does not know the key, which is asked for once', async () => {
    const reference = await referenceOf();
    for (let times = 0; times < 3; times += 1) expect(await bench.callBack(reference, true)).toBe(401);
    expect(keysAsked()).toBe(1);
    expect(await inboxOf(bench.app)).toEqual([]);
  });

  it('asks for ten made-up keys a minute, while what is signed with a known one is taken', async () => {
    const reference = await referenceOf();
    expect(await bench.callBack(reference)).toBe(200);
    const answers: number[] = [];
    for (let made = 0; made < 25; made += 1)
      answers.push(
        await bench.deliver(news(reference, { ...other, kid: `made-up-${String(made)}` }, bench.app.clock.now())),
      );
    expect(answers).toEqual([...Array<number>(10).fill(401), ...Array<number>(15).fill(503)]);
    expect(keysAsked()).toBe(11);
    expect(await bench.callBack(reference)).toBe(200);
    expect(await inboxOf(bench.app)).toHaveLength(1);
  });

  it('is answered with 503 and not stored while Plaid cannot be asked for the key, and taken when it comes again', async () => {
    const reference = await referenceOf();
    bench.decide(reference, 'approved');
    bench.vendor.misbehave(answering(503));
    expect(await bench.callBack(reference)).toBe(503);
    expect(await inboxOf(bench.app)).toEqual([]);
    expect(await bench.callBack(reference)).toBe(200);
    expect(await inboxOf(bench.app)).toHaveLength(1);
  });

  it('of an attempt that was begun anew brings the verification that it belongs to', async () => {
    const { data } = await bench.create();
    const first = String(data['provider_reference']);
    bench.vendor.change(first, {
      status: 'failed',
      steps: { selfie_check: 'failed' },
      completedAt: bench.app.clock.now(),
    });
    expect(await bench.callBack(first)).toBe(200);
    await bench.later(0);
    expect(await bench.read(data)).toMatchObject({ status: 'failed', reason: 'selfie_mismatch' });
    await bench.later(60_000);
    const second = bench.vendor.retry(first, { status: 'success', completedAt: bench.app.clock.now() });
    expect(await bench.callBack(second)).toBe(200);
    await bench.later(2_000);
    expect(await bench.read(data)).toMatchObject({ status: 'verified', provider_reference: second });
  });

  it('of an attempt that was begun anew while the first one was still open brings its verification, too', async () => {
    const { data } = await bench.create();
    const first = String(data['provider_reference']);
    await bench.later(1_000);
    const second = bench.vendor.retry(first, {});
    expect(await bench.callBack(second)).toBe(200);
    await bench.later(1_000);
    expect(await bench.read(data)).toMatchObject({ status: 'pending', provider_reference: second });
    bench.decide(second, 'approved');
    expect(await bench.callBack(second)).toBe(200);
    await bench.later(1_000);
    expect(await bench.read(data)).toMatchObject({ status: 'verified', provider_reference: second });
  });

  it('needs no secret: a connection that would have one is refused', async () => {
    const body = { settings: { templates }, credentials };
    const put = (more: object) =>
      bench.app.call(bench.tenant, 'PUT', '/v1/provider-connections/plaid', { body: { ...body, ...more } });
    const refused = await put({ callback_secrets: ['canary-callback-secret'] });
    expect([refused.status, faultyFields(refused)]).toEqual([400, ['callback_secrets']]);
    expect((await put({})).body.data).toMatchObject({ provider: 'plaid', callback_secrets: 0 });
  });
});
