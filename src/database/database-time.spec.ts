import fc from 'fast-check';
import { instantOfEpoch } from '../platform/clock.js';
import { databaseTime, databaseTimeOrNull } from './database-time.js';

describe('a time of the database', () => {
  it.each([
    ['2026-11-22 09:30:00', '2026-11-22T09:30:00.000000Z'],
    ['2026-11-22 09:30:00.1', '2026-11-22T09:30:00.100000Z'],
    ['2026-11-22 09:30:00.000001', '2026-11-22T09:30:00.000001Z'],
    ['2026-11-22 09:30:00.12345', '2026-11-22T09:30:00.123450Z'],
    ['0001-01-01 00:00:00', '0001-01-01T00:00:00.000000Z'],
    ['9999-12-31 23:59:59.999999', '9999-12-31T23:59:59.999999Z'],
  ])('%s is %s', (text, time) => {
    expect(databaseTime(text)).toBe(time);
  });

  it('comes back from what PostgreSQL makes of it, and is left alone where it is an instant already', () => {
    const law = fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), fc.nat(999), (ms, us) => {
      const time = instantOfEpoch(ms, us);
      // PostgreSQL leaves trailing zeros of the fraction away, and a fraction of zeros altogether.
      const text = time.replace('T', ' ').replace(/\.?0*Z$/, '');
      const whole = time.slice(20, 26) === '000000' ? time.slice(0, 19).replace('T', ' ') : text;
      expect(databaseTime(whole)).toBe(time);
      expect(databaseTime(time)).toBe(time);
    });
    fc.assert(law);
  });

  it('may be missing', () => {
    expect(databaseTimeOrNull(null)).toBeNull();
    expect(databaseTimeOrNull('2026-11-22 09:30:00')).toBe('2026-11-22T09:30:00.000000Z');
  });
});
