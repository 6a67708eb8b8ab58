import { IdenfyAdapter } from '#app/providers/idenfy/index.js';
import { type Begun, HostedBench } from '../support/played/hosted-bench.js';
import { describeHostedSuite, type HostedFlow } from '../support/played/hosted-suite.js';
import { pathOf } from '../support/verification-requests.js';
import { type IdenfyVendor, startIdenfyVendor } from '../vendors/idenfy/idenfy.vendor.js';

const credentials = { api_key: 'canary-key', api_secret: 'canary-api-secret' };
const secret = 'canary-signing-key';
const input = { given_name: 'Canary-Wilhelmina', family_name: 'Canary-Oberhuber', birth_date: '1964-08-12' };

const flow: HostedFlow<IdenfyVendor> = {
  adapter: IdenfyAdapter,
  play: () => startIdenfyVendor({ key: credentials.api_key, secret: credentials.api_secret }),
  settings: {},
  credentials,
  callbackSecrets: [secret],
  check: { verification_type: 'identity', check_type: 'document_selfie', input },
  ...{ begins: /^POST \/api\/v2\/token$/, referenceAt: ['scanRef'] },
  ...{ page: /^https:\/\/ivs\.idenfy\.com\/api\/v2\/redirect\?authToken=/, pageLater: 'none' },
  takenBack: 'document_fraud',
  decide: (vendor, id, verdict) => {
    vendor.change(
      id,
      verdict === 'approved' ? { status: 'APPROVED' } : { status: 'DENIED', manualDocument: 'DOC_FAKE' },
    );
  },
  callback: (vendor, id, { forged }) => vendor.callback(id, forged ? 'forged' : secret),
  ...{ told: Object.values(input), nowhere: [...Object.values(credentials), 'authToken'] },
  billed: (vendor, id) => vendor.billed(id),
};

describeHostedSuite('a check at iDenfy', flow);

const DAY = 24 * 3_600_000;

describe('an approval of iDenfy’s, which tells no time', () => {
  let bench: HostedBench<IdenfyVendor>;
  beforeAll(async () => {
    bench = await HostedBench.start(flow);
  });
  afterAll(() => bench.close());

  async function approved(): Promise<Begun['data']> {
    const { data } = await bench.create();
    const reference = String(data['provider_reference']);
    bench.decide(reference, 'approved');
    await bench.callBack(reference);
    await bench.later(0);
    const verified = await bench.read(data);
    expect(verified).toMatchObject({ status: 'verified' });
    return verified;
  }

  async function recheck(data: Begun['data']): Promise<Begun['data']> {
    await bench.app.call(bench.tenant, 'POST', pathOf(data, '/recheck'));
    return bench.read(data);
  }

  it('is of the day on which it was heard, however often it is read again', async () => {
    const { verified_at, expires_at, ...data } = await approved();
    await bench.later(30 * DAY);
    expect(await recheck(data)).toMatchObject({ status: 'verified', verified_at, expires_at });
    bench.vendor.change(String(data['provider_reference']), { status: 'APPROVED', final: true });
    await bench.callBack(String(data['provider_reference']));
    await bench.later(1_000);
    expect(await bench.read(data)).toMatchObject({ status: 'verified', verified_at, expires_at });
  });

  it('is no new one once its pass is over', async () => {
    const data = await approved();
    await bench.later(366 * DAY);
    expect(await bench.read(data)).toMatchObject({ status: 'expired', reason: 'pass_outlived' });
    bench.vendor.change(String(data['provider_reference']), { status: 'APPROVED', final: true });
    await bench.callBack(String(data['provider_reference']));
    await bench.later(1_000);
    expect(await bench.read(data)).toMatchObject({ status: 'expired', reason: 'pass_outlived' });
    expect(await recheck(data)).toMatchObject({ status: 'expired', reason: 'pass_outlived' });
  });

  it('is a new one where a denial came in between', async () => {
    const data = await approved();
    const reference = String(data['provider_reference']);
    await bench.later(DAY);
    bench.decide(reference, 'declined');
    expect(await recheck(data)).toMatchObject({ status: 'failed' });
    await bench.later(DAY);
    bench.decide(reference, 'approved');
    await bench.callBack(reference);
    await bench.later(1_000);
    const again = await bench.read(data);
    expect(again).toMatchObject({ status: 'verified' });
    expect(again['verified_at']).not.toBe(data['verified_at']);
  });
});
