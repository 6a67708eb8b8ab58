import { CallbackRefused, type CallbackHint, type Connection } from '../provider-adapter.js';
import { readSignedCallback } from './veriff.callbacks.js';

const body = Buffer.from(
  '{"status":"success","verification":{"id":"8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10","code":9001,"status":"approved",' +
    '"vendorData":"01939c5e-7a00-7000-8000-000000000001","person":{"firstName":"Zoë"}}}',
);
const hints = [
  { reference: '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10', ourReference: '01939c5e-7a00-7000-8000-000000000001' },
];
// By `openssl dgst -sha256 -hmac <secret>` over these bytes.
const FIRST = 'ba8a88c148cd4f4eb4f0d817b24f9df1a795f9391e0db3f990b8b43d5935722e';
const SECOND = '0e2ffaccde549f2e58782c8db92b996a04808f490eedb9c5cfcccacf5d6cc804';
// By `openssl dgst -sha256` over the bytes and the secret behind them: the older scheme.
const OLDER = '2e4ecd5b8ce002720d5c0e5b1a727e302433d40574468225fddb712e99554493';

function read(headers: Readonly<Record<string, string>>, change: Partial<Connection> = {}): CallbackHint[] {
  const credentials = { api_key: 'key', shared_secret: 'x', age_api_key: 'age-key', age_shared_secret: 'y' };
  const callbackSecrets = ['canary-callback-secret'];
  return readSignedCallback({ headers, body }, { settings: {}, credentials, callbackSecrets, ...change });
}

describe('a signature that another program made', () => {
  it.each([
    ['canary-callback-secret', FIRST],
    ['second-secret', SECOND],
  ])('holds with %s alone', (secret, signature) => {
    const headers = { 'x-auth-client': 'key', 'x-hmac-signature': signature };
    expect(read(headers, { callbackSecrets: ['another', secret] })).toEqual(hints);
    expect(() => read(headers, { callbackSecrets: ['another'] })).toThrow(CallbackRefused);
  });

  it('holds for each integration of the connection, in either pair of headers', () => {
    expect(read({ 'x-auth-client': 'age-key', 'x-hmac-signature': FIRST })).toEqual(hints);
    expect(read({ 'vrf-auth-client': 'key', 'vrf-hmac-signature': FIRST })).toEqual(hints);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['for the key of somebody else', { 'x-auth-client': 'other', 'x-hmac-signature': FIRST }],
    ['without a key', { 'x-hmac-signature': FIRST }],
    ['with an empty key', { 'x-auth-client': '', 'x-hmac-signature': FIRST }],
    ['in the older scheme', { 'x-auth-client': 'key', 'x-signature': OLDER }],
    ['in the older scheme under the name of this one', { 'x-auth-client': 'key', 'x-hmac-signature': OLDER }],
    ['of another secret', { 'x-auth-client': 'key', 'x-hmac-signature': SECOND }],
    [
      'where a wrong one stands before it',
      { 'x-auth-client': 'key', 'x-hmac-signature': OLDER, 'vrf-hmac-signature': FIRST },
    ],
  ])('does not hold %s', (_name, headers) => {
    expect(() => read(headers)).toThrow(CallbackRefused);
  });

  it('does not hold for an empty key where the connection has one integration alone', () => {
    const headers = { 'x-auth-client': '', 'x-hmac-signature': FIRST };
    const credentials = { api_key: 'key', shared_secret: 'x', age_api_key: '' };
    expect(() => read(headers, { credentials })).toThrow(CallbackRefused);
  });
});
