import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, HOSTILE_ANSWERS, type Script } from '../../../test/support/scripted-vendor.js';
import { type JumioVendor, startJumioVendor, USER_AGENT } from '../../../test/vendors/jumio/jumio.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { observationOfFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { JumioAdapter } from './jumio.adapter.js';

const verificationId = '01939c5e-7a00-7000-8000-000000000001';
let clock: ScriptedClock;
let adapter: JumioAdapter;
let vendor: JumioVendor;

beforeEach(async () => {
  clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
  adapter = new JumioAdapter({ clock, http: new FetchHttp() });
  vendor = await startJumioVendor(clock);
});
afterEach(() => vendor.close());

function checkOf(change: Partial<Check> = {}): Check {
  const kind = { verificationType: 'identity', checkType: 'document_selfie' };
  return { verificationId, ...kind, input: {}, reference: null, ...change };
}

function callOf(settings: JsonObject = {}, change: Partial<Call> & { readonly secret?: string } = {}): Call {
  const { secret = vendor.credentials.client_secret, ...rest } = change;
  const connection = {
    settings: { base_url: vendor.url, user_agent: USER_AGENT, ...settings },
    credentials: { ...vendor.credentials, client_secret: secret },
  };
  return { connection, idempotencyKey: verificationId, signal: AbortSignal.timeout(5_000), ...rest };
}

const known = (asked: Promise<Observation>): Promise<Observation> =>
  asked.catch((error: unknown) => observationOfFault(error, clock.now()));
const start = (call = callOf(), by = adapter): Promise<Observation> => known(by.start(checkOf(), call));

const BEGUN = { outcome: 'pending', reason: 'awaiting_customer' } as const;

describe('a start', () => {
  it.each<[string, Partial<Check>, JsonObject, JsonObject]>([
    ['by the vendor’s own workflow', {}, {}, { workflowDefinition: { key: 3 }, tokenLifetime: '30m' }],
    [
      'of a document alone, by one of the account',
      { checkType: 'document' },
      { workflows: { document: '10011' }, link_minutes: 1_440 },
      { workflowDefinition: { key: 10_011 }, tokenLifetime: '1440m' },
    ],
    [
      'of one kind of document, on a page in a language',
      { input: { issuing_country: 'DEU', document_type: 'PASSPORT', language: 'de' } },
      { locale: 'en', success_url: 'https://shop.example/done', error_url: 'https://shop.example/again' },
      {
        workflowDefinition: {
          key: 3,
          credentials: [{ category: 'ID', country: { values: ['DEU'] }, type: { values: ['PASSPORT'] } }],
        },
        tokenLifetime: '30m',
        web: { successUrl: 'https://shop.example/done', errorUrl: 'https://shop.example/again', locale: 'de' },
      },
    ],
  ])('%s sends our id alone of whom it is about', async (_name, change, settings, expected) => {
    expect(await adapter.start(checkOf(change), callOf(settings))).toMatchObject(BEGUN);
    const { json, headers } = vendor.requests.at(-1) ?? {};
    expect(json).toEqual({ customerInternalReference: verificationId, userReference: verificationId, ...expected });
    expect(headers?.['user-agent']).toBe(USER_AGENT);
  });

  it('gives the page for as long as it can be opened, and keeps no part of it', async () => {
    const { customerAction, answer, reference = '' } = await start(callOf({ link_minutes: 60 }));
    expect(customerAction).toEqual({
      type: 'redirect',
      url: expect.stringMatching(/^https:\/\/.*authorizationToken=canary-jwt/) as string,
      expiresAt: '2026-01-31T09:00:00.000000Z',
    });
    const [account, execution] = reference.split('/');
    expect(answer).toEqual({
      timestamp: '2026-01-31T08:00:00.000Z',
      account: { id: account },
      workflowExecution: { id: execution },
    });
  });

  it('without a workflow of its kind needs an operator, and asks nobody', async () => {
    const observation = await start(callOf({ workflows: { document_selfie: null } }));
    expect(observation).toMatchObject({ reason: 'provider_not_configured', retry: { class: 'operator' } });
    expect(vendor.requests).toEqual([]);
  });

  it.each<[string, Script, Partial<Observation>]>([
    ['400', answering(400, {}), { reason: 'provider_response_unrecognised', retry: { class: 'operator' } }],
    ['403', answering(403, {}), { reason: 'provider_auth_failed', retry: { class: 'operator' } }],
    ['404', answering(404, {}), { reason: 'provider_endpoint_gone', retry: { class: 'operator' } }],
    [
      '429',
      answering(429, {}, { 'retry-after': '8' }),
      { reason: 'provider_throttled', retry: { class: 'throttle', afterMs: 8_000 } },
    ],
    ['500', answering(500), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['a page', answering(200, '<html>'), { reason: 'provider_response_unrecognised' }],
    ['half a body', answering(200, '{"account":{"id'), { reason: 'provider_response_unrecognised' }],
    ['nothing to go to', answering(200, { account: {}, web: {} }), { reason: 'provider_response_unrecognised' }],
    [
      'a page without encryption',
      answering(200, {
        account: { id: verificationId },
        workflowExecution: { id: verificationId },
        web: { href: 'http://jumio.example' },
      }),
      { reason: 'provider_response_unrecognised' },
    ],
  ])('answered with %s is pending', async (_name, script, expected) => {
    await adapter.probe(callOf());
    vendor.misbehave(script);
    const observation = await start();
    expect(observation).toMatchObject({ outcome: 'pending', ...expected });
    expect(observation.customerAction).toBeUndefined();
  });

  it('gives a page without encryption on this machine, where Jumio is played', async () => {
    await adapter.probe(callOf());
    const [id, href] = [verificationId, 'http://127.0.0.1:4111/web'];
    vendor.misbehave(answering(200, { account: { id }, workflowExecution: { id }, web: { href } }));
    expect(await start()).toMatchObject({ ...BEGUN, customerAction: { url: href } });
  });
});

// The one 401 has a new token got, with which all is well.
it.each(HOSTILE_ANSWERS.filter(([name]) => name !== '401'))('behind a token, %s is a fault', async (_name, script) => {
  const { reference = '' } = await start();
  for (const ask of [() => start(), () => known(adapter.fetch(checkOf({ reference }), callOf()))]) {
    vendor.misbehave(script);
    const { outcome, retry, customerAction } = await ask();
    expect([outcome, retry !== undefined, customerAction]).toEqual(['pending', true, undefined]);
  }
});

describe('a token', () => {
  it('is used again until nine tenths of its life are over', async () => {
    await start();
    clock.advance(3_600 * 900 - 1);
    expect(await start()).toMatchObject(BEGUN);
    expect(vendor.counts()).toEqual({ tokens: 1, others: 2 });
    clock.advance(2);
    expect(await start()).toMatchObject(BEGUN);
    expect(vendor.counts()).toEqual({ tokens: 2, others: 3 });
  });

  it('is asked for once by all who need it first', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => start()));
    expect(new Set(all.map(({ reason }) => reason))).toEqual(new Set(['awaiting_customer']));
    expect(vendor.counts()).toEqual({ tokens: 1, others: 10 });
  });

  it('that was ended is got anew, and the start is made once', async () => {
    await start();
    vendor.revoke();
    expect(await start()).toMatchObject(BEGUN);
    expect(vendor.counts()).toEqual({ tokens: 2, others: 3 });
    expect(vendor.billed(verificationId)).toBe(2);
  });

  it('that is refused twice is a matter of the operator', async () => {
    await adapter.probe(callOf());
    vendor.misbehave(answering(401, {}));
    vendor.misbehave((response) => {
      vendor.misbehave(answering(401, {}));
      answering(200, { access_token: 'another', expires_in: 3_600 })(response, null as never);
    });
    expect(await start()).toMatchObject({ reason: 'provider_auth_failed', retry: { class: 'operator' } });
    expect(vendor.billed(verificationId)).toBe(0);
  });

  it('is not lent to whoever has the client but not the secret', async () => {
    await start();
    expect(await start(callOf({}, { secret: 'wrong' }))).toMatchObject({ reason: 'provider_auth_failed' });
    expect(vendor.counts()).toEqual({ tokens: 2, others: 1 });
  });

  it('belongs to one instance, and another one gives the same answer', async () => {
    await start();
    expect(await start(callOf(), new JumioAdapter({ clock, http: new FetchHttp() }))).toMatchObject(BEGUN);
    expect(vendor.counts()).toEqual({ tokens: 2, others: 2 });
  });

  it('is not lost to others by one who waits no longer', async () => {
    let answer: (() => void) | undefined;
    const arrived = new Promise<void>((resolve) => {
      vendor.misbehave((response) => {
        answer = () => answering(200, { access_token: 'late', expires_in: 3_600 })(response, null as never);
        resolve();
      });
    });
    const impatient = new AbortController();
    const first = start(callOf({}, { signal: impatient.signal }));
    await arrived;
    const second = start();
    impatient.abort();
    expect(await first).toMatchObject({ reason: 'provider_timeout', retry: { class: 'timeout' } });
    answer?.();
    // The late one is none of the vendor's, so it is refused and got anew.
    expect(await second).toMatchObject(BEGUN);
    expect(vendor.counts()).toEqual({ tokens: 2, others: 2 });
  });

  it.each<[string, Script, Partial<Observation>]>([
    ['a refusal', answering(400, { error: 'invalid_client' }), { reason: 'provider_auth_failed' }],
    ['an outage', answering(503), { reason: 'provider_unavailable', retry: { class: 'outage' } }],
    ['a throttle', answering(429), { reason: 'provider_throttled', retry: { class: 'throttle' } }],
    ['a page', answering(200, '<html>'), { reason: 'provider_response_unrecognised' }],
    ['no life', answering(200, { access_token: 'a', expires_in: 0 }), { reason: 'provider_response_unrecognised' }],
    [
      'two lines',
      answering(200, { access_token: 'a\r\nX-Evil: 1', expires_in: 60 }),
      { reason: 'provider_response_unrecognised' },
    ],
  ])('that comes as %s is none, and nothing is started', async (_name, script, expected) => {
    vendor.misbehave(script);
    const said = await start();
    expect(said).toMatchObject({ outcome: 'pending', ...expected });
    // So that it is started yet, when there is one.
    expect([said.retry?.unsent, said.retry?.of]).toEqual([true, undefined]);
    expect(vendor.counts()).toEqual({ tokens: 1, others: 0 });
  });
});

describe('a connection', () => {
  const tried = (call = callOf()): Promise<Observation['reason']> =>
    adapter.probe(call).then(
      () => null,
      (error: unknown) => observationOfFault(error, clock.now()).reason,
    );

  it('is tried by a token, afresh each time', async () => {
    const wrong = callOf({}, { secret: 'wrong' });
    expect([await tried(), await tried(), await tried(wrong)]).toEqual([null, null, 'provider_auth_failed']);
    expect(vendor.counts()).toEqual({ tokens: 3, others: 0 });
  });

  it('that names another company is refused', async () => {
    expect(await tried(callOf({ user_agent: 'Another Company/1.0' }))).toBe('provider_auth_failed');
  });
});

describe('an account', () => {
  it('is erased with its execution, once that is known to be ours', async () => {
    const { reference = '' } = await start();
    const check = checkOf({ reference });
    expect(await adapter.redact(check, callOf())).toBe('done');
    const last = vendor.requests.at(-1);
    expect(`${last?.method ?? ''} ${last?.path ?? ''}`).toBe(
      `DELETE /api/v1/accounts/${reference.split('/')[0] ?? ''}`,
    );
    await expect(adapter.redact(check, callOf())).rejects.toMatchObject({ reason: 'provider_response_unrecognised' });
  });

  it('of another is not erased', async () => {
    const { reference = '' } = await start();
    const other = checkOf({ reference, verificationId: '01939c5e-7a00-7000-8000-000000000002' });
    await expect(adapter.redact(other, callOf())).rejects.toMatchObject({ reason: 'provider_response_mismatch' });
    expect(await adapter.fetch(checkOf({ reference }), callOf())).toMatchObject(BEGUN);
  });

  it.each(['amer-1', 'emea-1', 'apac-1'])('of %s is asked for at its own hosts', async (data_center) => {
    const urls: string[] = [];
    const send = ({ url }: { readonly url: string }) => {
      urls.push(url);
      const body = Buffer.from('{"access_token":"a","expires_in":3600}');
      return Promise.resolve({ status: urls.length === 1 ? 200 : 500, headers: {}, body });
    };
    const by = new JumioAdapter({ clock, http: { send } });
    const connection = { settings: { data_center, user_agent: USER_AGENT }, credentials: vendor.credentials };
    const reference = `${verificationId}/${verificationId}`;
    for (const ask of [
      by.start(checkOf(), callOf({}, { connection })),
      by.fetch(checkOf({ reference }), callOf({}, { connection })),
    ])
      await ask;
    expect(new Set(urls.map((url) => new URL(url).host))).toEqual(
      new Set([`auth.${data_center}.jumio.ai`, `account.${data_center}.jumio.ai`, `retrieval.${data_center}.jumio.ai`]),
    );
  });
});
