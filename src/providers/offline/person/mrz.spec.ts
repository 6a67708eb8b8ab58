import fc from 'fast-check';
import { instant } from '../../../platform/clock.js';
import type { Verdict } from '../offline-check.js';
import { endOfDay, expiryDate, isOver } from './mrz-dates.js';
import { mrz } from './mrz.js';

const NOW = '2026-11-22T12:00:00';
const run = (zone: string, time = NOW): Verdict => mrz.run({ mrz: zone }, instant(`${time}.000000Z`));

/** The specimens of ICAO Doc 9303 parts 4, 5 and 6. All expired on 15 April 2012. */
const SPECIMENS = {
  TD3: 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10',
  TD2: 'I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6',
  TD1: 'I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<',
} as const;
type Format = keyof typeof SPECIMENS;

/** Where the check digits stand: name, line, column; and the places over which the composite one is reckoned. */
interface Layout {
  readonly digits: readonly (readonly [name: string, line: number, column: number, from: number])[];
  readonly composite: readonly (readonly [line: number, from: number, to: number])[];
  readonly at: readonly [line: number, column: number];
  readonly expiry: readonly [line: number, column: number];
}

const LAYOUT: Readonly<Record<Format, Layout>> = {
  TD3: {
    digits: [
      ['document_number', 1, 9, 0],
      ['birth_date', 1, 19, 13],
      ['expiry_date', 1, 27, 21],
      ['personal_number', 1, 42, 28],
    ],
    composite: [
      [1, 0, 10],
      [1, 13, 20],
      [1, 21, 43],
    ],
    at: [1, 43],
    expiry: [1, 21],
  },
  TD2: {
    digits: [
      ['document_number', 1, 9, 0],
      ['birth_date', 1, 19, 13],
      ['expiry_date', 1, 27, 21],
    ],
    composite: [
      [1, 0, 10],
      [1, 13, 20],
      [1, 21, 35],
    ],
    at: [1, 35],
    expiry: [1, 21],
  },
  TD1: {
    digits: [
      ['document_number', 0, 14, 5],
      ['birth_date', 1, 6, 0],
      ['expiry_date', 1, 14, 8],
    ],
    composite: [
      [0, 5, 30],
      [1, 0, 7],
      [1, 8, 15],
      [1, 18, 29],
    ],
    at: [1, 29],
    expiry: [1, 8],
  },
};

const FORMATS = ['TD1', 'TD2', 'TD3'] as const;

function put(zone: string, line: number, column: number, text: string): string {
  const lines = zone.split('\n');
  const row = lines[line] ?? '';
  lines[line] = row.slice(0, column) + text + row.slice(column + text.length);
  return lines.join('\n');
}

function at(zone: string, line: number, from: number, to: number): string {
  return (zone.split('\n')[line] ?? '').slice(from, to);
}

/** Doc 9303-3, 4.9: weights 7 3 1, letters from 10, fillers 0. Written anew, so as not to ask the code under test. */
function checkDigit(text: string): string {
  const sum = [...text].reduce((total, character, index) => {
    const value = character === '<' ? 0 : Number.parseInt(character, 36);
    return total + value * ([7, 3, 1][index % 3] ?? 0);
  }, 0);
  return String(sum % 10);
}

/** The zone with all its check digits reckoned anew. */
function sealed(format: Format, zone: string): string {
  const { digits, composite, at: place } = LAYOUT[format];
  const single = digits.reduce(
    (text, [, line, column, from]) => put(text, line, column, checkDigit(at(text, line, from, column))),
    zone,
  );
  return put(
    single,
    place[0],
    place[1],
    checkDigit(composite.map(([line, from, to]) => at(single, line, from, to)).join('')),
  );
}

function expiring(format: Format, yymmdd: string): string {
  return sealed(format, put(SPECIMENS[format], ...LAYOUT[format].expiry, yymmdd));
}

describe('mrz', () => {
  it.each(FORMATS)('reads the %s specimen of ICAO and finds it expired', (format) => {
    expect(sealed(format, SPECIMENS[format])).toBe(SPECIMENS[format]);
    expect(run(SPECIMENS[format])).toMatchObject({
      outcome: 'failed',
      reason: 'document_expired',
      payload: { proves: 'form', identifier: 'mrz', format, issuing_state: 'UTO', expires_on: '2012-04-15' },
    });
  });

  it.each(FORMATS)('verifies a %s that is still good, until its last day is over everywhere', (format) => {
    expect(run(expiring(format, '320415'))).toMatchObject({
      outcome: 'verified',
      reason: 'format_valid',
      expiresAt: '2032-04-16T12:00:00.000000Z',
      payload: { proves: 'form', identifier: 'mrz', format, issuing_state: 'UTO', expires_on: '2032-04-15' },
    });
  });

  it.each(
    FORMATS.flatMap((format) => [
      ...LAYOUT[format].digits.map(([name, line, column]) => [format, name, line, column] as const),
      [format, 'composite', ...LAYOUT[format].at] as const,
    ]),
  )('fails a %s whose check digit of the %s is wrong', (format, name, line, column) => {
    const good = expiring(format, '320415');
    const digit = at(good, line, column, column + 1);
    for (const other of '0123456789<'.replace(digit, '')) {
      const { outcome, reason, payload } = run(put(good, line, column, other));
      expect([outcome, reason]).toEqual(['failed', 'identifier_checksum_invalid']);
      expect(payload).toEqual({
        proves: 'form',
        identifier: 'mrz',
        format,
        wrong_check_digits: expect.arrayContaining([name]) as unknown,
      });
    }
  });

  it('notices every change of one digit that a check digit covers', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FORMATS), fc.nat(), fc.integer({ min: 1, max: 9 }), (format, place, step) => {
        const good = expiring(format, '320415');
        const covered = LAYOUT[format].composite
          .flatMap(([line, from, to]) =>
            Array.from({ length: to - from }, (_, offset) => [line, from + offset] as const),
          )
          .filter(([line, column]) => /\d/.test(at(good, line, column, column + 1)));
        const [line = 0, column = 0] = covered[place % covered.length] ?? [];
        const changed = put(good, line, column, String((Number(at(good, line, column, column + 1)) + step) % 10));
        return run(changed).reason === 'identifier_checksum_invalid';
      }),
    );
  });

  it.each(FORMATS)(
    'reads a %s in any dress: run together, in lower case, with blanks and other line ends',
    (format) => {
      const good = expiring(format, '320415');
      const plain = run(good);
      expect(run(good.replaceAll('\n', ''))).toEqual(plain);
      expect(run(` ${good.toLowerCase().replaceAll('\n', ' \r\n\r\n')}\n`)).toEqual(plain);
    },
  );

  it.each([
    ['2032-04-16T11:59:59', 'verified'],
    ['2032-04-16T12:00:00', 'failed'],
  ])('holds a document good until its last day has ended in UTC-12: at %s %s', (moment, outcome) => {
    expect(run(expiring('TD3', '320415'), moment).outcome).toBe(outcome);
  });

  it('verifies a German passport, whose state is one letter', () => {
    const german = sealed('TD3', put(put(expiring('TD3', '320415'), 0, 2, 'D<<'), 1, 10, 'D<<'));
    expect(run(german)).toMatchObject({ outcome: 'verified', payload: { issuing_state: 'D' } });
  });

  it('verifies a document that never expires, without an end', () => {
    const lasting = expiring('TD1', '<<<<<<');
    const open = put(lasting, 1, 14, '<');
    for (const zone of [lasting, open]) {
      const verdict = run(zone);
      expect(verdict).toMatchObject({ outcome: 'verified', payload: { expires_on: null } });
      expect(verdict).not.toHaveProperty('expiresAt');
    }
  });

  it.each([
    ['an unknown month of birth', put(expiring('TD3', '320415'), 1, 13, '74<<<<')],
    ['an unknown date of birth', put(expiring('TD3', '320415'), 1, 13, '<<<<<<')],
    ['a single name', put(expiring('TD3', '320415'), 0, 5, 'SUHARTO'.padEnd(39, '<'))],
    ['a name that fills its place', put(expiring('TD3', '320415'), 0, 5, 'X'.repeat(37) + '<<')],
    ['no personal number', put(expiring('TD3', '320415'), 1, 28, '<'.repeat(14))],
  ])('verifies %s', (_, zone) => {
    expect(run(sealed('TD3', zone)).outcome).toBe('verified');
  });

  it('verifies a card whose number runs over into the optional field', () => {
    const long = put(expiring('TD1', '320415'), 0, 5, `D23145890<734${checkDigit('D23145890<734')}<<<<<<<<<<<`);
    const composite = LAYOUT.TD1.composite.map(([line, from, to]) => at(long, line, from, to)).join('');
    expect(run(put(long, 1, 29, checkDigit(composite))).outcome).toBe('verified');
  });

  it.each([
    ['a state that nobody has heard of', put(expiring('TD3', '320415'), 0, 2, 'QQQ')],
    ['such a nationality', put(expiring('TD3', '320415'), 1, 10, 'QQQ')],
    ['a kind of document outside the standard', put(expiring('TD3', '320415'), 0, 0, 'X<')],
    ['a sex that the standard does not print', put(expiring('TD3', '320415'), 1, 20, 'X')],
    ['an expiry without a day', expiring('TD3', '3204<<')],
  ])('leaves %s to a person', (_, zone) => {
    expect(run(zone)).toMatchObject({ outcome: 'pending', reason: 'provider_review_required' });
  });

  it.each([
    ['a day that does not exist', expiring('TD3', '310231')],
    ['a month that does not exist', expiring('TD3', '311301')],
    ['letters in a date', expiring('TD3', '32A415')],
    ['a digit in the name', put(expiring('TD3', '320415'), 0, 5, 'ER1KSSON')],
    ['a line too few', 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<'],
    ['a character too many', `${SPECIMENS.TD3}0`],
    ['lines of unequal length', SPECIMENS.TD2.replace('\n', '<\n').slice(0, -1)],
    ['a character that no zone holds', SPECIMENS.TD3.replace('ERIKSSON', 'ERIKSSÖN')],
    ['words', 'a passport'],
    ['nothing', ' \n '],
  ])('fails %s by form', (_, zone) => {
    expect(run(zone)).toMatchObject({ outcome: 'failed', reason: 'identifier_format_invalid' });
  });

  it.each([
    ['a visa', 'V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<'],
    ['an old French card', 'IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<\n8806923102858CORINNE<<<<<<<6512068F6'],
  ])('does not know %s', (_, zone) => {
    expect(run(zone)).toMatchObject({ outcome: 'failed', reason: 'document_unsupported' });
  });
});

describe('dates of a zone', () => {
  it.each([
    ['2026-11-22', '120415', '2012-04-15'],
    ['2026-11-22', '760101', '2076-01-01'],
    ['2026-11-22', '770101', '1977-01-01'],
    ['2070-01-01', '050101', '2105-01-01'],
    ['2026-11-22', '990230', null],
  ])('seen on %s, %s is %s', (today, yymmdd, expected) => {
    expect(expiryDate(yymmdd, instant(`${today}T00:00:00.000000Z`))).toBe(expected);
  });

  it('end together: the instant of the end is the first at which the day is over', () => {
    const end = endOfDay('2028-02-28');
    expect(end).toBe('2028-02-29T12:00:00.000000Z');
    expect(isOver('2028-02-28', end)).toBe(true);
    expect(isOver('2028-02-28', instant('2028-02-29T11:59:59.999999Z'))).toBe(false);
  });
});
