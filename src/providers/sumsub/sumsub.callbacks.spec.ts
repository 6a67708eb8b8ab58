import { signatureHeaders } from '../../../test/vendors/sumsub/sumsub.vendor.js';
import { ProviderFault } from '../fault-observation.js';
import { CallbackRefused, type CallbackHint } from '../provider-adapter.js';
import { readSignedCallback } from './sumsub.callbacks.js';

const body = Buffer.from(
  '{"type":"applicantReviewed","applicantId":"5cb56e8e0a975a35f333cb83","externalUserId":"01939c5e-7a00-7000-8000-000000000001",' +
    '"reviewStatus":"completed","reviewResult":{"moderationComment":"Zoë","reviewAnswer":"GREEN"},"createdAtMs":"2026-01-31 08:00:00.123"}',
);
const hints = [{ reference: '5cb56e8e0a975a35f333cb83', ourReference: '01939c5e-7a00-7000-8000-000000000001' }];

const SECRET = 'canary-callback-secret';

interface Sent {
  readonly digest: string;
  readonly algorithm: string;
  readonly settings?: Readonly<Record<string, boolean | string>>;
  readonly secrets?: readonly string[];
}

function read({ digest, algorithm, settings = {}, secrets = [SECRET] }: Sent): CallbackHint[] {
  const headers = { 'x-payload-digest': digest, 'x-payload-digest-alg': algorithm };
  return readSignedCallback({ headers, body }, { settings, credentials: {}, callbackSecrets: secrets });
}

// By `openssl dgst -<algorithm> -hmac <secret>` over these bytes.
const SHA1 = '308e9d7e5738f38e74e51035355a08b2331de393';
const SHA256 = '5fd54a6b3c81a263f0ddf8e15e1eebd172dae822287d6038673fdb9bcea110e8';
const SHA256_SECOND = 'd11b7d2083b82919b7c1d5ff52b2e67d93e9c8d4f9f00c0cc26632a491410d74';
const SHA512 =
  '7141eeba4082236fca3e20ef7e4999a335214c4d961fe29af0cc7ca499a47abce74f3dfd0bd515ec8c1ecb5fc278d59a4a808e477dd07ce34dfc8b5dbe9a6cf3';

describe('a signature that another program made', () => {
  it.each([
    ['HMAC_SHA256_HEX', SHA256, SECRET],
    ['HMAC_SHA256_HEX', SHA256_SECOND, 'second-secret'],
    ['HMAC_SHA512_HEX', SHA512, SECRET],
  ])('holds by %s %s with %s alone', (algorithm, digest, secret) => {
    expect(read({ digest, algorithm, secrets: ['another', secret] })).toEqual(hints);
    expect(() => read({ digest, algorithm, secrets: ['another'] })).toThrow(CallbackRefused);
  });

  it('holds by HMAC_SHA1_HEX where the connection allows it', () => {
    const sent = { digest: SHA1, algorithm: 'HMAC_SHA1_HEX' };
    expect(read({ ...sent, settings: { allow_sha1_callbacks: true } })).toEqual(hints);
    expect(() => read(sent)).toThrow(CallbackRefused);
    expect(() => read({ ...sent, settings: { allow_sha1_callbacks: false } })).toThrow(CallbackRefused);
  });

  it.each([
    ['HMAC_SHA512_HEX', SHA256],
    ['HMAC_SHA256_HEX', SHA512],
    ['HMAC_SHA256_HEX', SHA1],
    ['HMAC_SHA1_HEX', SHA256],
    ['HMAC_MD5_HEX', SHA256],
    ['hmac_sha256_hex', SHA256],
    ['HMAC_SHA256_HEX ', SHA256],
    ['sha256', SHA256],
    ['NONE', SHA256],
    ['', SHA256],
    ['__proto__', SHA256],
    ['constructor', SHA256],
  ])('does not hold where the header says %s and it is %s', (algorithm, digest) => {
    const settings = { allow_sha1_callbacks: true };
    expect(() => read({ digest, algorithm, settings })).toThrow(CallbackRefused);
  });
});

describe('what is signed', () => {
  const SIGNED = 'HMAC_SHA256_HEX';

  it('is for a connection of production where it does not say of what it is', () => {
    expect(read({ digest: SHA256, algorithm: SIGNED, settings: { environment: 'live' } })).toEqual(hints);
    expect(read({ digest: SHA256, algorithm: SIGNED, settings: { environment: 'sandbox' } })).toEqual(hints);
  });

  it('can not be read where it names an applicant in another form', () => {
    for (const applicantId of ['"5CB56E8E0A975A35F333CB83"', '"../one"', '7', 'null', '""']) {
      const odd = Buffer.from(`{"type":"applicantReviewed","applicantId":${applicantId}}`);
      const delivery = { headers: signatureHeaders(odd, SECRET), body: odd };
      const connection = { settings: {}, credentials: {}, callbackSecrets: [SECRET] };
      expect(() => readSignedCallback(delivery, connection)).toThrow(ProviderFault);
    }
  });
});
