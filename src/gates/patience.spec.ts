import { openForMs, probedForMs, spreadMs, throttledForMs } from './patience.js';

const often = (draw: () => number): number[] => Array.from({ length: 500 }, draw);
const SECOND = 1_000;

describe('the patience with a vendor', () => {
  it.each([
    [1, 30],
    [2, 60],
    [3, 120],
    [4, 240],
    [5, 300],
    [1_000, 300],
  ])('after it has failed %i times in a row is %i s, up to a fifth less', (trip, seconds) => {
    const drawn = often(() => openForMs(trip));
    expect(Math.max(...drawn)).toBeLessThanOrEqual(seconds * SECOND);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(seconds * SECOND * 0.8);
    expect(new Set(drawn).size).toBeGreaterThan(100);
  });

  it.each([
    [0, 0],
    [-5, 0],
    [29_999.6, 30_000],
    [3_600_001, 3_600_000],
    [Infinity, 3_600_000],
  ])('that it asks for with %d ms is %i ms', (asked, given) => {
    expect(throttledForMs(asked)).toBe(given);
  });

  it('that it asks for without a time is 30 s', () => {
    expect(throttledForMs('unsaid')).toBe(30 * SECOND);
  });

  it.each([
    [0, 1],
    [8, 2],
    [3_600, 60],
  ])('spreads those who waited %i s over %i s', (waited, width) => {
    const drawn = often(() => spreadMs(waited * SECOND));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(width * SECOND);
    expect(Math.max(...drawn) - Math.min(...drawn)).toBeGreaterThan(width * SECOND * 0.8);
  });

  it('of those who wait for a trial is 5 to 10 s', () => {
    const drawn = often(probedForMs);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(5 * SECOND);
    expect(Math.max(...drawn)).toBeLessThan(10 * SECOND);
  });
});
