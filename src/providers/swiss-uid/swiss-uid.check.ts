import { z } from 'zod';
import { weightedRemainder } from '../check-digits.js';
import { type FromCustomer, registeredIn } from '../customer.js';
import { compact, identifierText } from '../identifier-text.js';
import type { CheckCapability } from '../provider-adapter.js';

/** What is asked about. */
export const swissUidInput = z.strictObject({
  uid: identifierText('Swiss enterprise number, CHE and 9 digits. MWST, TVA or IVA behind it is tolerated.'),
  company_name: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('The name to compare with the register; what differs is put before a person.'),
});

const shared = {
  verificationType: 'business_entity',
  // An optional member of zod only differs from JSON in allowing an explicit undefined.
  input: swissUidInput as unknown as CheckCapability['input'],
  inputRequired: true,
  fromCustomer: { uid: registeredIn('CH'), company_name: ({ legalName }) => legalName } satisfies FromCustomer,
  example: { uid: 'CHE-116.281.710' },
} as const;

/** Whether the number is that of an enterprise at work. */
export const SWISS_UID_REGISTER: CheckCapability = {
  ...shared,
  checkType: 'company_register',
  proves:
    'That the Swiss UID register lists the enterprise as definitively registered, and by the name that was given, if any; neither that it is registered ' +
    'for VAT nor that the customer may act for it.',
  validityDays: 365,
};

/** Whether it is registered for VAT: the number alone does not say so. */
export const SWISS_UID_VAT: CheckCapability = {
  ...shared,
  checkType: 'vat_number',
  proves:
    'That the Swiss UID register lists the enterprise as registered for VAT; not that the customer may act for it.',
  validityDays: 90,
};

const WEIGHTS = [5, 4, 3, 2, 7, 6, 5, 4];

/** The 9 digits of a number, or what is wrong with it by its characters alone. */
export function uidDigits(
  text: string,
): { readonly digits: string } | { readonly wrong: 'identifier_format_invalid' | 'identifier_checksum_invalid' } {
  const [, digits] = /^(?:CHE)?(\d{9})(?:MWST|TVA|IVA)?$/.exec(compact(text)) ?? [];
  if (digits === undefined) return { wrong: 'identifier_format_invalid' };
  const check = (11 - weightedRemainder(digits.slice(0, 8), WEIGHTS, 11)) % 11;
  return check === Number(digits[8]) ? { digits } : { wrong: 'identifier_checksum_invalid' };
}
