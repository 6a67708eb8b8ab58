import { createHmac } from 'node:crypto';
import { describeAdapterContract, type ContractCase } from '../../../test/support/adapter-contract.js';
import type { OnfidoEntry } from '../../../test/vendors/onfido/onfido.run.js';
import { startOnfidoVendor } from '../../../test/vendors/onfido/onfido.vendor.js';
import { OnfidoAdapter } from './onfido.adapter.js';

const token = 'api_sandbox.canary';
const workflow = '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d4e';
const run = '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10';
const ours = '01939c5e-7a00-7000-8000-000000000001';
const workflows = { document: workflow, document_selfie: workflow, workflow };
const settingsOf = (base_url: string) => ({ environment: 'sandbox', base_url, workflows });
const connectionTo = (url: string) => ({ settings: settingsOf(url), credentials: { api_token: token } });
const at = 'http://127.0.0.1:1';

/** How runs go, by the first name of whom they are about. */
const PLAYED: Readonly<Record<string, OnfidoEntry>> = {
  'Canary-Processed': { status: 'processing' },
  'Canary-Reviewed': { status: 'review' },
  'Canary-Approved': { status: 'approved' },
  'Canary-Declined': { status: 'declined', reasons: ['suspected'] },
  'Canary-Abandoned': { status: 'abandoned' },
};

function played(given_name: string, expected: Pick<ContractCase, 'outcome' | 'reason'>): ContractCase {
  const input = {
    given_name,
    family_name: 'Canary-Mustermann',
    birth_date: '1964-08-12',
    email_address: 'canary-erika@example.com',
    country_of_residence: 'USA',
    privacy_notices_read: true,
  };
  return {
    name: given_name,
    verificationType: 'identity',
    checkType: 'document_selfie',
    input,
    privateValues: [given_name, 'Canary-Mustermann', '1964-08-12', 'canary-erika', 'CANARY01X00T47'],
    ...expected,
  };
}

function event(resource_type: string, object: object, resource: object | null): string {
  return JSON.stringify({ payload: { resource_type, action: `${resource_type}.completed`, object, resource } });
}

const body = event('workflow_run', { id: run, status: 'approved' }, { customer_user_id: ours, tags: [ours] });

describeAdapterContract({
  adapter: OnfidoAdapter,
  cases: [
    { ...played('Canary-Erika', { outcome: 'pending', reason: 'awaiting_customer' }), redirects: true },
    played('Canary-Processed', { outcome: 'pending', reason: 'provider_processing' }),
    played('Canary-Reviewed', { outcome: 'pending', reason: 'manual_review' }),
    played('Canary-Approved', { outcome: 'verified', reason: 'identity_verified' }),
    played('Canary-Declined', { outcome: 'failed', reason: 'provider_rejected' }),
    played('Canary-Abandoned', { outcome: 'expired', reason: 'abandoned' }),
  ],
  network: {
    start: async (clock) => {
      const vendor = await startOnfidoVendor({ token, clock });
      for (const [name, entry] of Object.entries(PLAYED)) vendor.put(name, entry);
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
      ['a token', { settings: settingsOf(at), credentials: {} }],
      ['a token of the sandbox', { settings: settingsOf(at), credentials: { api_token: 'api_live.1' } }],
      ['a live token', { settings: { base_url: at, workflows }, credentials: { api_token: token } }],
      ['a token in one line', { settings: settingsOf(at), credentials: { api_token: 'api_sandbox.1\r\nx: y' } }],
      [
        'a workflow that can be one',
        { settings: { ...settingsOf(at), workflows: { document: 'mine' } }, credentials: { api_token: token } },
      ],
    ],
    reference: run,
    probes: [{ asked: ['GET /workflow_runs?tags=connection-test'], wrong: { api_token: 'api_sandbox.another' } }],
  },
  callbacks: {
    sign: (bytes, secret) => ({
      headers: { 'x-sha2-signature': createHmac('sha256', secret).update(bytes).digest('hex') },
      body: bytes,
    }),
    signatureHeaders: ['x-sha2-signature'],
    toleranceMs: null,
    examples: [
      { name: 'a run that is finished', body, hints: [{ reference: run, ourReference: ours }] },
      {
        name: 'a run of which nothing more is told',
        body: event('workflow_run', { id: run }, null),
        hints: [{ reference: run }],
      },
      {
        name: 'a run that somebody else made for references of their own',
        body: event('workflow_run', { id: run }, { customer_user_id: 'Canary-Erika' }),
        hints: [{ reference: run }],
      },
      {
        name: 'a task that is finished',
        body: event('workflow_task', { id: 'face_1' }, { workflow_run_id: run }),
        hints: [{ reference: run }],
      },
      { name: 'nothing in a task of no run', body: event('workflow_task', { id: 'face_1' }, {}), hints: [] },
      { name: 'nothing in a check', body: event('check', { id: run, status: 'complete' }, null), hints: [] },
      {
        name: 'a body that is not written as we would',
        body: body.replace('"payload"', '\r\n "paylo\\u0061d" '),
        hints: [{ reference: run, ourReference: ours }],
      },
    ],
  },
});
