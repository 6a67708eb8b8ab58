import fc from 'fast-check';
import { addMilliseconds, epochMilliseconds, instant, instantOfEpoch, SystemClock } from './clock.js';

const YEAR_9999_MS = 253_402_300_799_999;
const anyInstant = fc
  .tuple(fc.integer({ min: 0, max: YEAR_9999_MS }), fc.integer({ min: 0, max: 999 }))
  .map(([milliseconds, microseconds]) => instantOfEpoch(milliseconds, microseconds));

describe('instant', () => {
  it('takes six decimals in UTC', () => {
    expect(instant('2026-11-22T09:30:00.000001Z')).toBe('2026-11-22T09:30:00.000001Z');
  });

  it.each([
    '',
    '2026-11-22',
    '2026-11-22T09:30:00Z',
    '2026-11-22T09:30:00.123Z',
    '2026-11-22T09:30:00.1234567Z',
    '2026-11-22T09:30:00.123456',
    '2026-11-22T09:30:00.123456+00:00',
    '2026-11-22 09:30:00.123456Z',
    '2026-11-22t09:30:00.123456z',
    ' 2026-11-22T09:30:00.123456Z',
    '2026-11-22T09:30:00.123456Z\n',
    '+02026-11-22T09:30:00.123456Z',
  ])('refuses %j', (text) => {
    expect(() => instant(text)).toThrow(RangeError);
  });
});

describe('arithmetic of instants', () => {
  it('writes milliseconds and microseconds', () => {
    expect(instantOfEpoch(0)).toBe('1970-01-01T00:00:00.000000Z');
    expect(instantOfEpoch(1_700_000_000_123, 45)).toBe('2023-11-14T22:13:20.123045Z');
  });

  it('cuts microseconds off the epoch', () => {
    expect(epochMilliseconds(instant('1970-01-01T00:00:00.001999Z'))).toBe(1);
  });

  it.each([
    ['2026-12-31T23:59:59.999999Z', 1, '2027-01-01T00:00:00.000999Z'],
    ['2024-02-28T12:00:00.000007Z', 86_400_000, '2024-02-29T12:00:00.000007Z'],
    ['2023-02-28T12:00:00.000007Z', 86_400_000, '2023-03-01T12:00:00.000007Z'],
    ['2026-03-01T00:00:00.000500Z', -1, '2026-02-28T23:59:59.999500Z'],
    ['2026-11-22T09:30:00.123456Z', 0, '2026-11-22T09:30:00.123456Z'],
  ])('moves %s by %i ms to %s', (at, milliseconds, expected) => {
    expect(addMilliseconds(instant(at), milliseconds)).toBe(expected);
  });

  it('comes back after there and back, microseconds included', () => {
    const step = fc.integer({ min: 0, max: 1_000_000_000_000 });
    fc.assert(
      fc.property(anyInstant, step, (at, milliseconds) => {
        fc.pre(epochMilliseconds(at) + milliseconds <= YEAR_9999_MS);
        expect(addMilliseconds(addMilliseconds(at, milliseconds), -milliseconds)).toBe(at);
      }),
    );
  });

  it('orders text as time', () => {
    const key = fc.tuple(fc.integer({ min: 0, max: YEAR_9999_MS }), fc.integer({ min: 0, max: 999 }));
    fc.assert(
      fc.property(key, key, ([ms1, us1], [ms2, us2]) => {
        const later = ms1 !== ms2 ? ms1 > ms2 : us1 > us2;
        expect(instantOfEpoch(ms1, us1) > instantOfEpoch(ms2, us2)).toBe(later);
      }),
    );
  });

  it('gives back what can be read as an instant', () => {
    fc.assert(fc.property(anyInstant, (at) => instant(at) === at));
  });
});

describe('SystemClock', () => {
  it('gives a later instant at every reading', () => {
    const clock = new SystemClock();
    const readings = Array.from({ length: 20_000 }, () => clock.now());
    expect(readings.every((at, index) => index === 0 || at > readings[index - 1]!)).toBe(true);
  });

  it('agrees with the machine', () => {
    expect(Math.abs(epochMilliseconds(new SystemClock().now()) - Date.now())).toBeLessThan(1000);
  });

  it('goes on from where the machine is after a sleep, and waits rather than go back', () => {
    const clock = new SystemClock();
    const [before, machine] = [clock.now(), Date.now];
    try {
      Date.now = () => machine() + 8 * 3_600_000;
      const after = clock.now();
      expect(epochMilliseconds(after) - epochMilliseconds(before)).toBeGreaterThanOrEqual(8 * 3_600_000 - 5);
      Date.now = machine;
      const back = clock.now();
      expect(back > after && back < addMilliseconds(after, 5)).toBe(true);
    } finally {
      Date.now = machine;
    }
  });
});
