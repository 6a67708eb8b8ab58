import { signed } from '../../../test/vendors/didit/didit.vendor.js';
import { addMilliseconds, instant } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import { CallbackRefused, type CallbackHint } from '../provider-adapter.js';
import { readSignedCallback } from './didit.callbacks.js';

// As Didit writes it: members in alphabetical order, no spaces, what is not ASCII escaped.
const body = Buffer.from(
  '{"application_id":"7b1c6c2e-2d0a-4c8e-9f51-0b6f1a2c3d4e","created_at":1769846394,"decision":{"id_verifications":[{"first_name":"Zo\\u00eb"}]},' +
    '"environment":"live","event_id":"0d9f2b54-6f0c-4a3e-8a52-53c3d3a7f001","session_id":"8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10",' +
    '"status":"Approved","timestamp":1769846400,"vendor_data":"01939c5e-7a00-7000-8000-000000000001","webhook_type":"status.updated"}',
);
const hints = [
  {
    eventId: '0d9f2b54-6f0c-4a3e-8a52-53c3d3a7f001',
    reference: '8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10',
    ourReference: '01939c5e-7a00-7000-8000-000000000001',
  },
];
const SENT = instant('2026-01-31T08:00:00.000000Z');

// By `openssl dgst -sha256 -hmac first-secret` over these bytes, and second-secret.
const FIRST = '729866cd53e5b13ac198cf35ad47844e40d5b87d2838b2e87ebc758b32e1473a';
const SECOND = 'f35c87bb3894e5af27d59d5956fb05401b333150d3fd65c873a5779763f37dc6';
// The same with `1769846400:` in front of them.
const WITH_TIME = 'a0a7807e21e0a0ecedf5ba618ccdff099dc20a91a8cd6eb0b6be32a7c8ec7373';
// By first-secret over the body with the letter itself in place of its escape: what X-Signature-V2 holds.
const CANONICAL = '44b29e3e6570b81dc203bbc72955c326e56ca815c6bf800b103da8637614ea0d';
// By first-secret over `1769846400:8ec3ab33-9aa5-4a05-9a9b-3f1f0a4a3f10:Approved:status.updated`: X-Signature-Simple.
const SIMPLE = '7f08a06e1ce9cbb0db372ae8f54e210edda59aa9c644a9f3e59d984d313f0e29';

interface Change {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly secrets?: readonly string[];
  readonly settings?: JsonObject;
  /** How long after the sending it is read. */
  readonly seconds?: number;
}

function read(signature: string, change: Change = {}): CallbackHint[] {
  const { secrets: callbackSecrets = ['first-secret'], settings = {}, seconds = 10 } = change;
  const headers = { 'x-signature': signature, 'x-timestamp': '1769846400', ...change.headers };
  const connection = { settings, credentials: {}, callbackSecrets };
  return readSignedCallback({ headers, body: change.body ?? body }, connection, addMilliseconds(SENT, seconds * 1000));
}

describe('a signature that another program made', () => {
  it.each<[string, string, readonly string[]]>([
    ['by the secret', FIRST, ['first-secret']],
    ['by the old of two secrets', FIRST, ['first-secret', 'second-secret']],
    ['by the new of two secrets', SECOND, ['first-secret', 'second-secret']],
    ['by the second secret alone', SECOND, ['second-secret']],
  ])('holds %s', (_name, signature, secrets) => {
    expect(read(signature, { secrets })).toEqual(hints);
  });

  it('holds beside those of the other schemes, which come with it', () => {
    const headers = { 'x-signature-v2': CANONICAL, 'x-signature-simple': SIMPLE };
    expect(read(FIRST, { headers })).toEqual(hints);
  });

  it.each<[string, string, Change]>([
    ['with another secret', FIRST, { secrets: ['third-secret'] }],
    ['with an empty secret', FIRST, { secrets: [''] }],
    ['with no secret', FIRST, { secrets: [] }],
    ['of a secret that was put away', FIRST, { secrets: ['second-secret'] }],
    ['in capitals', FIRST.toUpperCase(), {}],
    ['cut short by a digit', FIRST.slice(0, -1), {}],
    ['cut short by a byte', FIRST.slice(0, -2), {}],
    ['with a byte more', `${FIRST}00`, {}],
    ['with another digit', FIRST.replace(/a$/, 'b'), {}],
    ['twice', `${FIRST}, ${FIRST}`, {}],
    ['with a name in front', `sha256=${FIRST}`, {}],
    ['for a changed body', FIRST, { body: Buffer.from(body.toString().replace('Approved', 'Declined')) }],
    ['for a body that was written anew', FIRST, { body: Buffer.from(JSON.stringify(JSON.parse(body.toString()))) }],
    ['of the time and the body', WITH_TIME, {}],
    ['of the body that was written anew', CANONICAL, {}],
    ['of four words of the body', SIMPLE, {}],
    ['in the header of the second scheme', '', { headers: { 'x-signature-v2': CANONICAL } }],
    ['in the header of the second scheme, over these very bytes', '', { headers: { 'x-signature-v2': FIRST } }],
    ['in the header of the simple scheme', '', { headers: { 'x-signature-simple': SIMPLE } }],
  ])('does not hold %s', (_name, signature, change) => {
    expect(() => read(signature, change)).toThrow(CallbackRefused);
  });
});

describe('the time of sending', () => {
  it.each([-300, -299, 0, 299, 300])('holds %d seconds off', (seconds) => {
    expect(read(FIRST, { seconds })).toEqual(hints);
  });

  it.each([-86_400, -301, 301, 86_400])('does not hold %d seconds off', (seconds) => {
    expect(() => read(FIRST, { seconds })).toThrow(CallbackRefused);
  });

  it.each(['', ' ', '1769846400.0', '-1769846400', '1769846400000', '1769846400, 1769846400', 'now'])(
    'does not hold as %j',
    (text) => {
      expect(() => read(FIRST, { headers: { 'x-timestamp': text } })).toThrow(CallbackRefused);
    },
  );
});

describe('the time in the body, which alone is signed', () => {
  const again = (seconds: number): CallbackHint[] =>
    read(FIRST, { seconds, headers: { 'x-timestamp': String(1769846400 + seconds) } });

  it.each([-300, 60, 301, 900])('holds %d seconds before it is sent once more', (seconds) => {
    expect(again(seconds)).toEqual(hints);
  });

  it.each([-301, 901, 86_400])('does not hold %d seconds before somebody sends it with a new time', (seconds) => {
    expect(() => again(seconds)).toThrow(CallbackRefused);
  });

  it('has to be there', () => {
    const timeless = Buffer.from(body.toString().replace('"timestamp":1769846400,', ''));
    const { headers } = signed(timeless, 'first-secret', SENT);
    expect(() => read('', { body: timeless, headers })).toThrow('provider_response_unrecognised');
  });
});

describe('the mode of the connection', () => {
  it('is that of its callbacks', () => {
    expect(read(FIRST, { settings: { environment: 'live' } })).toEqual(hints);
    expect(read(FIRST, { settings: { environment: 'sandbox' } })).toEqual([]);
  });
});
