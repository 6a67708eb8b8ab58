import { z } from 'zod';
import { compact, identifierText } from '../identifier-text.js';
import type { CheckCapability } from '../provider-adapter.js';

/** The digits of a number as people write it: with or without the prefix, or with it twice. */
export function nationalOf(text: string): string {
  return compact(text).replace(/^(GB)+/, '');
}

/** Whether the service takes it: nine digits, or twelve for one of several branches. Check digits are not looked at. */
export function isVrn(national: string): boolean {
  return /^(\d{9}|\d{12})$/.test(national);
}

/** What is asked about. */
export const hmrcVatInput = z.strictObject({
  vat_number: identifierText('United Kingdom VAT number: 9 or 12 digits, with or without GB.').refine(
    // Numbers of other countries, departments (GD) and health authorities (HA) may well be genuine: asking here is the caller's fault.
    (text) => !/^[A-Z]{2}/.test(nationalOf(text)),
    'vat_number must be one of the United Kingdom in digits, with or without GB',
  ),
});

/** The one check that the service can do. */
export const HMRC_VAT_CHECK: CheckCapability = {
  verificationType: 'business_entity',
  checkType: 'vat_number',
  proves:
    'That the number is registered for VAT in the United Kingdom at the moment of the answer; not since when, and not that the customer is whose number it is.',
  input: hmrcVatInput,
  inputRequired: true,
  fromCustomer: { vat_number: ({ taxIdentifiers }) => taxIdentifiers?.gb_vat },
  example: { vat_number: 'GB553557881' },
  validityDays: 90,
};
