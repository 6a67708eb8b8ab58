import { hash } from 'node:crypto';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { answering, type Script, startScriptedVendor } from '../../../test/support/scripted-vendor.js';
import {
  type SigningKey,
  signedWith,
  signingKey,
  type TokenChange,
} from '../../../test/vendors/plaid/plaid.signing.js';
import { type PlaidVendor, startPlaidVendor } from '../../../test/vendors/plaid/plaid.vendor.js';
import { FetchHttp, HttpFault } from '../../platform/http.js';
import { CallbackRefused, type Connection, type RawDelivery } from '../provider-adapter.js';
import { PlaidAdapter } from './plaid.adapter.js';

const attempt = 'idv_52xR9LKo77r1Np';
const ours = '01939c5e-7a00-7000-8000-000000000001';
const body = Buffer.from(
  `{\n  "environment": "sandbox",\n  "identity_verification_id": "${attempt}",\n  "webhook_code": "STATUS_UPDATED",\n` +
    '  "webhook_type": "IDENTITY_VERIFICATION"\n}',
);

// Made with `openssl ecparam -name prime256v1 -genkey` and `openssl dgst -sha256 -sign`, the two numbers of its signature put side by side.
const KID = 'bfbd5111-8e33-4643-8ced-b2e642a72f3c';
const KEY = {
  ...{ alg: 'ES256', kty: 'EC', crv: 'P-256', use: 'sig', kid: KID, created_at: 1_560_466_150, expired_at: null },
  x: '563ia6zIN3J9Zunz2WFkZ4saUr0ahJf6ovJHbRTO2fY',
  y: 'GwhCJjsuTDr50l8GnrB3zWidtL9K5Gl8E4CsBOBbWcc',
};
const TOKEN = [
  'eyJhbGciOiJFUzI1NiIsImtpZCI6ImJmYmQ1MTExLThlMzMtNDY0My04Y2VkLWIyZTY0MmE3MmYzYyIsInR5cCI6IkpXVCJ9',
  'eyJpYXQiOiAxNzY5ODQ2NDAwLCAicmVxdWVzdF9ib2R5X3NoYTI1NiI6ICIxNzgzYmY5NGU1OTQzY2VkMTljMjVjMzNmNDcwNTJjZWE2NzA1OTg4YmI0MzA1ZDczZTVkZTM0MDY1N2QzZjM4In0',
  'Cc7PnkxOFkcKDd3YPt-K9ZCQmfMlSjYqXUlbldOpY3id3klXok0QOCUtnknI--1akcviiX9y2bePwQUyzFyUKQ',
] as const;

const clock = new ScriptedClock('2026-01-31T08:00:10.000000Z');
const key = signingKey('key-1');
let vendor: PlaidVendor;
let adapter: PlaidAdapter;

beforeEach(async () => {
  vendor = await startPlaidVendor({ clientId: 'client', secret: 'secret', clock, keys: [key, second] });
  vendor.seed(attempt, ours);
  adapter = new PlaidAdapter({ clock, http: new FetchHttp() });
});
afterEach(() => vendor.close());

function connectionTo(base_url = vendor.url, change: object = {}): Connection {
  const settings = { environment: 'sandbox', base_url, templates: { document: 'idvtmp_Canary1' }, ...change };
  return { settings, credentials: { client_id: 'client', secret: 'secret' } };
}

const read = (delivery: RawDelivery, connection = connectionTo()) => adapter.readCallback(delivery, connection);
const sent = (change: TokenChange = {}, by: SigningKey = key): RawDelivery => signedWith(by, body, clock.now(), change);
const second = signingKey('key-2');
const refusal = (error_type: string, error_code: string): Script => answering(400, { error_type, error_code });
const keyQuestions = (): number => vendor.requests.filter(({ path }) => path.startsWith('/webhook_')).length;

describe('a token that another program made', () => {
  const delivery = (token: string): RawDelivery => ({ headers: { 'plaid-verification': token }, body });
  const answered = (): void => {
    vendor.misbehave(answering(200, { key: KEY, request_id: 'RZ6Omi1bzzwDaLo' }));
  };

  it('holds', async () => {
    answered();
    expect(await read(delivery(TOKEN.join('.')))).toEqual([{ ourReference: ours }]);
  });

  it.each([
    ['another body', TOKEN.join('.'), Buffer.from(JSON.stringify(JSON.parse(body.toString())))],
    ['a signature with padding', `${TOKEN.join('.')}==`, body],
    ['a signature in DER', `${TOKEN[0]}.${TOKEN[1]}.MEUCIQ${TOKEN[2]}`, body],
    ['a fourth part', `${TOKEN.join('.')}.${TOKEN[2]}`, body],
    ['half a signature', `${TOKEN[0]}.${TOKEN[1]}.${TOKEN[2].slice(0, 43)}`, body],
    ['no signature', `${TOKEN[0]}.${TOKEN[1]}.`, body],
  ])('does not hold with %s', async (_name, token, sentBody) => {
    answered();
    await expect(read({ ...delivery(token), body: sentBody })).rejects.toBeInstanceOf(CallbackRefused);
  });
});

describe('a token of Plaid', () => {
  it.each<[string, TokenChange]>([
    ['no algorithm', { head: { alg: 'none' } }],
    ['an HMAC', { head: { alg: 'HS256' } }],
    ['another curve', { head: { alg: 'ES384' } }],
    ['no key', { head: { kid: '' } }],
    ['a key of another form', { head: { kid: { id: 'key-1' } } }],
    ['a key that is not the one', { head: { kid: 'key-2' } }],
    ['a key that nobody has', { head: { kid: 'key-3' } }],
    ['another digest', { claims: { request_body_sha256: '0'.repeat(64) } }],
    ['half a digest', { claims: { request_body_sha256: '0'.repeat(32) } }],
    ['a digest in capitals', { claims: { request_body_sha256: hash('sha256', body).toUpperCase() } }],
    ['no time', { claims: { iat: null } }],
    ['a time in words', { claims: { iat: '1769846400' } }],
    ['a time five minutes ago', { claims: { iat: 1_769_846_410 - 301 } }],
    ['a time in five minutes', { claims: { iat: 1_769_846_410 + 301 } }],
  ])('with %s does not hold', async (_name, change) => {
    await expect(read(sent(change))).rejects.toBeInstanceOf(CallbackRefused);
  });

  it('by whichever of its keys holds', async () => {
    for (const by of [key, second, key]) expect(await read(sent({}, by))).toEqual([{ ourReference: ours }]);
  });

  it('by a key that was withdrawn does not hold', async () => {
    vendor.withdraw('key-1');
    await expect(read(sent())).rejects.toBeInstanceOf(CallbackRefused);
  });

  it('that is wrong without a look at the key asks nobody', async () => {
    await expect(read(sent({ claims: { iat: 0 } }))).rejects.toBeInstanceOf(CallbackRefused);
    await expect(read({ ...sent(), body: Buffer.from('{}') })).rejects.toBeInstanceOf(CallbackRefused);
    expect(vendor.requests).toEqual([]);
  });
});

describe('a key', () => {
  it('is asked for once in five minutes', async () => {
    await Promise.all([read(sent()), read(sent()), read(sent())]);
    clock.advance(299_000);
    await read(sent());
    expect(keyQuestions()).toBe(1);
    clock.advance(2_000);
    await read(sent());
    expect(keyQuestions()).toBe(2);
  });

  it('that nobody has is asked for once in five minutes', async () => {
    await Promise.allSettled([1, 2, 3].map(() => read(sent({ head: { kid: 'key-3' } }))));
    await read(sent({ head: { kid: 'key-3' } })).catch(() => undefined);
    expect(keyQuestions()).toBe(1);
  });

  it('that was withdrawn counts for five minutes at most', async () => {
    expect(await read(sent())).toEqual([{ ourReference: ours }]);
    vendor.withdraw('key-1');
    clock.advance(301_000);
    await expect(read(sent())).rejects.toBeInstanceOf(CallbackRefused);
  });

  it('that was asked for with other credentials is asked for again', async () => {
    await read(sent());
    const other = { ...connectionTo(), credentials: { client_id: 'client', secret: 'another' } };
    await expect(read(sent(), other)).rejects.toMatchObject({ reason: 'provider_auth_failed' });
  });

  it.each<[string, Script, object]>([
    ['is down', answering(503), { reason: 'provider_unavailable' }],
    ['says something else', answering(200, '<!doctype html>'), { reason: 'provider_unavailable' }],
    ['says half of it', answering(200, { key: { kid: 'key-1' } }), { reason: 'provider_unavailable' }],
    ['answers 400 with a page', answering(400, '<!doctype html>'), { reason: 'provider_unavailable' }],
    ['has enough of us', answering(429), { reason: 'provider_throttled' }],
    ['does not know us', refusal('INVALID_INPUT', 'INVALID_API_KEYS'), { reason: 'provider_auth_failed' }],
    ['hangs up', (response) => response.socket?.resetAndDestroy(), { kind: 'network' }],
  ])('of a Plaid that %s leaves open whether the callback is genuine', async (_name, script, fault) => {
    vendor.misbehave(script);
    await expect(read(sent())).rejects.toMatchObject(fault);
    expect(await read(sent())).toEqual([{ ourReference: ours }]);
  });

  it.each(['INVALID_WEBHOOK_VERIFICATION_KEY_ID', 'INVALID_FIELD', 'UNKNOWN_FIELDS'])(
    'that Plaid refuses with %s is none',
    async (code) => {
      vendor.misbehave(refusal('INVALID_REQUEST', code));
      await expect(read(sent())).rejects.toBeInstanceOf(CallbackRefused);
    },
  );

  it.each([
    ['of another id', { kid: 'key-9' }],
    ['of another curve', { crv: 'P-384' }],
    ['of no point on the curve', { x: 'AAAA', y: 'AAAA' }],
  ])('%s is none', async (_name, change) => {
    vendor.misbehave(answering(200, { key: { ...KEY, kid: 'key-1', ...change } }));
    await expect(read(sent())).rejects.toThrow();
  });
});

describe('ids of keys that somebody makes up', () => {
  const made = (from: number, to: number): Promise<unknown[]> =>
    Promise.all(
      Array.from({ length: to - from }, (_one, index) =>
        read(sent({ head: { kid: `made-up-${String(from + index)}` } })).catch((error: unknown) => error),
      ),
    );
  const THROTTLED = { reason: 'provider_throttled', retry: { class: 'throttle' } };

  it('are asked for ten times a minute at most, and leave open what comes after that', async () => {
    const outcomes = await made(0, 40);
    expect(keyQuestions()).toBe(10);
    expect(outcomes.filter((outcome) => outcome instanceof CallbackRefused).length).toBe(10);
    expect(outcomes[39]).toMatchObject(THROTTLED);
    await expect(read(sent())).rejects.toMatchObject(THROTTLED);
    clock.advance(60_001);
    expect(await read(sent())).toEqual([{ ourReference: ours }]);
    await made(40, 80);
    expect(keyQuestions()).toBe(21);
  });

  it('do not stand in the way of a key that was one before', async () => {
    await read(sent());
    clock.advance(301_000);
    await made(0, 20);
    expect(await read(sent())).toEqual([{ ourReference: ours }]);
  });

  it('are counted by account', async () => {
    await made(0, 20);
    const other = { ...connectionTo(), credentials: { client_id: 'client', secret: 'another' } };
    await expect(read(sent(), other)).rejects.toMatchObject({ reason: 'provider_auth_failed' });
  });
});

describe('a genuine callback', () => {
  it('about an attempt that was begun anew is about the first one', async () => {
    const again = vendor.retry(attempt, {});
    const retried = Buffer.from(body.toString().replace(attempt, again));
    expect(await read(signedWith(key, retried, clock.now()))).toEqual([{ ourReference: ours }]);
  });

  it('of an attempt of another platform names the attempt alone', async () => {
    vendor.seed('idv_Another1', 'customer-7');
    const other = Buffer.from(body.toString().replace(attempt, 'idv_Another1'));
    expect(await read(signedWith(key, other, clock.now()))).toEqual([{ reference: 'idv_Another1' }]);
  });

  it('names the attempt alone where Plaid can not say whose it is', async () => {
    await read(sent());
    vendor.misbehave(answering(503));
    expect(await read(sent())).toEqual([{ reference: attempt }]);
  });

  it('of the sandbox is none of a live connection', async () => {
    expect(await read(sent(), connectionTo(vendor.url, { environment: 'live' }))).toEqual([]);
  });

  it('is left open by a Plaid that is not there', async () => {
    const gone = await startScriptedVendor(answering(200));
    await gone.close();
    await expect(read(sent(), connectionTo(gone.url))).rejects.toBeInstanceOf(HttpFault);
  });
});
