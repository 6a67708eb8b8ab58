import { CallbackRefused, type CallbackHint } from '../provider-adapter.js';
import { readSignedCallback } from './idenfy.callbacks.js';

const text =
  '{"final":true,"platform":"PC","status":{"overall":"APPROVED"},"data":{"docFirstName":"ZOË"},' +
  '"scanRef":"328c6766-934e-11ed-bb9b-025ad99a18e7","clientId":"01939c5e-7a00-7000-8000-000000000001"}';
const hints = [
  { reference: '328c6766-934e-11ed-bb9b-025ad99a18e7', ourReference: '01939c5e-7a00-7000-8000-000000000001' },
];
// By `printf '%s' "$body" | openssl dgst -sha256 -hmac <secret>`.
const FIRST = 'aa66cea4f18bb778ad2c3e1bf6597a43be68564e79090db764139f83b2b6260c';
const SECOND = 'dae3001a9fb5ebb3cc76f3c39c485eb55f155200b6073df3d74661c341d23b4f';

function read(headers: Record<string, string>, secrets: readonly string[], body = text): CallbackHint[] {
  return readSignedCallback({ headers, body: Buffer.from(body) }, secrets);
}

describe('a signature that another program made', () => {
  it.each([
    ['canary-callback-secret', FIRST],
    ['second-secret', SECOND],
  ])('holds with %s, alone or among others', (secret, signature) => {
    const headers = { 'idenfy-signature': signature };
    expect(read(headers, [secret])).toEqual(hints);
    expect(read(headers, ['another', secret])).toEqual(hints);
    expect(read(headers, [secret, 'another'])).toEqual(hints);
    expect(() => read(headers, ['another'])).toThrow(CallbackRefused);
  });

  it.each<[string, Record<string, string>, string]>([
    ['that is missing', {}, text],
    ['in another header', { 'x-signature': FIRST }, text],
    ['in capitals', { 'idenfy-signature': FIRST.toUpperCase() }, text],
    ['cut short', { 'idenfy-signature': FIRST.slice(0, 62) }, text],
    ['with words before it', { 'idenfy-signature': `sha256=${FIRST}` }, text],
    ['of another secret', { 'idenfy-signature': SECOND }, text],
    ['of a tampered body', { 'idenfy-signature': FIRST }, text.replace('APPROVED', 'DENIED')],
    ['of a body that was written again', { 'idenfy-signature': FIRST }, JSON.stringify(JSON.parse(text), null, 2)],
    ['of a body in another encoding', { 'idenfy-signature': FIRST }, text.replace('Ë', '\\u00cb')],
  ])('%s does not hold', (_name, headers, body) => {
    expect(() => read(headers, ['canary-callback-secret'], body)).toThrow(CallbackRefused);
  });

  it('holds whatever the header says of the event, which nobody signs', () => {
    const headers = { 'idenfy-signature': FIRST, 'idenfy-event-type': 'DOCUMENT_EXPIRATION' };
    expect(read(headers, ['canary-callback-secret'])).toEqual(hints);
  });
});
