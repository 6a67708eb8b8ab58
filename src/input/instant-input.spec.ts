import fc from 'fast-check';
import { epochMilliseconds } from '../platform/clock.js';
import { ValidationError } from '../errors/index.js';
import { parseInstant, readInstant } from './instant-input.js';

describe('parseInstant', () => {
  it.each([
    ['2026-11-22T09:30:00Z', '2026-11-22T09:30:00.000000Z'],
    ['2026-11-22T09:30:00.1Z', '2026-11-22T09:30:00.100000Z'],
    ['2026-11-22T09:30:00.123456Z', '2026-11-22T09:30:00.123456Z'],
    ['2026-11-22T09:30:00.123456+02:00', '2026-11-22T07:30:00.123456Z'],
    ['2026-11-22T09:30:00-05:30', '2026-11-22T15:00:00.000000Z'],
    ['2026-01-01T00:15:00.000001+00:30', '2025-12-31T23:45:00.000001Z'],
    ['2024-02-29T23:59:59+00:00', '2024-02-29T23:59:59.000000Z'],
    ['2024-02-29T00:00:00-23:59', '2024-02-29T23:59:00.000000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000000Z'],
    ['2026-11-22T09:30:00-00:00', '2026-11-22T09:30:00.000000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'],
    ['0001-01-01T00:00:00-01:00', '0001-01-01T01:00:00.000000Z'],
    ['0099-03-01T00:00:00+01:00', '0099-02-28T23:00:00.000000Z'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
    ['9999-12-31T23:59:59.999999+00:01', '9999-12-31T23:58:59.999999Z'],
    ['1969-12-31T23:59:59.999999-00:01', '1970-01-01T00:00:59.999999Z'],
  ])('reads %s as %s', (text, at) => {
    expect(parseInstant(text)).toBe(at);
  });

  it.each([
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-13-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-32T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2016-12-31T23:59:60Z',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+00:60',
    '2026-01-01T00:00:00+0100',
    '2026-01-01T00:00:00+01',
    '2026-01-01T00:00:00.1234567Z',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00,5Z',
    '2026-01-01T00:00Z',
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
    '2026-01-01t00:00:00Z',
    '2026-01-01T00:00:00z',
    '2026-01-01',
    '2024-1-1',
    '2024-1-1T00:00:00Z',
    '+002026-01-01T00:00:00Z',
    ' 2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z\n',
    '２026-01-01T00:00:00Z',
    'infinity',
    'now',
    '',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it('agrees with the calendar of the machine at any offset, and reads its own answer back', () => {
    const minutes = fc.integer({ min: -1439, max: 1439 });
    const ms = fc.integer({ min: Date.parse('0001-01-03T00:00:00Z'), max: Date.parse('9999-12-29T00:00:00Z') });
    fc.assert(
      fc.property(ms, minutes, fc.integer({ min: 0, max: 999 }), (at, offset, micros) => {
        const local = new Date(at + offset * 60_000).toISOString().slice(0, 23);
        const two = (value: number): string => String(value).padStart(2, '0');
        const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
        const result = parseInstant(`${local}${String(micros).padStart(3, '0')}${zone}`);
        expect(result).not.toBeNull();
        if (result === null) return;
        expect(epochMilliseconds(result)).toBe(at);
        expect(result.slice(23, 26)).toBe(String(micros).padStart(3, '0'));
        expect(parseInstant(result)).toBe(result);
      }),
    );
  });

  it('gives null or an instant that it reads back, whatever the text', () => {
    const digitish = fc.array(fc.constantFrom(...'0123456789-+:.TZ'), { maxLength: 40 }).map((all) => all.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), digitish), (text) => {
        const result = parseInstant(text);
        expect(result === null || parseInstant(result) === result).toBe(true);
      }),
    );
  });
});

describe('readInstant', () => {
  it('reads the instant of a member', () => {
    expect(readInstant('expires_at', '2026-11-22T09:30:00+02:00')).toBe('2026-11-22T07:30:00.000000Z');
  });

  it('names the member that says none', () => {
    const read = (): unknown => readInstant('expires_at', '2026-02-30T09:30:00Z');
    expect(read).toThrow(ValidationError);
    const fault = expect.objectContaining({ field: 'expires_at', code: 'INVALID_FORMAT' });
    expect(read).toThrow(expect.objectContaining({ details: expect.objectContaining({ fields: [fault] }) }));
  });
});
