import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { ScriptedClock } from '../../test/support/scripted-clock.js';
import { answering, HANGING_ANSWERS, HOSTILE_ANSWERS } from '../../test/support/scripted-vendor.js';
import { type PlayedVendor, playVendor } from '../../test/vendors/played-vendor.js';
import type { TenantScope } from '../database/index.js';
import { FetchHttp, Http, type HttpAnswer, HttpFault, type HttpRequest } from '../platform/http.js';
import type { JsonValue } from '../platform/json.js';
import { DirectoryFault } from './customer-directory.js';
import { CustomerLookUps } from './customer-look-ups.js';
import { type CustomersApi, HttpCustomerDirectory } from './http-customer-directory.js';

// Of an ES module Jest has no global of its own.
const { jest: time } = import.meta as unknown as { readonly jest: typeof jest };

const SCOPE: TenantScope = { organizationId: randomUUID(), livemode: true };
const NEVER = new AbortController().signal;
const KNOWN = randomUUID();

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('a customers API', () => {
  const clock = new ScriptedClock();
  let customers: Map<string, JsonValue>;
  let played: PlayedVendor;

  const directory = (change: Partial<CustomersApi> = {}): HttpCustomerDirectory =>
    new HttpCustomerDirectory(
      { url: `${played.url}/customers/{customer_id}?view=full`, token: 'a-token', ...change },
      { http: new FetchHttp(), clock },
    );

  beforeEach(async () => {
    customers = new Map([
      [KNOWN, { legal_name: ' Beispiel GmbH ', country: 'de', tax_identifiers: { eu_vat: 'DE1' } }],
    ]);
    played = await playVendor({
      routes: {
        'GET /customers/:id': (_request, { id = '' }) => {
          const found = customers.get(id);
          return found === undefined ? { status: 404, body: {} } : { status: 200, body: found };
        },
      },
    });
  });
  afterEach(() => played.close());

  it('is asked by the id alone, with the token, and the tenant in headers', async () => {
    await directory().find(SCOPE, KNOWN, NEVER);
    const [request] = played.requests;
    expect([request?.path, request?.query.toString()]).toEqual([`/customers/${KNOWN}`, 'view=full']);
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer a-token',
      'organization-id': SCOPE.organizationId,
      livemode: 'true',
    });
  });

  it('tells what is known, by our names where no others are configured', async () => {
    expect(await directory().find(SCOPE, KNOWN, NEVER)).toEqual({
      legalName: 'Beispiel GmbH',
      country: 'DE',
      taxIdentifiers: { eu_vat: 'DE1' },
      address: {},
    });
  });

  it.each([404, 410])('says by %i that there is no such customer', async (status) => {
    played.misbehave(answering(status));
    expect(await directory().find(SCOPE, KNOWN, NEVER)).toBeNull();
  });

  // Objects without anything of ours are customers of whom nothing is known.
  const nothingKnown = ['200 with an empty object', '200 with wrong types', '200 with everything below __proto__'];
  const asUnknown = ['410', ...nothingKnown];
  it.each(HOSTILE_ANSWERS.filter(([name]) => !asUnknown.includes(name)))(
    'is not understood by %s',
    async (_, script) => {
      played.misbehave(script);
      expect(await rejection(directory().find(SCOPE, KNOWN, NEVER))).toBeInstanceOf(DirectoryFault);
      expect(played.requests).toHaveLength(1);
    },
  );

  it.each(HOSTILE_ANSWERS.filter(([name]) => nothingKnown.includes(name)))('tells nothing by %s', async (_, script) => {
    played.misbehave(script);
    const known = JSON.stringify(await directory().find(SCOPE, KNOWN, NEVER));
    expect(known.replace('"taxIdentifiers":{}', '').replace('"address":{}', '')).toMatch(/^\{,?\}$/);
  });

  it.each(HANGING_ANSWERS)('is given up at the deadline where there is %s', async (_, script) => {
    played.misbehave(script);
    const fault = await rejection(directory().find(SCOPE, KNOWN, AbortSignal.timeout(50)));
    expect(fault).toMatchObject({ name: 'DirectoryFault', code: 'directory_timeout' });
  });

  it.each([
    ['a refused connection', 'http://127.0.0.1:1/{customer_id}', 'directory_unreachable'],
    ['a name that nobody has', 'http://customers.invalid/{customer_id}', 'directory_unreachable'],
  ])('is told apart by %s', async (_, url, code) => {
    expect(await rejection(directory({ url }).find(SCOPE, KNOWN, NEVER))).toMatchObject({ code });
  });

  it.each([
    [401, 'directory_status_401'],
    [302, 'directory_status_302'],
    [500, 'directory_status_500'],
  ])('is told apart by its status %i', async (status, code) => {
    played.misbehave(answering(status, {}, { location: '/customers/other' }));
    expect(await rejection(directory().find(SCOPE, KNOWN, NEVER))).toMatchObject({ code });
  });

  it.each<[string, JsonValue]>([
    ['a name that is a number', { legal_name: 7 }],
    ['a name of an object', { legal_name: { canary: 1 } }],
    ['a name of 501 characters', { legal_name: 'x'.repeat(501) }],
    ['a name with NUL', { legal_name: 'a\0b' }],
    ['a name with half a pair', { legal_name: 'a\ud800b' }],
    ['a country in words', { country: 'Germany' }],
    ['a date in words', { birth_date: '1 May 1970' }],
    ['a kind of entity that is a number', { entity_type: 1 }],
    ['an identifier in a list', { tax_identifiers: { eu_vat: ['DE1'] } }],
  ])('is not understood by %s, and the fault holds none of it', async (_, answer) => {
    customers.set(KNOWN, answer);
    const fault = await rejection(directory().find(SCOPE, KNOWN, NEVER));
    expect(fault).toMatchObject({
      name: 'DirectoryFault',
      code: 'directory_unreadable',
      message: 'directory_unreadable',
    });
    expect((fault as Error).cause).toBeUndefined();
  });

  it('is not believed where its answer is about somebody else', async () => {
    const echoing = directory({ fields: { customer_id: '/id', legal_name: '/name' } });
    customers.set(KNOWN, { id: KNOWN.toUpperCase(), name: 'Right' });
    expect(await echoing.find(SCOPE, KNOWN, NEVER)).toEqual({ legalName: 'Right' });
    const other = randomUUID();
    customers.set(other, { id: KNOWN, name: 'Wrong' });
    expect(await rejection(echoing.find(SCOPE, other, NEVER))).toMatchObject({ code: 'directory_unreadable' });
  });

  describe('that has answered', () => {
    it('is not asked again for 30 seconds', async () => {
      const known = directory();
      await Promise.all([known.find(SCOPE, KNOWN, NEVER), known.find(SCOPE, KNOWN, NEVER)]);
      clock.advance(29_999);
      await known.find(SCOPE, KNOWN, NEVER);
      expect(played.requests).toHaveLength(1);
      clock.advance(2);
      await known.find(SCOPE, KNOWN, NEVER);
      expect(played.requests).toHaveLength(2);
    });

    it.each<[string, TenantScope]>([
      ['another organization', { ...SCOPE, organizationId: randomUUID() }],
      ['test keys', { ...SCOPE, livemode: false }],
    ])('is asked again for %s', async (_, scope) => {
      const known = directory();
      await known.find(SCOPE, KNOWN, NEVER);
      customers.delete(KNOWN);
      expect(await known.find(scope, KNOWN, NEVER)).toBeNull();
    });

    it('that nobody is known is asked again at once, and so is one that failed', async () => {
      const [known, id] = [directory(), randomUUID()];
      expect(await known.find(SCOPE, id, NEVER)).toBeNull();
      customers.set(id, { lei: 'L' });
      played.misbehave(answering(500));
      expect(await rejection(known.find(SCOPE, id, NEVER))).toBeInstanceOf(DirectoryFault);
      expect(await known.find(SCOPE, id, NEVER)).toMatchObject({ lei: 'L' });
    });
  });

  it.each([
    ['url', { url: 'https://user:canary@customers.example/{customer_id}' }],
    ['token', { token: 'can ary' }],
    ['fields', { fields: { canary: '/canary' } }],
  ])('that is configured wrongly in its %s is refused, without the value', (_, change) => {
    const make = (): unknown => directory(change);
    expect(make).toThrow(TypeError);
    expect(make).not.toThrow(/canary|can ary/);
  });
});

/** Answers when the test says so, unless the deadline comes first. */
class HeldHttp extends Http {
  readonly requests: { readonly answer: (status: number, body: string) => void }[] = [];

  send({ signal }: HttpRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new HttpFault('timeout'));
      });
      const answer = (status: number, body: string): void => {
        resolve({ status, headers: {}, body: Buffer.from(body) });
      };
      this.requests.push({ answer });
    });
  }
}

describe('creates for one customer at once', () => {
  const api = { url: 'https://customers.example/{customer_id}', token: 'a-token' };
  const unheard = { code: 'SERVICE_UNAVAILABLE', cause: { code: 'directory_timeout' } };
  let http: HeldHttp;
  let lookUps: CustomerLookUps;

  beforeEach(() => {
    time.useFakeTimers();
    http = new HeldHttp();
    lookUps = new CustomerLookUps(new HttpCustomerDirectory(api, { http, clock: new ScriptedClock() }));
    Logger.overrideLogger(false);
  });
  afterEach(() => time.useRealTimers());

  const create = (): Promise<unknown> => lookUps.get(SCOPE, KNOWN).catch((error: unknown) => error);

  it('have 3 s each, whenever the first of them came', async () => {
    const first = create();
    await time.advanceTimersByTimeAsync(2_900);
    const others = Promise.all([create(), create()]);
    await time.advanceTimersByTimeAsync(100);
    expect(await first).toMatchObject(unheard);
    expect(http.requests).toHaveLength(2);
    await time.advanceTimersByTimeAsync(2_899);
    http.requests[1]?.answer(200, '{"legal_name":"A"}');
    expect(await others).toMatchObject([{ legalName: 'A' }, { legalName: 'A' }]);
    expect(http.requests).toHaveLength(2);
  });

  it('are refused at their own deadline while nothing is heard, and no request is made for nobody', async () => {
    const first = create();
    await time.advanceTimersByTimeAsync(1_000);
    const second = create();
    await time.advanceTimersByTimeAsync(2_000);
    expect(await first).toMatchObject(unheard);
    await time.advanceTimersByTimeAsync(1_000);
    expect(await second).toMatchObject(unheard);
    await time.advanceTimersByTimeAsync(10_000);
    expect(http.requests).toHaveLength(2);
  });
});
