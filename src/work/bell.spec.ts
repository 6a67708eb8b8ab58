import { Bell } from './bell.js';

describe('a bell', () => {
  it('rung many times has rung once', async () => {
    const bell = new Bell();
    expect(bell.rung).toBe(false);
    for (let ring = 0; ring < 1_000; ring += 1) bell.ring();
    expect(bell.rung).toBe(true);
    expect(await bell.heard()).toBe(true);
    bell.silence();
    expect(bell.rung).toBe(false);
  });

  it('is heard by who waits already, and not again by who waits after it was silenced', async () => {
    const bell = new Bell();
    const waiting = bell.heard();
    bell.ring();
    expect(await waiting).toBe(true);
    bell.silence();
    const later = bell.heard();
    expect(await Promise.race([later, Promise.resolve('silent')])).toBe('silent');
  });

  it('silenced without a ring loses nobody who waits', async () => {
    const bell = new Bell();
    const waiting = bell.heard();
    bell.silence();
    bell.ring();
    expect(await waiting).toBe(true);
  });
});
