import { epochMilliseconds, instantOfEpoch } from '#app/platform/clock.js';
import { DiditAdapter } from '#app/providers/didit/index.js';
import { type Begun, HostedBench } from '../support/played/hosted-bench.js';
import { describeHostedSuite, type HostedFlow } from '../support/played/hosted-suite.js';
import { pathOf } from '../support/verification-requests.js';
import type { DiditEntry } from '../vendors/didit/didit.session.js';
import { type DiditVendor, startDiditVendor } from '../vendors/didit/didit.vendor.js';

const KEY = 'canary-didit-key';
const SECRET = 'canary-didit-callback-secret';
const input = { given_name: 'Canary-Wilhelmina', family_name: 'Canary-Oberhuber', birth_date: '1964-08-12' };

const flow: HostedFlow<DiditVendor> = {
  adapter: DiditAdapter,
  play: (clock) => startDiditVendor({ key: KEY, clock, environment: 'sandbox' }),
  settings: { environment: 'sandbox', workflows: { document_selfie: '6b1c4c9e-1f5e-4a0e-9d6c-2f0a7f1b2c3d' } },
  credentials: { api_key: KEY },
  callbackSecrets: [SECRET],
  check: { verification_type: 'identity', check_type: 'document_selfie', input },
  ...{ begins: /^POST \/v3\/session\/$/, referenceAt: ['session_id'] },
  ...{ page: /^https:\/\/verify\.didit\.me\/session\//, pageLater: 'same', takenBack: 'document_fraud' },
  decide: (vendor, id, verdict, now) => {
    const declined = {
      reviews: [{ new_status: 'Declined', created_at: now }],
      risks: { PRINTED_COPY_DETECTED: 'error' as const },
    };
    vendor.change(id, verdict === 'approved' ? { status: 'Approved' } : { status: 'Declined', ...declined });
  },
  callback: (vendor, id, { forged }) => vendor.callback(id, forged ? 'forged' : SECRET),
  ...{ told: [...Object.values(input), 'CANARY01X00T47'], nowhere: [KEY, SECRET, 'canary-token', 'verify.didit.me'] },
  billed: (vendor, id) => vendor.billed(id),
};

describeHostedSuite('a check at Didit', flow);

const DAY = 24 * 3_600_000;

describe('an approval of Didit’s', () => {
  let bench: HostedBench<DiditVendor>;
  beforeAll(async () => {
    bench = await HostedBench.start(flow);
  });
  afterAll(() => bench.close());
  // What Didit lets be read in a minute is enough for each of these.
  beforeEach(() => bench.later(60_000));

  /** Somebody decides at Didit, or Didit itself, and we hear of it. */
  async function becomes(data: Begun['data'], entry: DiditEntry): Promise<Begun['data']> {
    const reference = String(data['provider_reference']);
    bench.vendor.change(reference, entry);
    expect(await bench.callBack(reference)).toBe(200);
    await bench.later(2_000);
    return bench.read(data);
  }

  async function recheck(data: Begun['data']): Promise<Begun['data']> {
    await bench.app.call(bench.tenant, 'POST', pathOf(data, '/recheck'));
    return bench.read(data);
  }

  async function approved(): Promise<Begun['data']> {
    const { data } = await bench.create();
    const verified = await becomes(data, { status: 'Approved' });
    expect(verified).toMatchObject({ status: 'verified' });
    return verified;
  }

  /** What a person decides now, in whole milliseconds. */
  const reviewed = (status: string): DiditEntry => {
    const created_at = instantOfEpoch(epochMilliseconds(bench.app.clock.now()));
    return { status, reviews: [{ new_status: status, created_at }] };
  };
  const warnings = [{ risk: 'POSSIBLE_MATCH_FOUND', log_type: 'warning' }];
  const LISTED: DiditEntry = {
    status: 'In Review',
    members: { aml_screenings: [{ status: 'In Review', warnings }] },
  };

  it('keeps the day on which it was heard, however often it is read again', async () => {
    const { verified_at, expires_at, ...data } = await approved();
    await bench.later(30 * DAY);
    expect(await recheck(data)).toMatchObject({ status: 'verified', verified_at, expires_at });
    const again = await becomes(data, { status: 'Approved', risks: { QR_NOT_DETECTED: 'information' } });
    expect(again).toMatchObject({ status: 'verified', verified_at, expires_at });
  });

  it.each<[string, boolean, boolean]>([
    ['a person approves it anew', true, false],
    ['Didit does, and nobody’s review is newer', false, false],
    ['Didit does in a later round', false, true],
  ])('ends with a match that monitoring finds, until %s: then a new one begins', async (_name, isReview, rechecked) => {
    const { data: begun } = await bench.create();
    const first = reviewed('Approved');
    const data = await becomes(begun, first);
    await bench.later(DAY);
    const listed = { ...first, ...LISTED };
    expect(await becomes(data, listed)).toMatchObject({ status: 'expired', reason: 'screening_possible_match' });
    await bench.later(DAY);
    if (rechecked) expect(await recheck(data)).toMatchObject({ status: 'pending' });
    const cleared = String(bench.app.clock.now());
    const again = await becomes(data, { ...listed, ...(isReview ? reviewed('Approved') : first) });
    expect(again).toMatchObject({ status: 'verified' });
    expect(String(again['verified_at']) >= cleared).toBe(true);
  });

  it.each<[string, boolean]>([
    ['in the first round', false],
    ['in a later one', true],
  ])('that was taken back and is given again %s is a new one, whoever gives it', async (_name, rechecked) => {
    const data = await approved();
    await bench.later(DAY);
    if (rechecked) expect(await recheck(data)).toMatchObject({ status: 'verified' });
    const declined = reviewed('Declined');
    expect(await becomes(data, declined)).toMatchObject({ status: 'failed' });
    await bench.later(DAY);
    const again = await becomes(data, { ...declined, status: 'Approved' });
    expect(again).toMatchObject({ status: 'verified' });
    expect(String(again['verified_at']) > String(data['verified_at'])).toBe(true);
  });

  it('is taken back by a no of nobody’s, whatever people had decided before', async () => {
    const data = await approved();
    await bench.later(DAY);
    const declined = reviewed('Declined');
    expect(await becomes(data, declined)).toMatchObject({ status: 'failed' });
    await bench.later(DAY);
    expect(await becomes(data, { ...declined, status: 'Approved' })).toMatchObject({ status: 'verified' });
    await bench.later(DAY);
    expect(await becomes(data, declined)).toMatchObject({ status: 'failed' });
  });
});
