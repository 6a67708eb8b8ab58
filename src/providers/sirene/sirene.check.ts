import { z } from 'zod';
import { luhn } from '../check-digits.js';
import { registeredIn } from '../customer.js';
import { compact, identifierText } from '../identifier-text.js';
import type { CheckCapability } from '../provider-adapter.js';

/** What is asked about a company. */
export const sirenInput = z.strictObject({
  siren: identifierText('SIREN of a company: 9 digits, the last one a check digit.'),
});

/** What is asked about a site. */
export const siretInput = z.strictObject({
  siret: identifierText('SIRET of a site: the 9 digits of the company, and 5 more.'),
});

const registered = registeredIn('FR');

/** Whether a company is at work. */
export const SIRENE_COMPANY: CheckCapability = {
  verificationType: 'business_entity',
  checkType: 'company_register',
  proves: 'That the French register SIRENE lists the company as active; not that the customer may act for it.',
  input: sirenInput,
  inputRequired: true,
  // What is known may be the number of a site, which begins with that of its company.
  fromCustomer: { siren: (customer) => registered(customer)?.replace(/^((\s*\d){9})(\s*\d){5}\s*$/, '$1') },
  example: { siren: '732 829 320' },
  validityDays: 365,
};

/** Whether one of its sites is. */
export const SIRENE_SITE: CheckCapability = {
  verificationType: 'business_entity',
  checkType: 'company_site',
  proves:
    'That the French register SIRENE lists the site as open, and its company not as ceased; not that the customer may act for it.',
  input: siretInput,
  inputRequired: true,
  fromCustomer: {
    // The number of a company says nothing about which of its sites is meant.
    siret: (customer) => (/^\d{14}$/.test(compact(registered(customer) ?? '')) ? registered(customer) : undefined),
  },
  example: { siret: '732 829 320 00074' },
  validityDays: 365,
};

/** A number of the register's: of a company, or of a site. */
export type SireneNumber = { readonly kind: 'siren' | 'siret'; readonly digits: string };

/** The number in a check's input; or what is wrong with it by its characters alone. */
export function sireneNumber(
  checkType: string,
  input: unknown,
): SireneNumber | { readonly wrong: 'identifier_format_invalid' | 'identifier_checksum_invalid' } {
  const isSite = checkType === SIRENE_SITE.checkType;
  const digits = compact(isSite ? siretInput.parse(input).siret : sirenInput.parse(input).siren);
  if (!(isSite ? /^\d{14}$/ : /^\d{9}$/).test(digits)) return { wrong: 'identifier_format_invalid' };
  if (!luhn(digits) && !isPostOffice(digits)) return { wrong: 'identifier_checksum_invalid' };
  return { kind: isSite ? 'siret' : 'siren', digits };
}

/** La Poste has more sites than its check digits allow: the sum of all digits is a multiple of 5 there. */
function isPostOffice(digits: string): boolean {
  const sum = [...digits].reduce((total, digit) => total + Number(digit), 0);
  return digits.length === 14 && digits.startsWith('356000000') && sum % 5 === 0;
}
