import { Bell } from './bell.js';

const LONG_MS = 60_000;
const never = new Promise<never>(() => undefined);

describe('a bell', () => {
  it('rung many times has rung once', async () => {
    const bell = new Bell();
    expect(bell.rung).toBe(false);
    for (let ring = 0; ring < 1_000; ring += 1) bell.ring();
    expect(bell.rung).toBe(true);
    expect(await bell.heardOr(never, LONG_MS)).toBe(true);
    bell.silence();
    expect(bell.rung).toBe(false);
  });

  it('is heard by who waits already, and not again by who waits after it was silenced', async () => {
    const bell = new Bell();
    const waiting = bell.heardOr(never, LONG_MS);
    bell.ring();
    expect(await waiting).toBe(true);
    bell.silence();
    const later = bell.heardOr(never, LONG_MS).then(() => 'heard');
    expect(await Promise.race([later, Promise.resolve('silent')])).toBe('silent');
    // Leaves no timer behind.
    bell.ring();
    await later;
  });

  it('silenced without a ring loses nobody who waits', async () => {
    const bell = new Bell();
    const waiting = bell.heardOr(never, LONG_MS);
    bell.silence();
    bell.ring();
    expect(await waiting).toBe(true);
  });

  it('forgets who waits for it no longer', async () => {
    const bell = new Bell();
    for (let wait = 0; wait < 100; wait += 1) await bell.heardOr(Promise.resolve(), LONG_MS);
    expect(await bell.heardOr(never, 1)).toBe(false);
    await expect(bell.heardOr(Promise.reject(new Error('other')), LONG_MS)).rejects.toThrow('other');
    expect(bell.waiting).toBe(0);
  });
});
