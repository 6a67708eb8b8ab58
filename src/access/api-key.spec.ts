import { createHash } from 'node:crypto';
import { newApiKey, presentedKey } from './api-key.js';

describe('an API key', () => {
  it.each([true, false])('says for which world it is (live: %s) and is known by its hash alone', (livemode) => {
    const key = newApiKey(livemode);
    expect(key).toMatch(livemode ? /^sk_live_[\w-]{43}$/ : /^sk_test_[\w-]{43}$/);
    expect(presentedKey(key)).toEqual({ livemode, hash: createHash('sha256').update(key).digest() });
  });

  it('is another each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => newApiKey(true))).size).toBe(1000);
  });

  const body = 'A'.repeat(43);
  it.each([
    '',
    'x',
    `sk_live_${body}A`,
    `sk_live_${body.slice(1)}`,
    `sk_prod_${body}`,
    `SK_LIVE_${body}`,
    ` sk_live_${body}`,
    `sk_live_${body}\n`,
    `sk_live_${body.slice(1)}+`,
  ])('is none where it reads %j', (text) => {
    expect(presentedKey(text)).toBeNull();
  });
});
