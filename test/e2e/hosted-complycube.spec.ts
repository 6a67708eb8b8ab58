import { addMilliseconds, type Instant } from '#app/platform/clock.js';
import { ComplyCubeAdapter } from '#app/providers/complycube/index.js';
import { HostedBench } from '../support/played/hosted-bench.js';
import { describeHostedSuite, type HostedFlow } from '../support/played/hosted-suite.js';
import { pathOf } from '../support/verification-requests.js';
import { type ComplyCubeVendor, startComplyCubeVendor } from '../vendors/complycube/complycube.vendor.js';

const credentials = { api_key: 'live_canary-key' };
const secret = 'canary-webhook-secret';
const input = {
  ...{ given_name: 'Canary-Wilhelmina', family_name: 'Canary-Oberhuber', birth_date: '1964-08-12' },
  email_address: 'canary-wilhelmina@example.com',
};

/** When the document of a client was cleared. */
const cleared = new Map<string, Instant>();

const flow: HostedFlow<ComplyCubeVendor> = {
  adapter: ComplyCubeAdapter,
  play: (clock) => startComplyCubeVendor({ key: credentials.api_key, clock }),
  settings: { environment: 'live', success_url: 'https://shop.example/done', cancel_url: 'https://shop.example/back' },
  credentials,
  callbackSecrets: [secret],
  check: { verification_type: 'identity', check_type: 'document_selfie', input },
  ...{ begins: /^POST \/v1\/clients$/, page: /^https:\/\/flow\.complycube\.com\/s\//, pageLater: 'fresh' },
  takenBack: 'document_fraud',
  // The document is done before the face, and keeps that time even where somebody rejects it in the portal later.
  decide: (vendor, id, verdict, now) => {
    const updatedAt = cleared.get(id) ?? addMilliseconds(now, -60_000);
    cleared.set(id, updatedAt);
    const declined = { outcome: 'rejected', rejectionReasons: ['document_appears_fake'] };
    const document = { type: 'document_check', ...(verdict === 'declined' && declined), updatedAt };
    vendor.check(id, [document, { type: 'identity_check', updatedAt: now }]);
  },
  callback: (vendor, id, { forged }) => {
    const payload = { id: '5eb2b61e02df0a0008f1cf2a', clientId: id, status: 'complete' };
    return vendor.event('check.completed', payload, forged ? 'forged' : secret);
  },
  ...{ told: [...Object.values(input), 'CANARY01X00T47'], nowhere: [credentials.api_key, 'flow.complycube'] },
  billed: (vendor, id) => vendor.billed(id),
};

describeHostedSuite('a check at ComplyCube', flow);

describe('a clear check of ComplyCube’s that tells no time', () => {
  it('is of the day on which it was heard, however often it is read again', async () => {
    const decide: (typeof flow)['decide'] = (vendor, id) => {
      const types = ['document_check', 'identity_check'];
      vendor.check(
        id,
        types.map((type) => ({ type, updatedAt: null })),
      );
    };
    const bench = await HostedBench.start({ ...flow, decide });
    try {
      const { data } = await bench.create();
      const reference = String(data['provider_reference']);
      bench.decide(reference, 'approved');
      await bench.callBack(reference);
      await bench.later(0);
      const { verified_at, expires_at, status } = await bench.read(data);
      expect(status).toBe('verified');
      await bench.later(30 * 86_400_000);
      await bench.app.call(bench.tenant, 'POST', pathOf(data, '/recheck'));
      expect(await bench.read(data)).toMatchObject({ status: 'verified', verified_at, expires_at });
    } finally {
      await bench.close();
    }
  });
});
