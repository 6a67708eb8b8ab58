import { customerPage, shownCode, shownDate } from './vendor-client.js';

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

describe('the address of a page for the customer', () => {
  it.each([
    ['https://vendor.example/v?code=us1-2', true],
    ['http://127.0.0.1:4101/verify?code=us1-2', true],
    ['http://[::1]:4101/', true],
    ['http://localhost:4101/', true],
    ['http://vendor.example/', false],
    ['http://127.0.0.1.vendor.example/', false],
    ['http://localhost.vendor.example/', false],
    ['http://127.0.0.1@vendor.example/', false],
    ['ftp://127.0.0.1/', false],
    ['javascript:alert(1)', false],
    ['127.0.0.1', false],
    [`https://vendor.example/${'a'.repeat(4096)}`, false],
  ])('may be %j: %s', (url, isOne) => {
    expect(customerPage.safeParse(url).success).toBe(isOne);
  });
});
