import { z } from 'zod';
import { compact, identifierText } from '../../identifier-text.js';
import { provesForm, verdictOf } from '../identifier.js';
import { offlineCheck } from '../offline-check.js';
import type { Verdict } from '../offline-check.js';
import { COMPANY_REGISTERS } from './company-registers.js';
import type { CompanyRegister } from './company-registers.js';

const countries = [...new Set(COMPANY_REGISTERS.map((register) => register.country))];
const schemes = COMPANY_REGISTERS.map(({ country, scheme }) => `${country} ${scheme}`).join(', ');

const input = z.strictObject({
  country: z
    .enum(countries, { error: 'country must be one of those whose company numbers have check digits' })
    .describe(
      'ISO 3166-1 alpha-2. Countries whose company numbers have no check digit (GB, US, DE, ..) are not offered.',
    ),
  company_number: identifierText(`Number in the national register: ${schemes}.`),
});

/** Form and check digits of a national company number. The payload names country and scheme; the number stays out. */
export const companyNumberFormat = offlineCheck({
  verificationType: 'business_entity',
  checkType: 'company_number_format',
  proves:
    'That the number is written as its register writes numbers and its check digits are right; not that the company exists.',
  input,
  example: { country: 'FR', company_number: '552 032 534' },
  run({ country, company_number }) {
    const given = compact(company_number);
    const candidates = COMPANY_REGISTERS.filter((register) => register.country === country);
    const register = candidates.find((candidate) => candidate.form.test(canonical(candidate, given)));
    return register === undefined ? malformed(country, given) : judged(register, canonical(register, given));
  },
});

function canonical(register: CompanyRegister, number: string): string {
  return register.canonical?.(number) ?? number;
}

function malformed(country: string, number: string): Verdict {
  return verdictOf({ found: 'format' }, provesForm('company_number', { country, scheme: null }), {
    country,
    company_number: number,
  });
}

function judged({ country, scheme, judge }: CompanyRegister, number: string): Verdict {
  const answer = { country, scheme, company_number: number };
  return verdictOf(judge(number), provesForm('company_number', { country, scheme }), answer);
}
