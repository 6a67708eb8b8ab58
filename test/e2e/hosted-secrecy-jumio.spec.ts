import { JumioAdapter } from '#app/providers/jumio/index.js';
import { HostedBench, type HostedVendor } from '../support/played/hosted-bench.js';
import { describeHostedSecrecySuite } from '../support/played/hosted-secrecy-suite.js';
import { type JumioVendor, startJumioVendor, USER_AGENT } from '../vendors/jumio/jumio.vendor.js';

const credentials = { client_id: 'canary-client-2b9e', client_secret: 'canary-secret-77d0' };

const hosted: HostedVendor<JumioVendor> = {
  adapter: JumioAdapter,
  play: (clock) => startJumioVendor(clock),
  settings: { user_agent: USER_AGENT },
  credentials,
  check: { verification_type: 'identity', check_type: 'document_selfie', input: { issuing_country: 'DEU' } },
  decide: (vendor, id, verdict, now) => {
    const isApproved = verdict === 'approved';
    const steps = {
      extraction: ['PASSED OK'],
      ...(!isApproved && { imageChecks: ['REJECTED MANIPULATED_DOCUMENT'] }),
    };
    const decision = isApproved ? 'PASSED' : 'REJECTED';
    vendor.change(id, { status: 'PROCESSED', decision, steps, completedAt: `${now.slice(0, 23)}Z` });
  },
};

const MINUTE = 60_000;

describe('a check at Jumio, which calls nobody', () => {
  let bench: HostedBench<JumioVendor>;
  beforeAll(async () => {
    bench = await HostedBench.start(hosted);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.later(MINUTE));

  it.each([
    ['approved', { status: 'verified', reason: 'identity_verified' }],
    ['declined', { status: 'failed', reason: 'document_fraud' }],
  ] as const)('goes from the page to what it was %s as, once it is asked about', async (verdict, expected) => {
    const { data, customer_action: action } = await bench.create();
    expect(data).toMatchObject({ status: 'pending', reason: 'awaiting_customer' });
    expect(action?.url).toMatch(/^https:\/\/.*authorizationToken=canary-jwt/);
    bench.decide(String(data['provider_reference']), verdict);
    await bench.later(2 * MINUTE);
    expect(await bench.read(data)).toMatchObject(expected);
  });

  it('is begun once where the answer to the start is lost, and then left alone', async () => {
    bench.relay.holdNext(/^POST \/api\/v1\/accounts$/, () => Promise.resolve('lost'));
    const { data } = await bench.create();
    for (let hours = 0; hours < 12; hours += 1) await bench.later(60 * MINUTE);
    expect(await bench.read(data)).toMatchObject({ reason: 'start_outcome_unknown', provider_reference: null });
    expect(bench.vendor.billed(String(data['id']))).toBe(1);
  });

  describeHostedSecrecySuite(() => bench, {
    told: ['Canary-Erika', 'Canary-Mustermann', '1964-08-12', 'CANARY01X00T47'],
    nowhere: [...Object.values(credentials), ...['canary-jwt', 'canary-sdk-jwt', 'canary-api-jwt', 'canary-token-']],
  });
});
