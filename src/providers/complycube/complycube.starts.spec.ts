import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import {
  ComplyCubeBench,
  PERSON as person,
  TEMPLATE as template,
  OTHER as other,
} from '../../../test/vendors/complycube/complycube.bench.js';
import type { ComplyCubeVendor } from '../../../test/vendors/complycube/complycube.vendor.js';
import { addMilliseconds } from '../../platform/clock.js';
import { FetchHttp, HttpFault } from '../../platform/http.js';
import { ComplyCubeAdapter } from './complycube.adapter.js';
import type { Observation } from '../observation.js';

const bench = new ComplyCubeBench();
const { clock, adapter, checkOf, callOf, started } = bench;
const sentPages = { successUrl: 'https://shop.example/done', cancelUrl: 'https://shop.example/back' };
let vendor: ComplyCubeVendor;

beforeEach(async () => {
  vendor = await bench.open();
});
afterEach(() => vendor.close());

const UNKNOWN = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } } as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch' } as const;
const reset: Script = (response) => response.socket?.resetAndDestroy();

describe('a start', () => {
  it('makes a client with our id in both places, then a page for the checks', async () => {
    const check = checkOf({ input: { ...person, birth_date: '1964-08-12', nationality: 'DE', language: 'de' } });
    const { reference, customerAction, answer } = await adapter.start(check, callOf());
    expect(vendor.requests.map(({ json }) => json)).toEqual([
      {
        ...{ type: 'person', email: 'erika@example.com', externalId: check.verificationId },
        personDetails: { firstName: 'Erika', lastName: 'Mustermann', dob: '1964-08-12', nationality: 'DE' },
        metadata: { verification_id: check.verificationId },
      },
      { clientId: reference, ...sentPages, checkTypes: ['document_check', 'identity_check'], language: 'de' },
    ]);
    const expiresAt = addMilliseconds(clock.now(), 14 * 86_400_000);
    const url = `https://flow.complycube.com/s/${reference ?? ''}-1`;
    expect(customerAction).toEqual({ type: 'redirect', url, expiresAt });
    expect(JSON.stringify(answer)).not.toContain('flow.complycube.com');
  });

  it('of a workflow keeps its template with the client, whatever is set up later', async () => {
    const check = await started({ checkType: 'workflow' }, { workflow_template_id: template });
    expect(vendor.requests[0]?.json).toMatchObject({ metadata: { workflow_template_id: template } });
    expect(vendor.requests[1]?.json).toEqual({
      ...{ clientId: check.reference, ...sentPages, workflowTemplateId: template },
    });
    await adapter.customerAction(check, callOf({ workflow_template_id: other }));
    expect(vendor.requests.at(-1)?.json).toMatchObject({ workflowTemplateId: template });
    vendor.run(check.reference, [{ status: 'complete', outcome: 'clear', workflowTemplateId: other }]);
    expect(await adapter.fetch(check, callOf({ workflow_template_id: other }))).toMatchObject({ outcome: 'pending' });
  });

  it('of a workflow without a template sends nothing', async () => {
    expect(await adapter.start(checkOf({ checkType: 'workflow' }), callOf())).toMatchObject({
      ...{ outcome: 'pending', reason: 'provider_not_configured', retry: { class: 'operator' } },
    });
    expect(vendor.requests).toEqual([]);
  });

  it.each<[string, Script, Partial<Observation>]>([
    ['400', answering(400, { type: 'invalid_client' }), { retry: { class: 'operator' } }],
    ['401', answering(401), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    ['402', answering(402), { reason: 'provider_quota_exhausted', retry: { class: 'quota' } }],
    ['403', answering(403), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    [
      '429',
      answering(429, {}, { 'retry-after': '30' }),
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 30_000 } },
    ],
    ['500', answering(500), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['a page', answering(201, '<html>'), UNKNOWN],
    ['half an answer', answering(201, '{"id":"5eb1276d96be4a000'), UNKNOWN],
    ['somebody else', answering(201, { id: other, externalId: 'customer-7' }), MISMATCH],
    ['nobody', answering(201, { id: other }), MISMATCH],
    ['two of us', answering(201, { id: other, externalId: 'a', metadata: { verification_id: 'b' } }), MISMATCH],
  ])('whose client is answered with %s', async (_name, script, expected) => {
    vendor.misbehave(script);
    const observation = await adapter.start(checkOf(), callOf());
    expect(observation).toMatchObject({ outcome: 'pending', ...expected });
    expect(observation.reference).toBeUndefined();
    expect(vendor.requests.length).toBe(1);
  });

  it.each<[string, Script, Observation['reason']]>([
    ['429', answering(429), 'provider_throttled'],
    ['503', answering(503), 'provider_unavailable'],
    ['a page', answering(201, '<html>'), 'provider_response_unrecognised'],
    ['an address of no page', answering(201, { redirectUrl: 'javascript:alert(1)' }), 'provider_response_unrecognised'],
    ['a reset', reset, 'network_error'],
  ])('whose page is answered with %s keeps its client, and the page is had later', async (_name, script, reason) => {
    const check = checkOf();
    const made = { id: other, externalId: check.verificationId };
    vendor.misbehave(answering(201, made));
    vendor.misbehave(script);
    expect(await adapter.start(check, callOf())).toMatchObject({ outcome: 'pending', reason, reference: other });
  });
});

describe('a start that ended between the client and the page', () => {
  const wholly = new FetchHttp();
  const pageless = new ComplyCubeAdapter({
    clock,
    http: {
      send: (request) =>
        request.url.endsWith('/flow/sessions') ? Promise.reject(new HttpFault('network')) : wholly.send(request),
    },
  });

  it('makes no second client: the first is found, and gets its page when one is asked for', async () => {
    const check = checkOf();
    const cut = await pageless.start(check, callOf());
    expect(cut).toMatchObject({ outcome: 'pending', reason: 'network_error', retry: { class: 'timeout' } });
    const found = await adapter.findByOurReference(check, callOf());
    expect(found).toMatchObject({ outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' });
    const known = { ...check, reference: found?.reference ?? null };
    expect(known.reference).toBe(cut.reference);
    expect(await adapter.fetch(known, callOf())).toMatchObject({ outcome: 'pending', reason: 'awaiting_customer' });
    expect(await adapter.customerAction(known, callOf())).toMatchObject({
      url: `https://flow.complycube.com/s/${known.reference ?? ''}-1`,
    });
    expect(vendor.billed(check.verificationId)).toBe(1);
  });
});

describe('a start of which nobody knows whether it arrived', () => {
  it('is found by our id', async () => {
    const check = await started();
    const found = await adapter.findByOurReference({ ...check, reference: null }, callOf());
    expect(found).toMatchObject({ reference: check.reference, reason: 'awaiting_customer' });
    expect(found?.customerAction).toBeUndefined();
    const search = vendor.requests[2]?.query.get('metadata.verification_id');
    expect(search).toBe(check.verificationId);
  });

  it('is found with what came of it meanwhile', async () => {
    const check = await started({ checkType: 'document' });
    vendor.check(check.reference, [{ type: 'document_check' }]);
    expect(await adapter.findByOurReference({ ...check, reference: null }, callOf())).toMatchObject({
      ...{ outcome: 'verified', reference: check.reference },
    });
  });

  it.each<[string, Script, Observation['reason']]>([
    ['somebody else alone', answering(200, { items: [{ id: other, externalId: 'x' }] }), 'provider_response_mismatch'],
    [
      'everybody',
      answering(200, { totalItems: 5_000, items: [{ id: other, externalId: 'x' }] }),
      'provider_response_unrecognised',
    ],
    ['no list', answering(200, {}), 'provider_response_unrecognised'],
    ['an outage', answering(503), 'provider_unavailable'],
  ])('is not taken for one that never came where %s is found', async (_name, script, reason) => {
    vendor.misbehave(script);
    await expect(adapter.findByOurReference(checkOf(), callOf())).rejects.toMatchObject({ reason });
  });

  it('is not found where it never came', async () => {
    expect(await adapter.findByOurReference(checkOf(), callOf())).toBeNull();
  });
});

describe('a limit', () => {
  it.each([
    ['sandbox', 5],
    ['live', 10],
  ])('of the %s environment leaves room for three requests a question', (environment, most) => {
    const { calls, perMs } = adapter.limitOf(checkOf(), { settings: { environment }, credentials: {} });
    expect((calls / perMs) * 1000 * 3).toBeLessThan(most);
  });
});
