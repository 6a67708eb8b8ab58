import { DiditAdapter } from '#app/providers/didit/index.js';
import { describeHostedSuite } from '../support/played/hosted-suite.js';
import { type DiditVendor, startDiditVendor } from '../vendors/didit/didit.vendor.js';

const KEY = 'canary-didit-key';
const SECRET = 'canary-didit-callback-secret';
const input = { given_name: 'Canary-Wilhelmina', family_name: 'Canary-Oberhuber', birth_date: '1964-08-12' };

describeHostedSuite<DiditVendor>('a check at Didit', {
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
});
