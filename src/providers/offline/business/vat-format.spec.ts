import { instant } from '../../../platform/clock.js';
import type { Verdict } from '../offline-check.js';
import { VAT_COUNTRIES } from './vat-countries.js';
import { vatFormat } from './vat-format.js';

const NOW = instant('2026-11-22T12:00:00.000000Z');
const run = (vat_number: string): Verdict => vatFormat.run({ vat_number }, NOW);

/**
 * Numbers with right check digits, most of them of known companies: they show that form and rule agree, not that a register
 * knows them. With each the twin with one digit changed,
 * and how many of all such changes go unnoticed.
 */
const NUMBERS: readonly (readonly [number: string, twin: string, unnoticed: number])[] = [
  ['ATU33864707', 'ATU33864708', 0],
  ['BE0417497106', 'BE0417497107', 0],
  ['BG131129282', 'BG131129283', 1],
  ['BG831642181', 'BG831642182', 0],
  ['CHE-105.909.036 MWST', 'CHE-105.909.037 MWST', 0],
  ['CY10259033P', 'CY10259034P', 0],
  ['CZ00177041', 'CZ00177042', 6],
  ['DE143454214', 'DE143454215', 0],
  ['DK24256790', 'DK24256791', 0],
  ['EE100931558', 'EE100931559', 0],
  ['EL094019245', 'EL094019246', 0],
  ['ESA15075062', 'ESA15075063', 0],
  ['FI01120389', 'FI01120388', 0],
  ['FR27552032534', 'FR27552032535', 0],
  ['GB220430231', 'GB220430232', 2],
  ['GB340804329', 'GB340804328', 0],
  ['GR094014201', 'GR094014202', 0],
  ['HR27759560625', 'HR27759560626', 0],
  ['HU10625790', 'HU10625791', 0],
  ['IE6388047V', 'IE6388048V', 0],
  ['IT00905811006', 'IT00905811007', 0],
  ['LT119508113', 'LT119508114', 1],
  ['LU20260743', 'LU20260744', 0],
  ['LV40003245752', 'LV40003245753', 0],
  ['MT11679112', 'MT11679113', 0],
  // The first nine digits prove themselves here, so the company's serial number is free.
  ['NL803441526B01', 'NL803441527B01', 17],
  ['NL000099998B57', 'NL000099998B58', 7],
  ['NO 923 609 016 MVA', 'NO 923 609 017 MVA', 0],
  ['PL7740001454', 'PL7740001455', 0],
  ['PT500697256', 'PT500697257', 0],
  ['RO14399840', 'RO14399841', 5],
  ['SE556012579001', 'SE556012579101', 0],
  ['SI82646716', 'SI82646717', 0],
  ['SK2020372640', 'SK2020372641', 0],
  ['XI110305878', 'XI110305879', 0],
];

describe('vat_format', () => {
  it('has a number for every prefix', () => {
    expect(new Set(NUMBERS.map(([number]) => number.slice(0, 2)))).toEqual(new Set(Object.keys(VAT_COUNTRIES)));
  });

  it.each(NUMBERS)('verifies %s, fails %s, and lets %i changes of one digit pass', (number, twin, unnoticed) => {
    expect(run(number)).toMatchObject({ outcome: 'verified', reason: 'format_valid' });
    expect(run(twin)).toMatchObject({ outcome: 'failed', reason: 'identifier_checksum_invalid' });
    const twins = [...number].flatMap((digit, at) =>
      /\d/.test(digit)
        ? [...'0123456789']
            .filter((other) => other !== digit)
            .map((other) => number.slice(0, at) + other + number.slice(at + 1))
        : [],
    );
    expect(twins.filter((changed) => run(changed).outcome === 'verified')).toHaveLength(unnoticed);
  });

  it.each([
    ['BE1000000021', 'a Belgian number of the new range'],
    ['BE403170701', 'a Belgian number without its leading zero'],
    ['BG831642181', 'an old Bulgarian company'],
    ['BG7523169263', 'a Bulgarian citizen'],
    ['CZ640903926', 'a Czech without birth number'],
    ['CZ682127228', 'another, whose check digit wraps'],
    ['CZ7103192745', 'a Czech with one'],
    ['DE 143.454.214', 'dots and blanks'],
    ['de143454214', 'lower case'],
    ['EL94019245', 'a Greek number of eight digits'],
    ['ES54362315K', 'a Spaniard'],
    ['ESX2482300W', 'a foreigner in Spain'],
    ['FRK7399859412', 'a French key with a letter'],
    ['FR83404833048', 'a French key of digits'],
    ['FR96000012347', 'a key over a number of Monaco'],
    ['GBGD001', 'a British department'],
    ['GBHA500', 'a British health authority'],
    ['HU12892312-2-41', 'the Hungarian domestic form'],
    ['IE3706224MH', 'the Irish form of 2013'],
    ['IE8D79739I', 'the old Irish form'],
    ['LV16117519997', 'a Latvian'],
    ['NO923609016', 'a Norwegian number without MVA'],
    ['NL002342672B42', 'a Dutch sole trader'],
    ['RO0018547290', 'a Romanian number with zeros in front'],
    ['SK1020000003', 'a Slovak sole trader'],
    ['XI174918964', 'Northern Ireland'],
    ['CHE-107.787.577 IVA', 'Switzerland in Italian'],
  ])('verifies %s: %s', (number) => {
    expect(run(number)).toMatchObject({ outcome: 'verified' });
  });

  it.each([
    ['BG7523169264', 'a personal number that follows none of three rules'],
    ['CZ640903927', 'a personal number without a known rule'],
    ['CZ90000000', 'a range that is not known to be issued'],
    ['LV32579400007', 'a Latvian code of after 2017 holds no date'],
    ['LV16117519998', 'a personal code with a wrong digit'],
    ['IT00905811501', 'a province that does not exist, over a right check digit'],
    ['SE556012579002', 'a second registration'],
    ['RO1630615123458', 'a personal number as VAT number'],
    ['FR30552032535', 'a right key over what is no SIREN'],
    ['FRAB552032534', 'a key whose rule is not published'],
  ])('leaves %s to a person: %s', (number) => {
    expect(run(number)).toMatchObject({ outcome: 'pending', reason: 'register_status_unclear' });
  });

  it.each([
    ['DE', 'nothing behind the prefix'],
    ['DE12345678', 'too short'],
    ['DE1434542144', 'too long'],
    ['DE043454214', 'a zero in front'],
    ['DEDE143454214', 'the prefix twice'],
    ['AT33864707', 'no U'],
    ['BE2000000042', 'a Belgian establishment'],
    ['GBAB123', 'five characters, which stdnum takes for a department'],
    ['GB12345', 'five digits, likewise'],
    ['GBGD500', 'a department with the number of a health authority'],
    ['FROI552032534', 'letters that French keys never have'],
    ['ES12345678', 'no letter'],
    ['NL803441526B00', 'a serial number of zero'],
    ['NL803441526', 'no serial number'],
    ['CHE105909036XYZ', 'an unknown word behind'],
    ['IE1234567', 'no check letter'],
    ['DE14345421４', 'a full-width digit'],
    ['LT100001919027', 'no 1 before the check digit'],
  ])('fails %s by form: %s', (number) => {
    expect(run(number)).toMatchObject({ outcome: 'failed', reason: 'identifier_format_invalid' });
  });

  it.each([
    ['FRKK123456789', 'no SIREN behind a key of letters'],
    ['SI22511971', 'a remainder that Slovenia does not issue'],
  ])('fails %s by check digit: %s', (number) => {
    expect(run(number)).toMatchObject({ outcome: 'failed', reason: 'identifier_checksum_invalid' });
  });

  it.each([
    ['EL094019245', 'GR'],
    ['XI110305878', 'XI'],
    ['CHE105909036', 'CH'],
  ])('names the country of %s: %s, and neither number nor prefix', (number, country) => {
    expect(run(number).payload).toEqual({ proves: 'form', identifier: 'vat_number', country });
    expect(run(number).answer).toMatchObject({ vat_number: number, found: 'ok' });
  });
});
