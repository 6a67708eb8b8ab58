import { answering, type Script } from '../../../test/support/scripted-vendor.js';
import type { SessionEntry } from '../../../test/vendors/complycube/complycube.records.js';
import {
  ComplyCubeBench,
  TEMPLATE as template,
  OTHER as other,
} from '../../../test/vendors/complycube/complycube.bench.js';
import type { ComplyCubeVendor } from '../../../test/vendors/complycube/complycube.vendor.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { CallbackHint } from '../provider-adapter.js';

const bench = new ComplyCubeBench();
const { adapter, checkOf, callOf, started } = bench;
let vendor: ComplyCubeVendor;

beforeEach(async () => {
  vendor = await bench.open();
});
afterEach(() => vendor.close());

const sent = (): string[] =>
  vendor.requests.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{24}/, ':id')}`);
const UNKNOWN = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } } as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch' } as const;
const reset: Script = (response) => response.socket?.resetAndDestroy();

describe('a reading', () => {
  it('of another check’s client is none of ours, approved or not', async () => {
    const [one, two] = [await started({ checkType: 'document' }), await started({ checkType: 'document' })];
    vendor.check(one.reference, [{ type: 'document_check' }]);
    expect(await adapter.fetch({ ...two, reference: one.reference }, callOf())).toMatchObject(MISMATCH);
    vendor.show(two.reference, { id: one.reference });
    expect(await adapter.fetch(two, callOf())).toMatchObject(MISMATCH);
    vendor.show(two.reference, { externalId: one.verificationId });
    expect(await adapter.fetch(two, callOf())).toMatchObject(MISMATCH);
  });

  it('of a client that is gone says nothing about the person', async () => {
    const check = await started();
    vendor.check(check.reference, [{ type: 'document_check', outcome: 'rejected' }]);
    await adapter.redact(check, callOf());
    expect(await adapter.fetch(check, callOf())).toMatchObject(UNKNOWN);
  });

  it.each<[string, Script, Partial<Observation>]>([
    ['429', answering(429, {}, { 'retry-after': '7' }), { retry: { class: 'throttle', afterMs: 7_000 } }],
    ['503', answering(503), { reason: 'provider_unavailable' }],
    ['a page', answering(200, '<html>'), UNKNOWN],
    ['half an answer', answering(200, '{"items":[{"id":'), UNKNOWN],
    ['404 of somebody else', answering(404), { reason: 'provider_endpoint_gone', retry: { class: 'operator' } }],
  ])('whose second question is answered with %s decides nothing', async (_name, script, expected) => {
    const check = await started({ checkType: 'document' });
    vendor.check(check.reference, [{ type: 'document_check' }]);
    vendor.misbehave(answering(200, { id: check.reference, externalId: check.verificationId }));
    vendor.misbehave(script);
    expect(await adapter.fetch(check, callOf())).toMatchObject({ outcome: 'pending', ...expected });
  });
});

describe('a customer action', () => {
  it('is a new page, also without the input and after a check that has to be repeated', async () => {
    const check = await started();
    vendor.check(check.reference, [{ type: 'document_check', outcome: 'not_processed' }]);
    const action = await adapter.customerAction({ ...check, input: {} }, callOf());
    expect(action).toMatchObject({ url: `https://flow.complycube.com/s/${check.reference}-2` });
  });

  it.each(['pending', 'complete'])('is none while a check is %s', async (status) => {
    const check = await started({ checkType: 'document' });
    vendor.check(check.reference, [{ type: 'document_check', status }]);
    expect(await adapter.customerAction(check, callOf())).toBeNull();
  });

  it('is none while nobody knows of a client', async () => {
    expect(await adapter.customerAction(checkOf(), callOf())).toBeNull();
    expect(vendor.requests).toEqual([]);
  });

  it('can’t be told of an outcome that is not known', async () => {
    const check = await started({ checkType: 'document' });
    vendor.check(check.reference, [{ type: 'document_check', outcome: 'odd' }]);
    await expect(adapter.customerAction(check, callOf())).rejects.toMatchObject({
      reason: 'provider_response_unrecognised',
    });
  });
});

describe('an erasure', () => {
  it('deletes the client, and once more does nothing', async () => {
    const check = await started();
    expect([await adapter.redact(check, callOf()), await adapter.redact(check, callOf())]).toEqual(['done', 'done']);
    expect(vendor.clients()).toBe(0);
  });

  it('of somebody else’s client is refused', async () => {
    const check = await started();
    const asked = adapter.redact({ ...checkOf(), reference: check.reference }, callOf());
    await expect(asked).rejects.toMatchObject({ reason: 'provider_response_mismatch' });
    expect(vendor.clients()).toBe(1);
  });

  it.each<[string, Script]>([
    ['a page', answering(200, '<html>')],
    ['a mere promise', answering(202)],
  ])('that is answered with %s is not believed', async (_name, script) => {
    const check = await started();
    vendor.misbehave(answering(200, { id: check.reference, externalId: check.verificationId }));
    vendor.misbehave(script);
    await expect(adapter.redact(check, callOf())).rejects.toMatchObject({ reason: 'provider_response_unrecognised' });
  });
});

describe('an end that we want', () => {
  it('cancels the sessions of a workflow that are begun', async () => {
    const check = await started({ checkType: 'workflow' }, { workflow_template_id: template });
    vendor.run(check.reference, [{ status: 'complete', outcome: 'attention' }, { status: 'started' }]);
    await adapter.cancel(check, callOf({ workflow_template_id: template }));
    expect(sent().filter((request) => request.endsWith('/cancel'))).toEqual(['POST /v1/workflowSessions/:id/cancel']);
  });

  const workflow = { workflow_template_id: template };

  it.each<[string, SessionEntry]>([
    ['is over by then', { status: 'complete', outcome: 'clear' }],
    ['is processed by then', { status: 'processing' }],
    ['was cancelled by then', { status: 'cancelled' }],
  ])('resolves where a session %s', async (_name, entry) => {
    const check = await started({ checkType: 'workflow' }, workflow);
    vendor.run(check.reference, [entry]);
    await expect(adapter.cancel(check, callOf(workflow))).resolves.toBeUndefined();
    expect(sent().filter((request) => request.endsWith('/cancel'))).toEqual([]);
  });

  it.each([400, 404, 409, 422])(
    'resolves where a session ends between the look and the word, and %s says so',
    async (status) => {
      const check = await started({ checkType: 'workflow' }, workflow);
      vendor.run(check.reference, [{ id: other, status: 'started' }]);
      vendor.misbehave(answering(200, { id: check.reference, externalId: check.verificationId }));
      vendor.misbehave((response, request) => {
        const session = { id: other, clientId: check.reference, status: 'started', workflowTemplateId: template };
        vendor.run(check.reference, [{ id: other, status: 'processing' }]);
        answering(200, { totalItems: 1, items: [session] })(response, request);
      });
      vendor.misbehave(answering(status, { type: 'invalid_request' }));
      await expect(adapter.cancel(check, callOf(workflow))).resolves.toBeUndefined();
    },
  );

  it.each<[string, Script, Observation['reason']]>([
    ['503', answering(503), 'provider_unavailable'],
    ['429', answering(429), 'provider_throttled'],
    ['401', answering(401), 'provider_auth_failed'],
    ['422 although it goes on', answering(422, { type: 'invalid_request' }), 'provider_response_unrecognised'],
  ])('can’t be told where it is answered with %s', async (_name, script, reason) => {
    const check = await started({ checkType: 'workflow' }, workflow);
    vendor.run(check.reference, [{ id: other, status: 'started' }]);
    vendor.misbehave(answering(200, { id: check.reference, externalId: check.verificationId }));
    const session = { id: other, clientId: check.reference, status: 'started', workflowTemplateId: template };
    vendor.misbehave(answering(200, { totalItems: 1, items: [session] }));
    vendor.misbehave(script);
    await expect(adapter.cancel(check, callOf(workflow))).rejects.toMatchObject({ reason });
  });

  it('can’t be told of somebody else’s client, or where the look fails', async () => {
    const check = await started({ checkType: 'workflow' }, workflow);
    const another = checkOf({ checkType: 'workflow', reference: check.reference });
    const mismatch = { reason: 'provider_response_mismatch' };
    await expect(adapter.cancel(another, callOf(workflow))).rejects.toMatchObject(mismatch);
    vendor.misbehave(answering(503));
    await expect(adapter.cancel(check, callOf(workflow))).rejects.toMatchObject({ reason: 'provider_unavailable' });
  });

  it('has nothing to end where the client is gone', async () => {
    const check = await started({ checkType: 'workflow' }, { workflow_template_id: template });
    await adapter.redact(check, callOf());
    await adapter.cancel(check, callOf());
    expect(sent().at(-1)).toBe('GET /v1/clients/:id');
  });

  it('has no way to end a page where checks alone were asked for', async () => {
    const check = await started();
    const before = vendor.requests.length;
    expect(await adapter.cancel(check, callOf())).toBe('left_open');
    expect(vendor.requests.length).toBe(before);
  });
});

describe('a callback', () => {
  const id = '5eb2b61e02df0a0008f1cf2a';
  const read = (payload: JsonObject): Promise<CallbackHint[]> =>
    adapter.readCallback(vendor.event('check.completed.clear', { id, ...payload }, 'second'), callOf().connection);

  it('of a check whose client is not told asks for it, and waits to be sent again where nobody answers', async () => {
    const check = await started({ checkType: 'document' });
    vendor.check(check.reference, [{ id, type: 'document_check' }]);
    const hint = { reference: check.reference, ourReference: check.verificationId };
    expect(await read({})).toMatchObject([hint]);
    vendor.misbehave(answering(503));
    await expect(read({})).rejects.toMatchObject({ reason: 'provider_unavailable' });
    vendor.misbehave(answering(200, { id: other, clientId: other }));
    await expect(read({})).rejects.toMatchObject({ reason: 'provider_response_mismatch' });
  });

  it('of a client that can’t be looked up is told without our id, of one that is not ours not at all', async () => {
    const check = await started();
    const clientId = check.reference;
    vendor.misbehave(answering(503));
    const eventId = expect.stringMatching(/^[0-9a-f]{24}$/) as unknown;
    expect(await read({ clientId })).toEqual([{ eventId, reference: clientId }]);
    vendor.misbehave(reset);
    expect(await read({ clientId })).toHaveLength(1);
    for (const shown of [
      { externalId: 'customer-7', metadata: {} },
      { externalId: null, metadata: null },
    ]) {
      vendor.show(clientId, shown);
      expect(await read({ clientId })).toEqual([]);
    }
  });
});
