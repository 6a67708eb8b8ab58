import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import type { OnfidoEntry } from '../../../test/vendors/onfido/onfido.run.js';
import { type OnfidoVendor, startOnfidoVendor } from '../../../test/vendors/onfido/onfido.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { OnfidoAdapter } from './onfido.adapter.js';

const token = 'api_live.key';
const workflow = '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d4e';
const clock = new ScriptedClock();
const adapter = new OnfidoAdapter({ clock, http: new FetchHttp() });
let vendor: OnfidoVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startOnfidoVendor({ token, clock });
});
afterAll(() => vendor.close());

function checkOf(): Check {
  checks += 1;
  return {
    verificationId: `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`,
    verificationType: 'identity',
    checkType: 'document',
    input: { given_name: 'Canary-Erika', family_name: 'Mustermann' },
    reference: null,
  };
}

function callOf(settings: JsonObject = {}): Call {
  const connection = {
    settings: { base_url: vendor.url, workflows: { document: workflow }, ...settings },
    credentials: { api_token: token },
  };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

/** A run that was made, and is `entry` from then on. */
async function made(entry: OnfidoEntry): Promise<Check & { readonly reference: string }> {
  const check = checkOf();
  const { reference = '' } = await adapter.start(check, callOf());
  vendor.decide(reference, entry);
  return { ...check, reference };
}

const WORKING = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' } as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch' } as const;
const declined = (...reasons: readonly string[]): OnfidoEntry => ({ status: 'declined', reasons });
const REASONS = { suspected: 'document_fraud', 'Face does not match': 'selfie_mismatch' } as const;

describe('a run', () => {
  it.each<[string, OnfidoEntry, Partial<Observation>]>([
    [
      'awaiting_input',
      { status: 'awaiting_input' },
      { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer', providerCode: 'awaiting_input' },
    ],
    ['awaiting_client_input', { status: 'awaiting_client_input' }, WORKING],
    ['processing', { status: 'processing' }, WORKING],
    ['review', { status: 'review' }, { outcome: 'pending', reason: 'manual_review', awaiting: 'review' }],
    ['approved', { status: 'approved' }, { outcome: 'verified', reason: 'identity_verified' }],
    ['declined', declined(), { outcome: 'failed', reason: 'provider_rejected', providerCode: 'declined' }],
    [
      'declined for a label that is not set up',
      declined('too_blurry'),
      { outcome: 'failed', reason: 'provider_rejected', providerCode: 'too_blurry' },
    ],
    [
      'declined for a label that is set up',
      declined('suspected'),
      { outcome: 'failed', reason: 'document_fraud', providerCode: 'suspected' },
    ],
    [
      'declined for several labels, the second of which is set up',
      declined('too_blurry', 'suspected'),
      { outcome: 'failed', reason: 'document_fraud', providerCode: 'too_blurry' },
    ],
    [
      'declined for a label of several words',
      declined('Face does not match'),
      { outcome: 'failed', reason: 'selfie_mismatch', providerCode: 'declined' },
    ],
    [
      'declined for a label that objects have',
      declined('constructor'),
      { outcome: 'failed', reason: 'provider_rejected' },
    ],
    ['abandoned', { status: 'abandoned' }, { outcome: 'expired', reason: 'abandoned', providerCode: 'abandoned' }],
    ['error', { status: 'error' }, { outcome: 'expired', reason: 'cancelled', providerCode: 'error' }],
    [
      'error of a kind',
      { status: 'error', error: 'applicant_data' },
      { outcome: 'expired', reason: 'cancelled', providerCode: 'applicant_data' },
    ],
    [
      'of an unknown status',
      { status: 'paused' },
      { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } },
    ],
    ['with another id', { status: 'approved', shown: { id: '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10' } }, MISMATCH],
    ['without our reference', { status: 'approved', shown: { tags: null, customer_user_id: null } }, MISMATCH],
    ['of another reference', { status: 'approved', shown: { tags: ['other'], customer_user_id: 'other' } }, MISMATCH],
    [
      'with our reference among its tags alone',
      { status: 'approved', shown: { customer_user_id: null } },
      { outcome: 'verified', reason: 'identity_verified' },
    ],
  ])('%s', async (_name, entry, expected) => {
    expect(await adapter.fetch(await made(entry), callOf({ reasons: REASONS }))).toMatchObject(expected);
  });
});

describe('an observation', () => {
  it('has the time of the run, shows its workflow and labels alone, and keeps the rest as evidence but what opens it', async () => {
    const check = await made({
      status: 'declined',
      reasons: ['suspected', 'Words about Canary-Erika'],
      updatedAt: '2026-11-22T11:00:00+01:00',
    });
    const { providerTime, payload, answer, reference } = await adapter.fetch(check, callOf());
    expect(providerTime).toBe('2026-11-22T10:00:00.000000Z');
    expect(reference).toBe(check.reference);
    expect(payload).toEqual({ status: 'declined', workflow, workflow_version: 11, reasons: ['suspected'] });
    expect(answer).toMatchObject({ output: { first_name: 'Canary-Erika' } });
    expect(JSON.stringify(answer)).not.toMatch(/onfido\.app|sdk_[0-9a-f]|dashboard\.onfido/);
  });

  it('of a pass that is taken back is a later one', async () => {
    const check = await made({ status: 'approved', updatedAt: '2026-11-22T10:00:00Z' });
    const passed = await adapter.fetch(check, callOf());
    vendor.decide(check.reference, { status: 'declined', updatedAt: '2026-11-23T10:00:00Z' });
    const failed = await adapter.fetch(check, callOf());
    expect([passed.outcome, failed.outcome]).toEqual(['verified', 'failed']);
    expect((failed.providerTime ?? '') > (passed.providerTime ?? '')).toBe(true);
  });

  it('without a time of the run has none of the provider', async () => {
    const check = await made({ status: 'approved', shown: { updated_at: 'yesterday' } });
    const observation = await adapter.fetch(check, callOf());
    expect([observation.outcome, observation.providerTime]).toEqual(['verified', undefined]);
  });
});

const FAULTS: readonly (readonly [string, Script, Partial<Observation>])[] = [
  ['401', answering(401), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
  ['403', answering(403), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
  ['422', answering(422), { reason: 'provider_response_unrecognised', retry: { class: 'operator' } }],
  [
    '429',
    answering(429, {}, { 'retry-after': '30' }),
    { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 30_000 } },
  ],
  ['503', answering(503), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
  ['a page', answering(201, '<html>'), { reason: 'provider_response_unrecognised', retry: { class: 'outage' } }],
  [
    'a reset',
    (response) => response.socket?.resetAndDestroy(),
    { reason: 'network_error', retry: { class: 'timeout' } },
  ],
];

describe('a fault of the person’s request', () => {
  it.each(FAULTS)('%s began no run', async (_name, script, { reason = null, retry = { class: 'outage' } }) => {
    vendor.misbehave(script);
    const observation = await adapter.start(checkOf(), callOf());
    expect(observation).toMatchObject({ outcome: 'pending', reason, retry: { ...retry, unsent: true } });
  });

  it('is one where the person is of the other environment', async () => {
    vendor.misbehave(answering(201, { id: workflow, sandbox: true }));
    expect(await adapter.start(checkOf(), callOf())).toMatchObject({ ...MISMATCH, retry: { unsent: true } });
  });
});

describe('a fault of another request', () => {
  it.each(FAULTS.slice(0, 6))('%s says nothing about the subject', async (_name, script, expected) => {
    const check = await made({ status: 'approved' });
    vendor.misbehave(script);
    expect(await adapter.fetch(check, callOf())).toMatchObject({ outcome: 'pending', ...expected });
  });

  it.each([404, 410])('%d of a run that there was says nothing about the subject', async (status) => {
    const check = await made({ status: 'approved' });
    vendor.misbehave(answering(status));
    expect(await adapter.fetch(check, callOf())).toMatchObject({
      outcome: 'pending',
      reason: 'provider_response_unrecognised',
      retry: { class: 'outage' },
    });
  });
});
