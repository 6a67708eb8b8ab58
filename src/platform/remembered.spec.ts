import { randomUUID } from 'node:crypto';
import { ScriptedClock } from '../../test/support/scripted-clock.js';
import { Remembered } from './remembered.js';

interface Key {
  readonly text: string;
}
interface Found {
  readonly id: string;
}

const SECOND = 1_000;

const aKey = (): Key => ({ text: randomUUID() });
const nameOf = ({ text }: Key): string => text;

describe('what was looked up', () => {
  let clock: ScriptedClock;
  let stored: Map<string, Found>;
  let lookUps: number;
  let known: Remembered<Key, Found>;

  const remembering = (lookUp: (key: Key) => Promise<Found | null>): Remembered<Key, Found> =>
    new Remembered({ nameOf, lookUp, clock, forMs: SECOND });

  const store = (key: Key): Found => {
    const found = { id: randomUUID() };
    stored.set(nameOf(key), found);
    return found;
  };

  beforeEach(() => {
    [clock, stored, lookUps] = [new ScriptedClock(), new Map(), 0];
    known = remembering(async (key) => {
      lookUps += 1;
      return stored.get(nameOf(key)) ?? null;
    });
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
    const answer = Promise.withResolvers<Found | null>();
    const slow = remembering(() => answer.promise);
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
    const shaky = remembering(async () => {
      if (fails) throw new Error('no database');
      return store(key);
    });
    await expect(Promise.all([shaky.look(key), shaky.look(key)])).rejects.toThrow('no database');
    fails = false;
    expect(await shaky.look(key)).toBe(stored.get(nameOf(key)));
  });

  it('survives any number of keys that somebody makes up, and so does a look-up under way', async () => {
    const [settled, arriving] = [aKey(), aKey()];
    const found = store(settled);
    await known.look(settled);
    const answer = Promise.withResolvers<Found | null>();
    const busy = remembering((key) => (key === arriving ? answer.promise : known.look(key)));
    const looked = busy.look(arriving);
    await Promise.all(Array.from({ length: 10_001 }, () => busy.look(aKey())));
    answer.resolve(store(arriving));
    expect(await looked).toBe(stored.get(nameOf(arriving)));
    expect(known.get(settled)).toBe(found);
  });
});
