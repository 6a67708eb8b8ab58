import { describeAdapterContract, type ContractCase } from '../../../test/support/adapter-contract.js';
import { signed, startIdenfyVendor } from '../../../test/vendors/idenfy/idenfy.vendor.js';
import type { JsonObject } from '../../platform/json.js';
import { IdenfyAdapter } from './idenfy.adapter.js';

const credentials = { api_key: 'canary-api-key', api_secret: 'canary-api-secret' };
const connectionTo = (base_url: string) => ({ settings: { base_url }, credentials });
const at = { base_url: 'http://127.0.0.1:1' };
const person = { given_name: 'Canary-Erika', family_name: 'Canary-Mustermann', birth_date: '1964-08-12' };
const session = '328c6766-934e-11ed-bb9b-025ad99a18e7';
const ours = '01939c5e-7a00-7000-8000-000000000001';
const hints = [{ reference: session, ourReference: ours }];

function begun(name: string, change: Partial<ContractCase> = {}): ContractCase {
  return {
    ...{ name, verificationType: 'identity', checkType: 'document_selfie', input: person },
    ...{ outcome: 'pending', reason: 'awaiting_customer', redirects: true },
    privateValues: Object.values(person),
    // What iDenfy has erased it tells no more; what was decided before stays with us.
    endedByErasure: { outcome: 'pending', reason: 'provider_response_unrecognised' },
    ...change,
  };
}

function news(overall: string, members: JsonObject = {}): string {
  const data = { docFirstName: 'ZOË', docNumber: 'CANARY01X00T47' };
  const status = { overall, fraudTags: [], mismatchTags: [], autoDocument: 'DOC_VALIDATED', autoFace: 'FACE_MATCH' };
  return JSON.stringify({ final: true, platform: 'PC', status, data, scanRef: session, clientId: ours, ...members });
}

describeAdapterContract({
  adapter: IdenfyAdapter,
  cases: [
    begun('a session'),
    begun('a session of a document alone', { checkType: 'document' }),
    begun('a session of nobody in particular', { input: {}, privateValues: [] }),
  ],
  network: {
    start: async () => {
      const { api_key: key, api_secret: secret } = credentials;
      const vendor = await startIdenfyVendor({ key, secret, erasesOpen: true });
      return {
        connection: connectionTo(vendor.url),
        close: () => vendor.close(),
        billed: (id) => vendor.billed(id),
        requests: vendor.requests,
      };
    },
    connectionTo,
    incomplete: [
      ['anything', { settings: {}, credentials: {} }],
      ['a key', { settings: at, credentials: { api_secret: 'secret' } }],
      ['a secret', { settings: at, credentials: { api_key: 'key' } }],
      ['a key without a colon', { settings: at, credentials: { ...credentials, api_key: 'a:b' } }],
      ['a key in one line', { settings: at, credentials: { ...credentials, api_key: 'k\r\nx: y' } }],
      ['a page that is one', { settings: { ...at, success_url: 'shop.example' }, credentials }],
    ],
    probes: [
      {
        asked: ['GET /kyc/identifications/?clientId=connection-test&perPage=5'],
        wrong: { ...credentials, api_secret: 'another' },
      },
    ],
    reference: session,
  },
  callbacks: {
    sign: (body, secret) => signed(body, secret),
    signatureHeaders: ['idenfy-signature'],
    toleranceMs: null,
    examples: [
      { name: 'an approval', body: news('APPROVED'), hints },
      { name: 'a denial', body: news('DENIED'), hints },
      { name: 'a result that is not the last', body: news('SUSPECTED', { final: false }), hints },
      { name: 'a session that has run out', body: news('EXPIRED', { data: {} }), hints },
      { name: 'a status that came later than we know', body: news('PAUSED'), hints },
      {
        name: 'a session without our reference',
        body: news('APPROVED', { clientId: null }),
        hints: [{ reference: session }],
      },
      { name: 'nothing in a session of somebody else', body: news('APPROVED', { clientId: 'customer-7' }), hints: [] },
      {
        name: 'nothing in a document that will run out',
        body: JSON.stringify({
          ...{ scanRef: session, clientId: ours, documentExpiration: '2026-12-01' },
          expirationThreshold: 'DOCUMENT_EXPIRES_WITHIN_7_DAYS',
        }),
        hints: [],
      },
      {
        name: 'a body that is not written as we would',
        body: news('APPROVED').replace('"status"', '\r\n "st\\u0061tus" '),
        hints,
      },
    ],
  },
});
