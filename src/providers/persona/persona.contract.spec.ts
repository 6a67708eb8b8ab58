import { describeAdapterContract, type ContractCase } from '../../../test/support/adapter-contract.js';
import { eventOf, signed, startPersonaVendor } from '../../../test/vendors/persona/persona.vendor.js';
import type { JsonObject } from '../../platform/json.js';
import { PersonaAdapter } from './persona.adapter.js';

const key = 'persona_sandbox_canary-1f2e';
const templates = { document_selfie: 'itmpl_Canary1', document: 'itmplv_Canary2', age: 'tmpl_Canary3' };
const input = { given_name: 'Canary-Erika', birth_date: '1964-08-12', country: 'DE', phone_number: '+4930123456' };
const privateValues = ['Canary-Erika', 'Canary-Muster', '1964-08-12', '+4930123456', 'canary-token', 'CANARY01X00T47'];
const connectionTo = (base_url: string) => ({
  settings: { environment: 'sandbox', base_url, templates },
  credentials: { api_key: key },
});
const at = { base_url: 'http://127.0.0.1:1', templates };
const inquiry = 'inq_kT4xVnR2bPmYwL9sTgD3cExZ';
const ours = '01939c5e-7a00-7000-8000-000000000001';
const hint = { eventId: 'evt_hIjKlMnOpQrStUvWxYzAbCdE', reference: inquiry };

function asked(name: string, expected: Partial<ContractCase>): ContractCase {
  return {
    name,
    verificationType: 'identity',
    checkType: 'document_selfie',
    input: { ...input, family_name: `Canary-Muster ${name}` },
    outcome: 'pending',
    reason: 'awaiting_customer',
    privateValues,
    ...expected,
  };
}

function news(name: string, attributes: JsonObject = { status: 'approved', note: ours }): string {
  return JSON.stringify(eventOf(name, { type: 'inquiry', id: inquiry, attributes }));
}

const failed = [{ name: 'id_expired_detection', status: 'failed' }];
const document = { type: 'government-id', status: 'failed', checks: failed } as const;
const decided = { decisionedAt: '2026-01-31T08:35:00.000Z' };

describeAdapterContract({
  adapter: PersonaAdapter,
  cases: [
    asked('begun', { redirects: true }),
    asked('under way', { redirects: true }),
    asked('approved', { outcome: 'verified', reason: 'identity_verified' }),
    asked('old enough', {
      ...{ verificationType: 'age', checkType: 'document' },
      ...{ outcome: 'verified', reason: 'age_met' },
    }),
    asked('declined', { outcome: 'failed', reason: 'provider_rejected', checkType: 'document' }),
    asked('looked at', { reason: 'manual_review' }),
    asked('never finished', { outcome: 'expired', reason: 'session_expired' }),
    asked('without any input', { input: {}, redirects: true, privateValues: [] }),
  ],
  network: {
    start: async (clock) => {
      const vendor = await startPersonaVendor({ key, clock });
      vendor.put('Canary-Muster under way', {
        status: 'pending',
        verifications: [{ ...document, status: 'submitted' }],
      });
      vendor.put('Canary-Muster approved', { status: 'approved', ...decided, comment: 'Canary-Erika is fine' });
      vendor.put('Canary-Muster old enough', { status: 'approved', ...decided });
      vendor.put('Canary-Muster declined', { status: 'declined', ...decided });
      vendor.put('Canary-Muster looked at', { status: 'needs_review', verifications: [document] });
      vendor.put('Canary-Muster never finished', { status: 'expired', expiredAt: '2026-01-31T08:35:00.000Z' });
      return {
        connection: connectionTo(vendor.url),
        close: () => vendor.close(),
        billed: (id) => vendor.billed(id),
        holdsOpen: (id) => vendor.holdsOpen(id),
        requests: vendor.requests,
      };
    },
    connectionTo,
    incomplete: [
      ['anything', { settings: {}, credentials: {} }],
      ['a key', { settings: { ...at, environment: 'sandbox' }, credentials: {} }],
      [
        'a key of the sandbox',
        { settings: { ...at, environment: 'sandbox' }, credentials: { api_key: 'persona_production_1' } },
      ],
      ['a live key', { settings: at, credentials: { api_key: key } }],
      ['a key in one line', { settings: at, credentials: { api_key: 'persona_production_1\r\nx: y' } }],
      ['a template', { settings: { ...at, templates: {} }, credentials: { api_key: 'persona_production_1' } }],
      [
        'a template that is one',
        { settings: { ...at, templates: { age: '../inquiries' } }, credentials: { api_key: 'persona_production_1' } },
      ],
    ],
    reference: inquiry,
    cancel: { open: 'begun' },
    probes: [
      {
        asked: ['GET /inquiries?filter%5Bnote%5D=connection-test&page%5Bsize%5D=10'],
        wrong: { api_key: 'persona_sandbox_another' },
      },
    ],
  },
  callbacks: {
    sign: (body, secret, sentAt) => signed(body, [secret], sentAt),
    signatureHeaders: ['persona-signature'],
    toleranceMs: 300_000,
    examples: [
      { name: 'an inquiry that was decided', body: news('inquiry.approved'), hints: [{ ...hint, ourReference: ours }] },
      { name: 'an inquiry of an event that is new', body: news('inquiry.reopened', {}), hints: [hint] },
      { name: 'an inquiry that somebody else began', body: news('inquiry.declined', { note: 'VIP' }), hints: [hint] },
      { name: 'nothing in a step of the flow', body: news('inquiry.transitioned'), hints: [] },
      { name: 'nothing in other tags', body: news('inquiry.updated-tags'), hints: [] },
      {
        name: 'a document that has to be shown again',
        body: JSON.stringify(
          eventOf('verification.requires-retry', {
            type: 'verification/government-id',
            relationships: { inquiry: { data: { type: 'inquiry', id: inquiry } } },
          }),
        ),
        hints: [hint],
      },
      {
        name: 'nothing in a document of no inquiry',
        body: JSON.stringify(eventOf('verification.requires-retry', { relationships: { inquiry: { data: null } } })),
        hints: [],
      },
      {
        name: 'nothing in a verification that passed',
        body: JSON.stringify(eventOf('verification.passed', {})),
        hints: [],
      },
      {
        name: 'nothing in an event of a report',
        body: JSON.stringify(eventOf('report/watchlist.ready', {})),
        hints: [],
      },
      {
        name: 'an inquiry in a body that is not written as we would',
        body: news('inquiry.failed').replace('"payload"', '\r\n "p\\u0061yload" '),
        hints: [{ ...hint, ourReference: ours }],
      },
    ],
  },
});
