import { ComplyCubeAdapter } from '#app/providers/complycube/index.js';
import { describeHostedSuite, type HostedFlow } from '../support/played/hosted-suite.js';
import { type ComplyCubeVendor, startComplyCubeVendor } from '../vendors/complycube/complycube.vendor.js';

const credentials = { api_key: 'live_canary-key' };
const secret = 'canary-webhook-secret';
const input = {
  ...{ given_name: 'Canary-Wilhelmina', family_name: 'Canary-Oberhuber', birth_date: '1964-08-12' },
  email_address: 'canary-wilhelmina@example.com',
};

const flow: HostedFlow<ComplyCubeVendor> = {
  adapter: ComplyCubeAdapter,
  play: (clock) => startComplyCubeVendor({ key: credentials.api_key, clock }),
  settings: { environment: 'live', success_url: 'https://shop.example/done', cancel_url: 'https://shop.example/back' },
  credentials,
  callbackSecrets: [secret],
  check: { verification_type: 'identity', check_type: 'document_selfie', input },
  ...{ begins: /^POST \/v1\/clients$/, page: /^https:\/\/flow\.complycube\.com\/s\//, pageLater: 'fresh' },
  takenBack: 'document_fraud',
  decide: (vendor, id, verdict, now) => {
    const declined = { outcome: 'rejected', rejectionReasons: ['document_appears_fake'], updatedAt: now };
    const document = { type: 'document_check', ...(verdict === 'declined' ? declined : { updatedAt: now }) };
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
