import { VeriffAdapter } from '#app/providers/veriff/index.js';
import { describeHostedSuite } from '../support/played/hosted-suite.js';
import { startVeriffVendor, type VeriffVendor } from '../vendors/veriff/veriff.vendor.js';

const input = { given_name: 'Canary-Wilhelmina', family_name: 'Canary-Oberhuber', birth_date: '1964-08-12' };
const credentials = { api_key: 'canary-key', shared_secret: 'canary-shared-secret' };

describeHostedSuite<VeriffVendor>('a check at Veriff', {
  adapter: VeriffAdapter,
  play: () => startVeriffVendor({ integrations: { [credentials.api_key]: credentials.shared_secret } }),
  settings: {},
  credentials,
  callbackSecrets: [credentials.shared_secret],
  check: { verification_type: 'identity', check_type: 'document_selfie', input },
  ...{ begins: /^POST \/v1\/sessions$/, referenceAt: ['verification', 'id'] },
  ...{ page: /^https:\/\/magic\.veriff\.me\/v\//, pageLater: 'none', takenBack: 'document_fraud' },
  decide: (vendor, id, status, decisionTime) => {
    vendor.change(id, { status, decisionTime, ...(status === 'declined' && { reasonCode: 102 }) });
  },
  callback: (vendor, id, { forged }) => vendor.callback(id, 'decision', forged ? 'forged' : credentials.shared_secret),
  ...{ told: [...Object.values(input), 'CANARY01X00T47'], nowhere: [...Object.values(credentials), 'magic.veriff'] },
  billed: (vendor, id) => vendor.billed(id),
});
