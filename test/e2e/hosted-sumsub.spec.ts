import { SumsubAdapter } from '#app/providers/sumsub/index.js';
import { HostedBench } from '../support/played/hosted-bench.js';
import { describeHostedSuite, type HostedFlow } from '../support/played/hosted-suite.js';
import { pathOf, VERIFICATIONS } from '../support/verification-requests.js';
import type { SumsubEntry } from '../vendors/sumsub/sumsub.applicant.js';
import { startSumsubVendor, type SumsubVendor } from '../vendors/sumsub/sumsub.vendor.js';

const MINUTE = 60_000;
const input = { given_name: 'Canary-Wilhelmina', family_name: 'Canary-Oberhuber', birth_date: '1964-08-12' };
const [token, secret] = ['sbx:canary-token', 'canary-secret'];

const ANSWERS = {
  approved: { answer: 'GREEN' },
  declined: { answer: 'RED', rejectType: 'FINAL', labels: ['FRAUDULENT_PATTERNS'] },
} as const satisfies Readonly<Record<string, SumsubEntry>>;

const flow: HostedFlow<SumsubVendor> = {
  adapter: SumsubAdapter,
  play: (clock) => startSumsubVendor({ clock, token, secret, levels: { kyc: 'individual' } }),
  settings: { environment: 'sandbox', levels: { document: 'kyc' } },
  credentials: { app_token: token, secret_key: secret },
  callbackSecrets: ['new', 'old'],
  check: { verification_type: 'identity', check_type: 'document', input },
  begins: /^POST \/resources\/applicants\?/,
  ...{ page: /^https:/, pageLater: 'fresh', takenBack: 'document_fraud' },
  decide: (vendor, id, verdict, now) => {
    const reviewDate = now.slice(0, 19).replace('T', ' ');
    vendor.change(id, { status: 'completed', reviewDate, ...ANSWERS[verdict] });
  },
  callback: (vendor, id, { forged }) => vendor.callback(id, 'applicantReviewed', forged ? 'forged' : 'old'),
  ...{ told: [...Object.values(input), 'CANARY01X00T47'], nowhere: [token, secret, 'websdk/p'] },
  billed: (vendor, id) => vendor.billed(id),
};

describeHostedSuite('a check at Sumsub', flow);

describe('a check at Sumsub', () => {
  let bench: HostedBench<SumsubVendor>;
  beforeAll(async () => {
    bench = await HostedBench.start(flow);
  });
  afterAll(() => bench.close());

  it('of a customer who was approved before is an applicant of its own, with nothing approved', async () => {
    const first = await bench.create();
    bench.decide(String(first.data['provider_reference']), 'approved');
    await bench.later(60 * MINUTE);
    const body = { customer_id: first.data['customer_id'], provider: 'sumsub', ...flow.check };
    const again = await bench.app.call(bench.tenant, 'POST', VERIFICATIONS, { body });
    expect(again.body.data).toMatchObject({ status: 'pending', reason: 'awaiting_customer' });
    expect(again.body.data.provider_reference).not.toBe(first.data['provider_reference']);
    expect(await bench.read(first.data)).toMatchObject({ status: 'verified' });
  });

  it('that wants better pictures sends the customer to the page again, and is decided by what comes then', async () => {
    const { data } = await bench.create();
    const reference = String(data['provider_reference']);
    const reviewDate = bench.app.clock.now().slice(0, 19).replace('T', ' ');
    bench.vendor.change(reference, {
      ...{ status: 'completed', reviewDate, answer: 'RED', rejectType: 'RETRY', labels: ['BAD_PHOTO'] },
    });
    expect(await bench.callBack(reference)).toBe(200);
    await bench.later(1_000);
    expect(await bench.read(data)).toMatchObject({ status: 'pending', reason: 'resubmission_requested' });
    const page = await bench.app.call(bench.tenant, 'POST', pathOf(data, '/customer-action'));
    expect(page.status).toBe(200);
    bench.decide(reference, 'approved');
    await bench.later(60 * MINUTE);
    expect(await bench.statuses(data)).toEqual(['pending', 'verified']);
  });
});
