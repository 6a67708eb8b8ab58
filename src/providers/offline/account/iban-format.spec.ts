import fc from 'fast-check';
import { composeIBAN, getCountrySpecifications } from 'ibantools';
import { instant } from '../../../platform/clock.js';
import type { Verdict } from '../offline-check.js';
import { ibanFormat } from './iban-format.js';

const NOW = instant('2026-11-22T12:00:00.000000Z');
const run = (iban: string): Verdict => ibanFormat.run({ iban }, NOW);

/** Examples of the IBAN registry. */
const REGISTRY = [
  'AT611904300234573201',
  'BE68539007547034',
  'CH9300762011623852957',
  'DE89370400440532013000',
  'ES9121000418450200051332',
  'FR1420041010050500013M02606',
  'GB82WEST12345698765432',
  'IT60X0542811101000000123456',
  'MT84MALT011000012345MTLCAST001S',
  'NL91ABNA0417164300',
  'NO9386011117947',
];

describe('iban_format', () => {
  it.each(REGISTRY)('verifies %s and shows its country and its last four characters', (iban) => {
    const payload = { proves: 'form', identifier: 'iban', country: iban.slice(0, 2), last4: iban.slice(-4) };
    expect(run(iban)).toMatchObject({ outcome: 'verified', reason: 'format_valid', payload });
    expect(run(iban.toLowerCase().replace(/(.{4})/g, '$1 ')).payload).toEqual(payload);
  });

  it('notices every change of one digit', () => {
    fc.assert(
      fc.property(fc.constantFrom(...REGISTRY), fc.nat(), fc.integer({ min: 1, max: 9 }), (iban, place, step) => {
        const digits = [...iban].flatMap((character, at) => (/\d/.test(character) ? [at] : []));
        const at = digits[place % digits.length] ?? 0;
        return (
          run(iban.slice(0, at) + String((Number(iban[at]) + step) % 10) + iban.slice(at + 1)).outcome === 'failed'
        );
      }),
    );
  });

  it('verifies what the library composes for any German account', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\d{18}$/),
        (bban) => run(composeIBAN({ countryCode: 'DE', bban }) ?? '').outcome === 'verified',
      ),
    );
  });

  it.each([
    ['GB82WEST12345698765433', '5', 'wrong check digits'],
    ['NO6686011117948', '6', 'right check digits over a wrong national one'],
  ])('fails %s with code %s: %s', (iban, providerCode) => {
    expect(run(iban)).toMatchObject({
      outcome: 'failed',
      reason: 'identifier_checksum_invalid',
      providerCode,
      payload: { last4: null },
    });
  });

  it.each([
    ['XX123456', '1', null],
    ['US64SVBKUS6S3300958879', '1', null],
    ['DE8937040044053201300', '2,3,5', 'DE'],
    ['DEXX370400440532013000', '4,5', 'DE'],
    ['DE89-3704-0044-0532-0130-0X', '3,5', 'DE'],
  ])('fails %s by form with codes %s', (iban, providerCode, country) => {
    expect(run(iban)).toMatchObject({
      outcome: 'failed',
      reason: 'identifier_format_invalid',
      providerCode,
      payload: { country, last4: null },
    });
  });

  it('knows the countries of the registry', () => {
    const known = Object.values(getCountrySpecifications()).filter((country) => country.IBANRegistry);
    expect(known.length).toBeGreaterThanOrEqual(85);
  });
});
