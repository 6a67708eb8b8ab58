import { getCountrySpecifications, validateIBAN, ValidationErrorsIBAN } from 'ibantools';
import { z } from 'zod';
import { compact, identifierText } from '../../identifier-text.js';
import { provesForm, verdictOf } from '../identifier.js';
import type { Judgement } from '../identifier.js';
import { offlineCheck } from '../offline-check.js';

const input = z.strictObject({
  iban: identifierText('International Bank Account Number with its country code and check digits.', 64),
});

const IBAN_COUNTRIES: ReadonlySet<string> = new Set(
  Object.entries(getCountrySpecifications()).flatMap(([country, { chars }]) => (chars === null ? [] : [country])),
);

const CHECK_DIGITS: ReadonlySet<ValidationErrorsIBAN> = new Set([
  ValidationErrorsIBAN.WrongIBANChecksum,
  ValidationErrorsIBAN.WrongAccountBankBranchChecksum,
]);

/** Form, check digits and, where a country has them, national check digits of an IBAN (ISO 13616, IBAN registry). */
export const ibanFormat = offlineCheck({
  verificationType: 'bank_account',
  checkType: 'iban_format',
  proves:
    'That the number is well-formed and its check digits are right; not that the account is open, nor whose it is.',
  input,
  example: { iban: 'DE89 3704 0044 0532 0130 00' },
  run({ iban }) {
    const number = compact(iban);
    const judgement = judge(number);
    const country = number.slice(0, 2);
    const facts = {
      country: IBAN_COUNTRIES.has(country) ? country : null,
      // Of what is no IBAN not even the end is shown: it may be anything.
      last4: judgement.found === 'ok' ? number.slice(-4) : null,
    };
    return verdictOf(judgement, provesForm('iban', facts), { iban: number });
  },
});

/** The code of a fault is the list of the library's error numbers, e.g. `5` or `2,3`. */
function judge(iban: string): Judgement {
  const { valid, errorCodes } = validateIBAN(iban);
  if (valid) return { found: 'ok' };
  const found = errorCodes.every((code) => CHECK_DIGITS.has(code)) ? 'checksum' : 'format';
  return { found, code: errorCodes.join(',') };
}
