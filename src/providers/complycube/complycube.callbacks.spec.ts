import { ProviderFault } from '../fault-observation.js';
import { CallbackRefused } from '../provider-adapter.js';
import { type ComplyCubeNews, readSignedCallback } from './complycube.callbacks.js';

const text =
  '{"id":"5ec5339fbcb4c0000786dcee","type":"check.completed.clear","resourceType":"check","payload":{"id":"5eb2b61e02df0a0008f1cf2a",' +
  '"clientId":"5eb1276d96be4a0008713af5","status":"complete","outcome":"clear","note":"Zoë"},"createdAt":"2026-01-31T08:00:00.100Z"}';
const news = {
  eventId: '5ec5339fbcb4c0000786dcee',
  resource: 'checks',
  id: '5eb2b61e02df0a0008f1cf2a',
  clientId: '5eb1276d96be4a0008713af5',
};
// By `printf '%s' "$body" | openssl dgst -sha256 -hmac <secret>`.
const FIRST = '7877b3c9a3e3d9aa62395f4ddb886973ac0de20b6309e1ef4329adb2d5b1340a';
const SECOND = '206e622f582ddcc60ca89921f0aae2b01edce3b1b11eefce9831eedda052a3ff';

function read(signature: string | undefined, secrets: readonly string[], body = text): ComplyCubeNews | null {
  const headers: Record<string, string> = signature === undefined ? {} : { 'complycube-signature': signature };
  return readSignedCallback({ headers, body: Buffer.from(body) }, secrets);
}

describe('a signature that another program made', () => {
  it.each([
    ['canary-callback-secret', FIRST],
    ['second-secret', SECOND],
  ])('holds with %s, alone or among others', (secret, signature) => {
    expect(read(signature, [secret])).toEqual(news);
    expect(read(signature, ['another', secret])).toEqual(news);
    expect(read(signature, [secret, 'another'])).toEqual(news);
    expect(() => read(signature, ['another'])).toThrow(CallbackRefused);
  });

  it('is the one of the vendor’s own library', () => {
    // complycube-php, EventVerifierTest: genuine, and no event.
    const signature = 'bc00414fa4d54277a3ed01e5ee258d9800a918a7791c7cda16d38b82f38f2150';
    expect(() => read(signature, ['a_webhook_signature'], '{"id":"value"}')).toThrow(ProviderFault);
    expect(() => read(signature, ['a_webhook_signature'], '{"id":"other"}')).toThrow(CallbackRefused);
  });

  it.each<[string, string | undefined, string]>([
    ['that is missing', undefined, text],
    ['in capitals', FIRST.toUpperCase(), text],
    ['cut short', FIRST.slice(0, 62), text],
    ['with words before it', `sha256=${FIRST}`, text],
    ['with a time before it', `t=1769846400,v1=${FIRST}`, text],
    ['of another secret', SECOND, text],
    ['of a tampered body', FIRST, text.replace('"clear"', '"rejected"')],
    ['of a body that was written again', FIRST, JSON.stringify(JSON.parse(text), null, 2)],
    ['of a body in another encoding', FIRST, text.replace('ë', '\\u00eb')],
  ])('%s does not hold', (_name, signature, body) => {
    expect(() => read(signature, ['canary-callback-secret'], body)).toThrow(CallbackRefused);
  });
});
