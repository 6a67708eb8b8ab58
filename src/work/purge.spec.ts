import { Purge } from './purge.js';

// Of an ES module Jest has no global of its own.
const { jest: time } = import.meta as unknown as { readonly jest: typeof jest };

const MINUTE = 60_000;

describe('a purge', () => {
  beforeEach(() => time.useFakeTimers());
  afterEach(() => time.useRealTimers());

  /** A store of so many outdated things, removed ten at a time. */
  function storeOf(count: number): { readonly purge: Purge; left(): number; slices(): number; fail: boolean } {
    let [left, slices] = [count, 0];
    const store = {
      fail: false,
      left: () => left,
      slices: () => slices,
      purge: new Purge('things', async () => {
        if (store.fail) throw new Error('no database');
        slices += 1;
        const found = Math.min(left, 10);
        left -= found;
        return found;
      }),
    };
    return store;
  }

  it('removes all that is outdated, a minute after it began', async () => {
    const store = storeOf(35);
    store.purge.start();
    await time.advanceTimersByTimeAsync(MINUTE - 1);
    expect(store.left()).toBe(35);
    await time.advanceTimersByTimeAsync(1);
    expect([store.left(), store.slices()]).toEqual([0, 5]);
    await store.purge.stop();
  });

  it('leaves the rest of a mountain to the next minute', async () => {
    const store = storeOf(1_500);
    store.purge.start();
    await time.advanceTimersByTimeAsync(MINUTE);
    expect(store.left()).toBe(500);
    await time.advanceTimersByTimeAsync(MINUTE);
    expect(store.left()).toBe(0);
    await store.purge.stop();
  });

  it('goes on after a database that was away', async () => {
    const store = storeOf(5);
    store.fail = true;
    store.purge.start();
    await time.advanceTimersByTimeAsync(MINUTE);
    store.fail = false;
    await time.advanceTimersByTimeAsync(MINUTE);
    expect(store.left()).toBe(0);
    await store.purge.stop();
  });

  it('ends when it is told to', async () => {
    const store = storeOf(5);
    store.purge.start();
    await store.purge.stop();
    await time.advanceTimersByTimeAsync(5 * MINUTE);
    expect(store.left()).toBe(5);
  });
});
