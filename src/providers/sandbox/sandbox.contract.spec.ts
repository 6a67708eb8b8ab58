import { describeAdapterContract, type ContractCase } from '../../../test/support/adapter-contract.js';
import type { Observation } from '../observation.js';
import { SandboxAdapter } from './sandbox.adapter.js';
import { startSandboxVendor } from './sandbox.vendor.js';
import { SIGNATURE_HEADER, signatureOf } from './vendor/callbacks/callback.signing.js';

const apiKey = 'canary-api-key';
const person = {
  given_name: 'Canary-Erika',
  family_name: 'Canary-Mustermann',
  date_of_birth: '1964-08-12',
  document_number: 'CANARY01X00T47',
  document_type: 'passport',
  issuing_country: 'DE',
};
const privateValues = [person.given_name, person.family_name, person.date_of_birth, person.document_number];
const news = { check_id: 'sbx_1', client_reference: '01939c5e-7a00-7000-8000-000000000001', status: 'approved' };
const hint = { reference: news.check_id, ourReference: news.client_reference };

function played(scenario: string, outcome: Observation['outcome'], reason: ContractCase['reason']): ContractCase {
  const input = { scenario, ...person };
  const redirects = scenario === 'hosted';
  return {
    name: scenario,
    verificationType: 'identity',
    checkType: 'document',
    input,
    outcome,
    reason,
    privateValues,
    redirects,
  };
}

describeAdapterContract({
  adapter: SandboxAdapter,
  cases: [
    played('verified', 'verified', 'identity_verified'),
    {
      ...played('verified', 'verified', 'register_active'),
      name: 'a company',
      verificationType: 'business_entity',
      checkType: 'registry',
    },
    {
      ...played('verified', 'verified', 'age_met'),
      name: 'an age',
      verificationType: 'age',
      checkType: 'age_estimation',
    },
    { ...played('verified', 'verified', 'identity_verified'), name: 'no input at all', input: {}, privateValues: [] },
    played('failed:document_expired', 'failed', 'document_expired'),
    played('expired', 'expired', 'session_expired'),
    played('review', 'pending', 'provider_review_required'),
    played('hosted', 'pending', 'awaiting_customer'),
    played('pending_then_verified', 'pending', 'provider_processing'),
  ],
  network: {
    start: async (clock) => {
      const vendor = await startSandboxVendor({ clock, apiKey });
      return {
        connection: { settings: { base_url: vendor.url }, credentials: { api_key: apiKey } },
        close: () => vendor.close(),
        billed: (id) =>
          vendor.journal().filter((entry) => entry.kind === 'started' && entry.client_reference === id).length,
        // The journal knows the routes that were asked, not their queries.
        get requests() {
          return vendor.journal().flatMap((entry) => {
            if (entry.kind !== 'called') return [];
            const [method = '', target = ''] = entry.call.split(' ');
            return [{ method, target }];
          });
        },
      };
    },
    connectionTo: (url) => ({ settings: { base_url: url }, credentials: { api_key: apiKey } }),
    incomplete: [
      ['anything', { settings: {}, credentials: {} }],
      ['a base URL', { settings: {}, credentials: { api_key: apiKey } }],
      ['a base URL of HTTP', { settings: { base_url: 'file:///etc/passwd' }, credentials: { api_key: apiKey } }],
      ['an API key', { settings: { base_url: 'http://127.0.0.1:1' }, credentials: {} }],
      ['characters in the API key', { settings: { base_url: 'http://127.0.0.1:1' }, credentials: { api_key: '' } }],
    ],
    reference: 'sbx_0123456789abcdef01234567',
    probes: [{ asked: ['GET /v1/checks'], wrong: { api_key: 'another' } }],
  },
  callbacks: {
    sign: (body, secret, at) => ({ headers: { [SIGNATURE_HEADER]: signatureOf(body, [secret], at) }, body }),
    signatureHeaders: [SIGNATURE_HEADER],
    toleranceMs: 300_000,
    examples: [
      {
        name: 'a changed check',
        body: JSON.stringify({ event_id: 'evt_1', type: 'check.changed', created_at: 'now', data: news }),
        hints: [{ eventId: 'evt_1', ...hint }],
      },
      {
        name: 'a changed check without an id of the event',
        body: JSON.stringify({ type: 'check.changed', data: news }),
        hints: [hint],
      },
      {
        name: 'a changed check without our reference',
        body: JSON.stringify({ event_id: 'evt_2', type: 'check.changed', data: { check_id: 'sbx_1' } }),
        hints: [{ eventId: 'evt_2', reference: 'sbx_1' }],
      },
      { name: 'nothing in an event of another kind', body: '{"event_id":"evt_3","type":"invoice.paid"}', hints: [] },
      {
        name: 'a changed check whose body is not written as we would',
        body: `{ "type" : "check.changed",\r\n"d\\u0061ta": ${JSON.stringify(news)}, "more": "Zoë" }`,
        hints: [hint],
      },
    ],
  },
});
