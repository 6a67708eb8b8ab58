import { instant } from '../platform/clock.js';
import { areFresh, firstDayOf, partialDate, readAlike, screenedName, shownListName } from './screening.js';

describe('a partial date', () => {
  it.each(['1970', '1970-02', '1970-02-28', '2024-02-29'])('can be %s', (text) => {
    expect(partialDate.safeParse(text).success).toBe(true);
  });

  it.each(['', '70', '1970-2', '1970-13', '1970-00-01', '2023-02-29', '1970-02-28T00:00:00Z', '28.02.1970'])(
    'cannot be "%s"',
    (text) => {
      expect(partialDate.safeParse(text).success).toBe(false);
    },
  );

  it.each([
    ['1970', '1970-01-01'],
    ['1970-05', '1970-05-01'],
    ['1970-05-06', '1970-05-06'],
  ])('%s begins on %s', (text, day) => {
    expect(firstDayOf(text)).toBe(day);
  });
});

describe('a name', () => {
  it.each(['Ada', '株式会社', '1337', "O'Neill"])('can be %s', (text) => {
    expect(screenedName.safeParse(text).success).toBe(true);
  });

  it.each(['', ' ', '-', '???'])('cannot be "%s": nobody would be looked for', (text) => {
    expect(screenedName.safeParse(text).success).toBe(false);
  });

  it.each([
    ['Ada  Examplesson', 'ADA EXAMPLESSON', true],
    ["O'Neill, Jo-Ann", 'o neill jo ann', true],
    ['Ａｄａ', 'Ada', true],
    ['Ada', 'Adam', false],
    ['Ada', '', false],
  ])('%s and %s read alike: %s', (one, other, alike) => {
    expect(readAlike(one, other)).toBe(alike);
  });
});

describe('the name of a list', () => {
  it.each(['us_ofac', 'sanction.linked', 'eu-fsf', '0629aabb', 'x'.repeat(64)])('is shown: %s', (name) => {
    expect(shownListName(name)).toBe(name);
  });

  it.each(['', 'Erika', 'erika mustermann', 'us_ofac\n', '_x', 'x'.repeat(65), null, undefined])(
    'is none: %j',
    (name) => {
      expect(shownListName(name)).toBeNull();
    },
  );
});

describe('lists', () => {
  const now = instant('2026-01-31T12:00:00.000000Z');
  it.each([
    ['as old as allowed', '2026-01-29T12:00:00Z', true],
    ['a moment older', '2026-01-29T11:59:59Z', false],
    ['of a clock ahead of ours', '2026-02-01T12:00:00Z', true],
    ['of a time to come', '2026-02-01T12:00:01Z', false],
    ['of no time', 'static', false],
  ])('%s are fresh: %s', (_name, at, fresh) => {
    expect(areFresh(Date.parse(at), now, 48)).toBe(fresh);
  });
});
