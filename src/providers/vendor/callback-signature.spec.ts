import { addMilliseconds, instant } from '../../platform/clock.js';
import { isSigned, isTimely, readTimedSignature } from './callback-signature.js';

/**
 * Made with OpenSSL, not with the code under test:
 * `printf '%s' '1763803800.{"id":"evt_1","name":"Zoë"}' | openssl dgst -sha256 -hmac whsec_test`, and -sha1, -sha512, whsec_other.
 */
const parts = ['1763803800.', Buffer.from('{"id":"evt_1","name":"Zoë"}')];
const SHA256 = '9ae73db1e1f2c468cb76b6b6116910b94eeb7f1e2a82dca21f1a8b29662d76b5';
const OTHER_SHA256 = '1bd30c4744803784b351431ee59e8eea9189bbe022b50bb43a29f165a9d6b480';
const SHA1 = '7c9475fb2863a2a7332cb9623e1b388174d33ff9';
const SHA512 =
  '73917953e9d874ed7feac9e4ff3d6a0ce41ea3f1a723b9007afbf088c9465601763695eee73d18ac98c80d37f40ea500c6c96008313e6c087e0594d58b116e33';
/** `printf '' | openssl dgst -sha256 -hmac whsec_test` */
const OF_NOTHING = '43c0f4d23c8e8841358fad4624b1a592799222b29f25bb59baea43cdcb522ed1';
/** The same content under an empty key: `hmac.new(b'', content, 'sha256').hexdigest()` of Python, as OpenSSL takes none. */
const EMPTY_KEY = 'a0a8714a5e28fb61da36be7f593ec882a876c540dd117c5cafd295457d1fc6b0';

describe('an HMAC', () => {
  const sha256 = { algorithm: 'sha256', parts } as const;

  it.each([
    ['sha1', SHA1],
    ['sha256', SHA256],
    ['sha512', SHA512],
  ] as const)('of %s is what OpenSSL makes it', (algorithm, signature) => {
    expect(isSigned({ algorithm, parts }, [signature], ['whsec_test'])).toBe(true);
  });

  it('of RFC 4231, test case 1, holds', () => {
    const key = Buffer.alloc(20, 0x0b).toString();
    const digest = 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7';
    expect(isSigned({ algorithm: 'sha256', parts: ['Hi There'] }, [digest], [key])).toBe(true);
  });

  it('of nothing is one like any other', () => {
    expect(isSigned({ algorithm: 'sha256', parts: [] }, [OF_NOTHING], ['whsec_test'])).toBe(true);
  });

  it.each([
    ['the second signature under the first secret', [OTHER_SHA256, SHA256], ['whsec_test', 'whsec_new']],
    ['the first signature under the second secret', [SHA256, 'nonsense'], ['', 'whsec_test']],
    ['both signatures under both secrets', [SHA256, OTHER_SHA256], ['whsec_other', 'whsec_test']],
  ])('holds by %s', (_name, signatures, secrets) => {
    expect(isSigned(sha256, signatures, secrets)).toBe(true);
  });

  it.each([
    ['another secret', [SHA256], ['whsec_other']],
    ['no secret', [SHA256], []],
    ['no signature', [], ['whsec_test']],
    ['an empty signature', [''], ['whsec_test']],
    ['an empty secret, rightly signed', [EMPTY_KEY], ['']],
    ['an empty secret beside another, rightly signed', [EMPTY_KEY], ['', 'whsec_test']],
    ['another algorithm', [SHA1], ['whsec_test']],
    ['capitals', [SHA256.toUpperCase()], ['whsec_test']],
    ['one digit less', [SHA256.slice(1)], ['whsec_test']],
    ['half of it', [SHA256.slice(0, 32)], ['whsec_test']],
    ['a digit more', [`${SHA256}0`], ['whsec_test']],
    ['another last digit', [`${SHA256.slice(0, -1)}6`], ['whsec_test']],
    ['a line end behind it', [`${SHA256.slice(0, -1)}\n`, `${SHA256}\n`], ['whsec_test']],
    ['no hexadecimal digits', ['g'.repeat(64)], ['whsec_test']],
    ['wide characters', ['９'.repeat(64)], ['whsec_test']],
    ['base64', [Buffer.from(SHA256, 'hex').toString('base64')], ['whsec_test']],
  ])('does not hold with %s', (_name, signatures, secrets) => {
    expect(isSigned(sha256, signatures, secrets)).toBe(false);
  });

  it.each([
    ['a byte more', [...parts, '\n']],
    ['the parts in another order', parts.toReversed()],
    ['another time', ['1763803801.', parts[1] ?? '']],
  ])('does not hold for content with %s', (_name, changed) => {
    expect(isSigned({ algorithm: 'sha256', parts: changed }, [SHA256], ['whsec_test'])).toBe(false);
  });
});

describe('a header with a time and signatures', () => {
  it.each([
    ['t=1763803800,v1=ab12', ['ab12']],
    ['v1=ab12,t=1763803800', ['ab12']],
    ['t=1763803800,v1=ab12,v1=cd34', ['ab12', 'cd34']],
    ['t=1763803800,v0=ee,v1=ab12,v2=ff', ['ab12']],
  ])('is read: %s', (header, signatures) => {
    expect(readTimedSignature(header)).toEqual({ seconds: '1763803800', signatures });
  });

  it('is read in another version', () => {
    expect(readTimedSignature('t=7,v2=ab,v1=cd', 'v2')).toEqual({ seconds: '7', signatures: ['ab'] });
  });

  it.each([
    undefined,
    '',
    't=1763803800',
    'v1=ab12',
    't=1763803800,v0=ab12',
    't=1763803800,v1=',
    't=,v1=ab12',
    't=1,t=2,v1=ab12',
    't=1763803800,v1=ab12,',
    't=1763803800, v1=ab12',
    't=1763803800;v1=ab12',
    't=1763803800,v1=ab=12',
    't=1763803800,v1=ab12, t=1763803800,v1=ab12',
    'T=1763803800,V1=ab12',
  ])('is none: %j', (header) => {
    expect(readTimedSignature(header)).toBeNull();
  });
});

describe('a signed time', () => {
  // 2025-11-22T09:30:00Z is 1763803800: `date -u -d @1763803800`.
  const signedAt = instant('2025-11-22T09:30:00.000000Z');

  it.each([
    [0, true],
    [300_000, true],
    [-300_000, true],
    [300_001, false],
    [-300_001, false],
    [86_400_000, false],
  ])('%d ms ago counts: %s', (milliseconds, counts) => {
    expect(isTimely('1763803800', addMilliseconds(signedAt, milliseconds))).toBe(counts);
  });

  it.each(['', '-1763803800', '1763803800.0', '1.763e9', '0x69218258', ' 1763803800', '1763803800000', 'now', '٣'])(
    'that is no number of seconds does not count: %j',
    (seconds) => {
      expect(isTimely(seconds, signedAt)).toBe(false);
    },
  );

  it('has the tolerance that it is given', () => {
    expect([999, 1001].map((ms) => isTimely('1763803800', addMilliseconds(signedAt, ms), 1000))).toEqual([true, false]);
  });
});
