import fc from 'fast-check';
import { addMilliseconds, instant } from '../../../platform/clock.js';
import type { Verdict } from '../offline-check.js';
import { AGE_PURPOSES, AGE_THRESHOLDS, thresholdFor } from './age-thresholds.js';
import { age } from './age.js';
import { birthday, civilDate, daysInMonth, daysMeant, isLeapYear, localDate } from './civil-date.js';
import { dateIn, JURISDICTIONS } from './jurisdictions.js';

interface Asked {
  readonly born: string;
  readonly at?: string;
  readonly in?: string;
  readonly purpose?: string;
}

function run({ born, at = '2026-11-22T12:00:00', in: jurisdiction = 'DE', purpose = 'majority' }: Asked): Verdict {
  return age.run({ date_of_birth: born, jurisdiction, purpose }, instant(`${at}.000000Z`));
}

describe('age', () => {
  it.each([
    ['2008-11-22', 'verified', 'age_met'],
    ['2008-11-23', 'failed', 'age_below_minimum'],
    ['1901-11-22', 'verified', 'age_met'],
    // 125 years and not a day more than the 126th birthday allows.
    ['1900-11-23', 'verified', 'age_met'],
    ['1900-11-22', 'failed', 'identifier_format_invalid'],
    ['2026-11-22', 'failed', 'age_below_minimum'],
    ['2026-11-23', 'failed', 'identifier_format_invalid'],
    ['9999-12-31', 'failed', 'identifier_format_invalid'],
    ['0000-01-01', 'failed', 'identifier_format_invalid'],
    ['2007', 'verified', 'age_met'],
    ['2008', 'pending', 'age_uncertain'],
    ['2009', 'failed', 'age_below_minimum'],
    ['2008-10', 'verified', 'age_met'],
    ['2008-11', 'pending', 'age_uncertain'],
    ['2008-12', 'failed', 'age_below_minimum'],
    ['2026', 'failed', 'age_below_minimum'],
    ['2026-12', 'failed', 'identifier_format_invalid'],
    ['1900', 'verified', 'age_met'],
    ['1899', 'failed', 'identifier_format_invalid'],
  ])('judges somebody born %s, on 22 November 2026 against 18 years: %s %s', (born, outcome, reason) => {
    expect(run({ born })).toMatchObject({ outcome, reason });
  });

  it.each([
    ['2026-11-22T22:59:59', 'failed'],
    ['2026-11-22T23:00:00', 'verified'],
  ])('changes at midnight in Berlin: at %s %s', (at, outcome) => {
    expect(run({ born: '2008-11-23', at }).outcome).toBe(outcome);
  });

  it('knows at one instant a birthday in Sydney that has not begun in Honolulu', () => {
    const birth = { born: '2008-11-23', at: '2026-11-22T20:00:00' };
    expect(run({ ...birth, in: 'AU-VIC' })).toMatchObject({
      outcome: 'verified',
      payload: { evaluated_on: '2026-11-23', met: true },
    });
    expect(run({ ...birth, in: 'US-HI' })).toMatchObject({
      outcome: 'failed',
      payload: { evaluated_on: '2026-11-22', met: false },
    });
  });

  it.each([
    ['US-NY', '2026-11-23T05:00:00', 'verified'],
    ['US-CA', '2026-11-23T05:00:00', 'failed'],
    ['US-CA', '2026-11-23T08:00:00', 'verified'],
    // All of the United States: the day begins last in Hawaii.
    ['US', '2026-11-23T08:00:00', 'failed'],
    ['US', '2026-11-23T09:59:59', 'failed'],
    ['US', '2026-11-23T10:00:00', 'verified'],
    // Florida keeps two times.
    ['US-FL', '2026-11-23T05:00:00', 'failed'],
    ['US-FL', '2026-11-23T06:00:00', 'verified'],
  ])('lets somebody of 21 years buy alcohol in %s at %s: %s', (place, at, outcome) => {
    expect(run({ born: '2005-11-23', at, in: place, purpose: 'alcohol' }).outcome).toBe(outcome);
  });

  it.each([
    ['GB', '2026-02-28T12:00:00', 'failed'],
    ['GB', '2026-03-01T00:00:00', 'verified'],
  ])('in %s somebody born on 29 February comes of age at %s: %s', (place, at, outcome) => {
    expect(run({ born: '2008-02-29', at, in: place }).outcome).toBe(outcome);
  });

  it('turns with the day in summer time too', () => {
    expect(run({ born: '2008-07-01', at: '2026-06-30T21:59:59' }).outcome).toBe('failed');
    expect(run({ born: '2008-07-01', at: '2026-06-30T22:00:00' }).outcome).toBe('verified');
  });

  it('shows the question and the answer, and not where they came from', () => {
    const asked = { date_of_birth: '1990-05-17', jurisdiction: 'DE', purpose: 'majority', assurance: 'document' };
    const { payload, answer } = age.run(asked, instant('2026-11-22T12:00:00.000000Z'));
    expect(payload).toEqual({
      proves: 'calculation',
      threshold: 18,
      jurisdiction: 'DE',
      purpose: 'majority',
      assurance: 'document',
      evaluated_on: '2026-11-22',
      met: true,
    });
    expect(answer).toMatchObject({
      rule: {
        source: expect.stringContaining('not checked country by country') as unknown,
        leap_birthday: 'mar1',
        time_zones: ['Europe/Berlin'],
      },
    });
    expect(run({ born: '2008' }).payload).toMatchObject({ met: null, assurance: 'declared' });
  });

  it('is once met never unmet', () => {
    const born = fc.integer({ min: 0, max: 40_000 }).map((day) => addDays('1905-01-01', day));
    const later = fc.integer({ min: 0, max: 1_000 });
    fc.assert(
      fc.property(born, later, fc.constantFrom('GB', 'KR', 'US-MS', 'NZ'), (birth, days, place) => {
        const first = run({ born: birth, in: place });
        const second = run({ born: birth, in: place, at: `${addDays('2026-11-22', days)}T12:00:00` });
        return first.reason !== 'age_met' || second.reason !== 'age_below_minimum';
      }),
    );
  });

  it('says of a partial date only what holds for each of its days', () => {
    const month = fc.tuple(fc.integer({ min: 1905, max: 2026 }), fc.integer({ min: 1, max: 10 }));
    fc.assert(
      fc.property(month, ([year, number]) => {
        const partial = civilDate(year, number, 1).slice(0, 7);
        const days = Array.from(
          { length: daysInMonth(year, number) },
          (_, day) => run({ born: civilDate(year, number, day + 1) }).reason,
        );
        const { reason } = run({ born: partial });
        return reason === 'age_uncertain' ? new Set(days).size === 2 : days.every((day) => day === reason);
      }),
    );
  });
});

/** The day so many days later, by epoch milliseconds: a second opinion on the calendar. */
function addDays(date: string, days: number): string {
  return localDate(addMilliseconds(instant(`${date}T00:00:00.000000Z`), days * 86_400_000), 'UTC');
}

describe('the table of thresholds', () => {
  const pairs = AGE_THRESHOLDS.flatMap(({ purpose, jurisdictions }) =>
    jurisdictions.map((code) => `${purpose} ${code}`),
  );

  it('names no pair twice', () => {
    expect(pairs.filter((pair, at) => pairs.indexOf(pair) !== at)).toEqual([]);
  });

  it('holds ages that laws set, each with a source and its date', () => {
    for (const { years, source, asOf } of AGE_THRESHOLDS) {
      expect(years).toBeGreaterThanOrEqual(13);
      expect(years).toBeLessThanOrEqual(21);
      expect(source).not.toBe('');
      expect(asOf ?? '2026').toMatch(/^\d{4}(-\d\d-\d\d)?$/);
    }
  });

  it('knows a calendar for each of its jurisdictions, and uses every purpose', () => {
    for (const code of AGE_THRESHOLDS.flatMap((row) => row.jurisdictions))
      expect([...JURISDICTIONS.keys()]).toContain(code);
    expect(new Set(AGE_THRESHOLDS.map((row) => row.purpose))).toEqual(new Set(Object.keys(AGE_PURPOSES)));
  });

  it.each([
    ['US-AL', 'majority', 19],
    ['US-NE', 'majority', 19],
    ['US-MS', 'majority', 21],
    ['US-TX', 'majority', 18],
    ['CA-BC', 'majority', 19],
    ['CA-ON', 'majority', 18],
    ['CA-ON', 'alcohol', 19],
    ['CA-QC', 'alcohol', 18],
    ['KR', 'majority', 19],
    ['TH', 'majority', 20],
    ['GB-SCT', 'contract', 16],
    ['US', 'alcohol', 21],
    ['DE', 'digital_consent', 16],
    ['AT', 'digital_consent', 14],
    ['GB', 'digital_consent', 13],
    ['US', 'majority', undefined],
    ['CA', 'majority', undefined],
    ['KR', 'alcohol', undefined],
    // Sources differ, or none was found.
    ['DK', 'digital_consent', undefined],
    ['AT', 'alcohol', undefined],
    ['TW', 'majority', undefined],
    ['SG', 'majority', undefined],
  ] as const)('%s %s: %p', (jurisdiction, purpose, years) => {
    expect(thresholdFor(jurisdiction, purpose)?.years).toBe(years);
  });

  it('covers all states, provinces and members of the Union', () => {
    const known = (start: string, purpose: string): number =>
      pairs.filter((pair) => pair.startsWith(`${purpose} ${start}-`)).length;
    expect([known('US', 'majority'), known('US', 'alcohol')]).toEqual([51, 51]);
    expect([known('CA', 'majority'), known('CA', 'alcohol')]).toEqual([13, 13]);
    expect([known('AU', 'majority'), known('AU', 'alcohol')]).toEqual([8, 8]);
    const members = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');
    expect(members.filter((code) => thresholdFor(code, 'majority')?.years === 18)).toHaveLength(27);
  });
});

describe('jurisdictions', () => {
  it('keep the leap-day rule as data: Taiwan a day early, all others a day late', () => {
    const early = [...JURISDICTIONS].filter(([, { leapBirthday }]) => leapBirthday === 'feb28').map(([code]) => code);
    expect(early).toEqual(['TW']);
  });

  it('name only time zones that this runtime knows', () => {
    const at = instant('2026-11-22T12:00:00.000000Z');
    for (const place of JURISDICTIONS.values()) expect(dateIn(place, at)).toMatch(/^2026-11-2[23]$/);
  });

  it('spread over all their zones, of which the one where the day begins last decides', () => {
    const at = instant('2026-11-22T15:30:00.000000Z');
    expect(dateIn({ timeZones: ['Australia/Sydney'], leapBirthday: 'mar1' }, at)).toBe('2026-11-23');
    expect(dateIn({ timeZones: ['Australia/Sydney', 'Australia/Perth'], leapBirthday: 'mar1' }, at)).toBe('2026-11-22');
    expect(() => dateIn({ timeZones: [], leapBirthday: 'mar1' }, at)).toThrow('time zone');
  });
});

describe('civil dates', () => {
  it.each([
    [1900, false],
    [2000, true],
    [2023, false],
    [2024, true],
    [2100, false],
  ])('%i is a leap year: %p', (year, leap) => {
    expect(isLeapYear(year)).toBe(leap);
  });

  it.each([
    ['2024-02', '2024-02-01', '2024-02-29'],
    ['2023-02', '2023-02-01', '2023-02-28'],
    ['2023', '2023-01-01', '2023-12-31'],
    ['2023-04-30', '2023-04-30', '2023-04-30'],
  ])('%s means %s to %s', (text, first, last) => {
    expect(daysMeant(text)).toEqual({ first, last });
  });

  it.each([
    '2023-02-29',
    '2023-04-31',
    '2023-00',
    '2023-13',
    '2023-01-00',
    '2023-1-1',
    '23',
    ' 2023',
    '2023-01-01T00:00',
  ])('%s means nothing', (text) => {
    expect(daysMeant(text)).toBeNull();
  });

  it('a birthday is on the same day of each year but for 29 February', () => {
    expect(birthday('2008-02-29', 18, 'mar1')).toBe('2026-03-01');
    expect(birthday('2008-02-29', 18, 'feb28')).toBe('2026-02-28');
    expect(birthday('2008-02-29', 20, 'feb28')).toBe('2028-02-29');
    expect(birthday('2008-11-22', 18, 'mar1')).toBe('2026-11-22');
  });

  it('refuses a zone that does not exist', () => {
    expect(() => localDate(instant('2026-11-22T12:00:00.000000Z'), 'Mars/Olympus')).toThrow(RangeError);
  });
});
