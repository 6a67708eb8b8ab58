import { SumsubAdapter } from '#app/providers/sumsub/index.js';
import { describeHostedSuite } from '../support/played/hosted-suite.js';
import type { SumsubEntry } from '../vendors/sumsub/sumsub.applicant.js';
import { startSumsubVendor, type SumsubVendor } from '../vendors/sumsub/sumsub.vendor.js';

const input = { given_name: 'Canary-Wilhelmina', family_name: 'Canary-Oberhuber', birth_date: '1964-08-12' };
const [token, secret] = ['sbx:canary-token', 'canary-secret'];

const ANSWERS = {
  approved: { answer: 'GREEN' },
  declined: { answer: 'RED', rejectType: 'FINAL', labels: ['FRAUDULENT_PATTERNS'] },
} as const satisfies Readonly<Record<string, SumsubEntry>>;

describeHostedSuite<SumsubVendor>('a check at Sumsub', {
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
});
