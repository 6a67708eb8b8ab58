import { randomUUID } from 'node:crypto';
import { ScriptedClock } from '../../test/support/scripted-clock.js';
import { newApiKey, type PresentedKey, presentedKey } from './api-key.js';
import type { FoundKey } from './api-keys.repository.js';
import { KnownKeys } from './known-keys.js';

const SECOND = 1_000;

function aKey(): PresentedKey {
  return presentedKey(newApiKey(false))!;
}

describe('what is known of keys', () => {
  let clock: ScriptedClock;
  let stored: Map<string, FoundKey>;
  let lookUps: number;
  let known: KnownKeys;

  const nameOf = ({ hash }: PresentedKey): string => hash.toString('hex');
  const store = (key: PresentedKey): FoundKey => {
    const tenant = { organizationId: randomUUID(), livemode: false };
    const found = { ...tenant, id: randomUUID(), principalId: 'p', scopes: [], expiresAt: null, revoked: false };
    stored.set(nameOf(key), found);
    return found;
  };

  beforeEach(() => {
    [clock, stored, lookUps] = [new ScriptedClock(), new Map(), 0];
    known = new KnownKeys(async (presented) => {
      lookUps += 1;
      return stored.get(nameOf(presented)) ?? null;
    }, clock);
  });

  it('is remembered for a second of passing time, also while the clock stands still', async () => {
    const key = aKey();
    const found = store(key);
    expect(known.get(key)).toBeUndefined();
    expect(await known.look(key)).toBe(found);
    clock.passUnseen(SECOND);
    expect(known.get(key)).toBe(found);
    clock.passUnseen(1);
    expect(known.get(key)).toBeUndefined();
  });

  it('is that there is none, for a second', async () => {
    const key = aKey();
    expect(await known.look(key)).toBeNull();
    expect(known.get(key)).toBeNull();
    clock.advance(SECOND + 1);
    expect(known.get(key)).toBeUndefined();
  });

  it('is as old as the question', async () => {
    const key = aKey();
    const answer = Promise.withResolvers<FoundKey | null>();
    const slow = new KnownKeys(() => answer.promise, clock);
    const looked = slow.look(key);
    clock.advance(SECOND + 1);
    answer.resolve(store(key));
    await looked;
    expect(slow.get(key)).toBeUndefined();
  });

  it('is looked for once by all that ask together', async () => {
    const key = aKey();
    const found = store(key);
    expect(await Promise.all(Array.from({ length: 40 }, () => known.look(key)))).toEqual(Array(40).fill(found));
    expect(lookUps).toBe(1);
  });

  it('is looked for again after a look-up that failed', async () => {
    const key = aKey();
    let fails = true;
    const shaky = new KnownKeys(async () => {
      if (fails) throw new Error('no database');
      return store(key);
    }, clock);
    await expect(Promise.all([shaky.look(key), shaky.look(key)])).rejects.toThrow('no database');
    fails = false;
    expect(await shaky.look(key)).toBe(stored.get(nameOf(key)));
  });

  it('survives any number of keys that somebody makes up, and so does a look-up under way', async () => {
    const [settled, arriving] = [aKey(), aKey()];
    const found = store(settled);
    await known.look(settled);
    const answer = Promise.withResolvers<FoundKey | null>();
    const busy = new KnownKeys((presented) => (presented === arriving ? answer.promise : known.look(presented)), clock);
    const looked = busy.look(arriving);
    await Promise.all(Array.from({ length: 10_001 }, () => busy.look(aKey())));
    answer.resolve(store(arriving));
    expect(await looked).toBe(stored.get(nameOf(arriving)));
    expect(known.get(settled)).toBe(found);
  });
});
