import { randomBytes } from 'node:crypto';
import { KeyRing, MissingKeyError } from './key-ring.js';
import { NotOpenableError, type Place, Vault, vaultFaultOf } from './vault.js';

const entry = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const place: Place = {
  scope: { organizationId: '0197a0de-2c3b-7000-8000-0123456789ab', livemode: true },
  column: 'evidence.sealed',
  row: 'a|b',
};

describe('the vault', () => {
  const [old, present] = [entry('old'), entry('new')];
  const vault = new Vault(KeyRing.parse(`${present},${old}`));

  it.each(['', 'x', 'Müller “\u{1f600}”', 'x'.repeat(100_000)])('gives back what it sealed', (text) => {
    const { dataKey, ...wrapped } = vault.newDataKey(place);
    const sealed = vault.seal(dataKey, place, text);
    expect(vault.open(vault.openDataKey(place, wrapped), place, sealed)).toBe(text);
    expect(sealed).toHaveLength(28 + Buffer.byteLength(text));
  });

  it('seals the same text differently each time, and gives each verification a key of its own', () => {
    const [one, other] = [vault.newDataKey(place), vault.newDataKey(place)];
    expect(one.dataKey.equals(other.dataKey)).toBe(false);
    expect(vault.seal(one.dataKey, place, 'x').equals(vault.seal(one.dataKey, place, 'x'))).toBe(false);
  });

  it.each<[string, Place]>([
    ['organization', { ...place, scope: { ...place.scope, organizationId: '0197a0de-2c3b-7000-8000-0123456789ac' } }],
    ['livemode', { ...place, scope: { ...place.scope, livemode: false } }],
    ['column', { ...place, column: 'data_keys.wrapped_key' }],
    ['row', { ...place, row: 'a|c' }],
  ])('opens nothing that was moved to another %s', (_, elsewhere) => {
    const { dataKey, ...wrapped } = vault.newDataKey(place);
    const sealed = vault.seal(dataKey, place, 'secret');
    expect(() => vault.open(dataKey, elsewhere, sealed)).toThrow();
    expect(() => vault.openDataKey(elsewhere, wrapped)).toThrow(NotOpenableError);
    expect(() => vault.rewrap(elsewhere, wrapped)).toThrow(NotOpenableError);
  });

  it('opens nothing of which a bit was changed or an end cut off', () => {
    const { dataKey } = vault.newDataKey(place);
    const sealed = vault.seal(dataKey, place, 'secret');
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => vault.open(dataKey, place, changed)).toThrow();
      expect(() => vault.open(dataKey, place, sealed.subarray(0, index))).toThrow();
    }
  });

  it('opens with any key of the ring, wraps with the first, and fails without the one that wrapped', () => {
    const before = new Vault(KeyRing.parse(old));
    const { dataKey, ...wrapped } = before.newDataKey(place);
    expect(vault.openDataKey(place, wrapped).equals(dataKey)).toBe(true);
    expect(vault.newDataKey(place).ringKeyId).toBe('new');
    expect(() => new Vault(KeyRing.parse(present)).openDataKey(place, wrapped)).toThrow('does not hold');
  });

  it('wraps a data key anew with the first key, and the key stays what it was', () => {
    const { dataKey, ...wrapped } = new Vault(KeyRing.parse(old)).newDataKey(place);
    const sealed = vault.seal(dataKey, place, 'secret');
    const fresh = vault.rewrap(place, wrapped);
    expect(fresh.ringKeyId).toBe('new');
    const alone = new Vault(KeyRing.parse(present));
    expect(alone.open(alone.openDataKey(place, fresh), place, sealed)).toBe('secret');
    expect(vault.rewrap(place, fresh).wrapped.equals(fresh.wrapped)).toBe(false);
    expect(() => alone.rewrap(place, wrapped)).toThrow('does not hold');
  });

  it('tells a key that is missing from one that does not open, and both from any other error', () => {
    const { dataKey: _, ...wrapped } = new Vault(KeyRing.parse(old)).newDataKey(place);
    const faultWith = (ring: string): unknown => {
      try {
        return new Vault(KeyRing.parse(ring)).openDataKey(place, wrapped);
      } catch (error) {
        return vaultFaultOf(error);
      }
    };
    expect(faultWith(present)).toBe('key_missing');
    expect(faultWith(entry('old'))).toBe('not_openable');
    expect(vaultFaultOf(new Error('the database is away'))).toBeNull();
  });

  it('knows the ids of its keys, the current one first', () => {
    expect(vault.keyIds).toEqual(['new', 'old']);
  });

  it('knows a content again by its mark, for the same use and with the key that made it', () => {
    const [content, other] = [Buffer.from('123-45-6789'), Buffer.from('123-45-6780')];
    const mark = new Vault(KeyRing.parse(old)).mark('one', content);
    expect(vault.isMarkOf(mark, 'one', content)).toBe(true);
    expect([vault.isMarkOf(mark, 'one', other), vault.isMarkOf(mark, 'two', content)]).toEqual([false, false]);
    expect(vault.mark('one', content).equals(mark)).toBe(false);
    expect(new Vault(KeyRing.parse(entry('old'))).isMarkOf(mark, 'one', content)).toBe(false);
    expect(() => new Vault(KeyRing.parse(present)).isMarkOf(mark, 'one', content)).toThrow(MissingKeyError);
  });

  // hkdf and hmac of OpenSSL 3: openssl kdf -keylen 32 -kdfopt digest:SHA2-256 -kdfopt hexkey:.. -kdfopt info:'customer-verifications use' HKDF
  it('marks by HMAC-SHA-256 with a key of HKDF-SHA-256, and the id of the key that both come from', () => {
    const fixed = new Vault(KeyRing.parse(`fixed:${Buffer.alloc(32, 7).toString('base64')}`));
    expect(fixed.mark('use', Buffer.from('content')).toString('hex')).toBe(
      'e522275e16b36e1b010301b8adf0af861df3bd090e3276e34e1920488f3c138e' + '6669786564',
    );
  });
});

describe('a key ring', () => {
  it.each([
    '',
    'a',
    'a:',
    `a:${randomBytes(31).toString('base64')}`,
    `a b:${entry('x').slice(2)}`,
    `${entry('a')},`,
    `${entry('a')};${entry('b')}`,
  ])('refuses %j without repeating it', (text) => {
    const parse = (): KeyRing => KeyRing.parse(text);
    expect(parse).toThrow(TypeError);
    expect(parse).toThrow(/^(each key must be|two keys have)/);
  });

  it('refuses two keys with one id', () => {
    expect(() => KeyRing.parse(`${entry('a')},${entry('a')}`)).toThrow('two keys have one id');
  });
});
