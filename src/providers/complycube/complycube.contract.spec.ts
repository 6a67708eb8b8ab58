import { describeAdapterContract, type ContractCase } from '../../../test/support/adapter-contract.js';
import { eventOf, signed, startComplyCubeVendor } from '../../../test/vendors/complycube/complycube.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { ComplyCubeAdapter } from './complycube.adapter.js';

const key = 'test_canary-8c1d';
const pages = { success_url: 'https://shop.example/done', cancel_url: 'https://shop.example/back' };
const settingsOf = (base_url: string) => ({
  ...{ environment: 'sandbox', base_url, ...pages },
  workflow_template_id: '68566be2a37a78622f4f7be3',
});
const connectionTo = (url: string) => ({ settings: settingsOf(url), credentials: { api_key: key } });
const at = settingsOf('http://127.0.0.1:1');
const input = {
  ...{ given_name: 'Canary-Erika', family_name: 'Canary-Mustermann', email_address: 'canary-erika@example.com' },
  ...{ birth_date: '1964-08-12', nationality: 'DE', language: 'de' },
};
const client = '5eb1276d96be4a0008713af5';
const check = '5eb2b61e02df0a0008f1cf2a';
const session = '6890d6a9513d1b0002559aa4';
const eventId = '5ec5339fbcb4c0000786dcee';

function begun(checkType: string): ContractCase {
  return {
    ...{ name: checkType, verificationType: 'identity', checkType, input },
    ...{ outcome: 'pending', reason: 'awaiting_customer', redirects: true },
    privateValues: ['Canary-Erika', 'Canary-Mustermann', '1964-08-12', 'canary-erika'],
    // Who is erased is told of no more; what was decided before stays with us.
    endedByErasure: { outcome: 'pending', reason: 'provider_response_unrecognised' },
  };
}

const event = (type: string, payload: JsonObject): string => JSON.stringify(eventOf(type, payload));
const named = event('check.completed.clear', { id: check, clientId: client, status: 'complete', outcome: 'clear' });

const ours = '01939c5e-7a00-7000-8000-0000000000ff';
const foreign = '5eb0ff00000000000000aaaa';
const hints = [{ eventId, reference: client, ourReference: ours }];

describeAdapterContract({
  adapter: ComplyCubeAdapter,
  cases: ['document_selfie', 'document', 'document_selfie_screening', 'address', 'workflow'].map(begun),
  network: {
    start: async (clock) => {
      const vendor = await startComplyCubeVendor({ key, clock, firstId: client });
      const connection = connectionTo(vendor.url);
      const adapter = new ComplyCubeAdapter({ clock, http: new FetchHttp() });
      const kind = { verificationType: 'identity', checkType: 'document', reference: null };
      const call = { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
      await adapter.start({ verificationId: ours, ...kind, input }, call);
      vendor.check(client, [{ id: check, type: 'document_check' }]);
      vendor.run(client, [
        { id: session, status: 'complete', outcome: 'clear', workflowTemplateId: at.workflow_template_id },
      ]);
      return {
        connection,
        close: () => vendor.close(),
        billed: (id) => vendor.billed(id),
        holdsOpen: (id) => vendor.holdsOpen(id),
        begin: (id) => {
          vendor.run(id, [{ status: 'started' }]);
        },
        over: (id) => {
          vendor.run(id, [{ status: 'complete', outcome: 'clear' }]);
        },
        requests: vendor.requests,
      };
    },
    connectionTo,
    incomplete: [
      ['anything', { settings: {}, credentials: {} }],
      ['a key', { settings: at, credentials: {} }],
      ['a key of the sandbox', { settings: at, credentials: { api_key: 'live_1' } }],
      ['a live key', { settings: { ...at, environment: 'live' }, credentials: { api_key: key } }],
      ['a key in one line', { settings: at, credentials: { api_key: 'test_1\r\nx: y' } }],
      ['pages to go back to', { settings: { environment: 'sandbox' }, credentials: { api_key: key } }],
      [
        'a template that can be one',
        { settings: { ...at, workflow_template_id: 'mine' }, credentials: { api_key: key } },
      ],
    ],
    probes: [
      {
        asked: ['GET /clients?metadata.verification_id=connection-test&pageSize=10'],
        wrong: { api_key: 'test_another' },
      },
    ],
    reference: client,
    cancel: {
      open: 'workflow',
      leftOpen: ['document_selfie', 'document', 'document_selfie_screening', 'address'],
      unknown: foreign,
    },
  },
  callbacks: {
    sign: (body, secret) => signed(body, secret),
    signatureHeaders: ['complycube-signature'],
    toleranceMs: null,
    examples: [
      { name: 'a check that names its client', body: named, hints },
      {
        name: 'a check that does not',
        body: event('check.completed', { id: check, status: 'complete', outcome: 'clear' }),
        hints,
      },
      {
        name: 'a session of a workflow that does not',
        body: event('workflowSession.completed', { id: session, status: 'complete' }),
        hints,
      },
      {
        name: 'a check that monitoring looked at again',
        body: event('check.monitoring.attention', { id: check, clientId: client }),
        hints,
      },
      {
        name: 'nothing in a check of a client that is gone',
        body: event('check.completed', { id: check, clientId: foreign }),
        hints: [],
      },
      { name: 'nothing in a check that is gone', body: event('check.updated', { id: session }), hints: [] },
      { name: 'nothing in a client', body: event('client.created', { id: client }), hints: [] },
      { name: 'nothing in a document', body: event('document.updated.image_uploaded', { id: check }), hints: [] },
      {
        name: 'a body that is not written as we would',
        body: named.replace('"payload"', '\r\n "paylo\\u0061d" '),
        hints,
      },
    ],
  },
});
