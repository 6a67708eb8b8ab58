import { PersonaAdapter } from '#app/providers/persona/index.js';
import { describeHostedSuite } from '../support/played/hosted-suite.js';
import { type PersonaVendor, startPersonaVendor } from '../vendors/persona/persona.vendor.js';

const input = { given_name: 'Canary-Wilhelmina', family_name: 'Canary-Oberhuber', birth_date: '1964-08-12' };
const key = 'persona_sandbox_canary';

describeHostedSuite<PersonaVendor>('a check at Persona', {
  adapter: PersonaAdapter,
  play: (clock) => startPersonaVendor({ key, clock }),
  settings: { environment: 'sandbox', templates: { document_selfie: 'itmpl_Canary1' } },
  credentials: { api_key: key },
  callbackSecrets: ['new', 'old'],
  check: { verification_type: 'identity', check_type: 'document_selfie', input },
  ...{ begins: /^POST \/api\/v1\/inquiries$/, referenceAt: ['data', 'id'] },
  ...{ page: /^https:\/\/withpersona\.com\/verify\?code=/, pageLater: 'fresh', takenBack: 'provider_rejected' },
  decide: (vendor, id, status, decisionedAt) => {
    vendor.change(id, { status, decisionedAt, verifications: [{ type: 'government-id', status: 'passed' }] });
  },
  callback: (vendor, id, { forged }) => vendor.callback('inquiry.approved', id, [forged ? 'forged' : 'old']),
  ...{ told: [...Object.values(input), 'CANARY01X00T47'], nowhere: [key, 'canary-token', 'us1-'] },
  billed: (vendor, id) => vendor.billed(id),
});
