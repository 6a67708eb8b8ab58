import { z } from 'zod';
import { compact, identifierText } from '../../identifier-text.js';
import { provesForm, verdictOf } from '../identifier.js';
import { offlineCheck } from '../offline-check.js';
import { VAT_COUNTRIES } from './vat-countries.js';

const PREFIXES = Object.keys(VAT_COUNTRIES);

const input = z.strictObject({
  vat_number: identifierText(
    `VAT number with its country prefix, one of ${PREFIXES.join(', ')} (Switzerland: CHE-123.456.789 MWST; Norway: NO 123456789 MVA).`,
  ).refine((text) => compact(text).slice(0, 2) in VAT_COUNTRIES, {
    // A number of a country that is not checked here may well be genuine: that is the caller's fault, not the number's.
    error: `vat_number must begin with one of ${PREFIXES.join(', ')}`,
  }),
});

/** Form and check digits of a VAT number. The payload leaves the number out: a sole trader's is a personal number. */
export const vatFormat = offlineCheck({
  verificationType: 'business_entity',
  checkType: 'vat_format',
  proves:
    'That the number is written as its country writes VAT numbers and its check digits are right; not that it is registered.',
  input,
  example: { vat_number: 'DE143454214' },
  run({ vat_number }) {
    const number = compact(vat_number);
    const prefix = number.slice(0, 2);
    const row = VAT_COUNTRIES[prefix];
    if (row === undefined) throw new Error('the schema lets only known prefixes pass');
    const national = row.canonical?.(number.slice(2)) ?? number.slice(2);
    const judgement = row.form.test(national) ? row.judge(national) : { found: 'format' as const };
    return verdictOf(judgement, provesForm('vat_number', { country: row.country }), {
      vat_number: `${prefix}${national}`,
    });
  },
});
