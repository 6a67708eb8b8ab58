import { shownCode, shownDate } from './vendor-client.js';

describe('what of a vendor’s words is shown', () => {
  it.each([
    ['active', 'active'],
    ['active-proposal-to-strike-off', 'active-proposal-to-strike-off'],
    ['FULLY_CORROBORATED', 'FULLY_CORROBORATED'],
    ['US-DE', 'US-DE'],
    ['Erika Mustermann', null],
    ['struck off at the wish of E. Mustermann', null],
    ['12.08.1964', null],
    ['a'.repeat(65), null],
    ['', null],
    [null, null],
    [undefined, null],
  ])('of the code %j it is %j', (word, shown) => {
    expect(shownCode(word)).toBe(shown);
  });

  it.each([
    ['2026-01-31', '2026-01-31'],
    ['2026-01-31T08:00:00Z', '2026-01-31T08:00:00Z'],
    ['2026-01-31T08:00:00.123+01:00', '2026-01-31T08:00:00.123+01:00'],
    ['2026-01-31, Erika Mustermann', null],
    ['soon', null],
    [null, null],
    [undefined, null],
  ])('of the date %j it is %j', (date, shown) => {
    expect(shownDate(date)).toBe(shown);
  });
});
