import { companyNumberOf } from './company-number.js';

describe('a company number', () => {
  it.each([
    ['00000006', '00000006'],
    ['6', '00000006'],
    ['1234567', '01234567'],
    [' 0123 4567 ', '01234567'],
    ['sc123456', 'SC123456'],
    ['SC1234', 'SC001234'],
    ['NI-012345', 'NI012345'],
    ['oc 301.234', 'OC301234'],
    ['R0000012', 'R0000012'],
    ['IP00012R', 'IP00012R'],
    ['CE012345', 'CE012345'],
  ])('%j is %s', (given, number) => {
    expect(companyNumberOf(given)).toBe(number);
  });

  it.each([
    '',
    ' ',
    '-',
    '123456789',
    '000000006',
    'SC1234567',
    'R123',
    'ABC',
    'S1234567X',
    '١٢٣٤٥٦٧٨',
    '0123456é',
    '0123456_',
  ])('%j is none', (given) => {
    expect(companyNumberOf(given)).toBeNull();
  });

  it('written whole stays as it is', () => {
    for (const number of ['01234567', 'SC001234', 'IP00012R']) expect(companyNumberOf(number)).toBe(number);
  });
});
