import { weightedRemainder } from '../check-digits.js';
import { compact } from '../identifier-text.js';

/** What is wrong with a number by its characters alone. */
export type OrganizationNumberFault = 'identifier_format_invalid' | 'identifier_checksum_invalid';

const WEIGHTS = [3, 2, 7, 6, 5, 4, 3, 2, 1];

/**
 * A Norwegian organization number as the register writes it, nine digits, also out of a VAT number (`NO 923 609 016 MVA`); or what is wrong
 * with it. The last digit makes the weighted sum a multiple of 11 (Brønnøysundregistrene, "Organisasjonsnummeret"); where none would, there is no
 * such number.
 */
export function organizationNumberOf(
  text: string,
): { readonly number: string } | { readonly fault: OrganizationNumberFault } {
  const [, number] = /^(?:NO)?(\d{9})(?:MVA)?$/.exec(compact(text)) ?? [];
  if (number === undefined) return { fault: 'identifier_format_invalid' };
  return weightedRemainder(number, WEIGHTS, 11) === 0 ? { number } : { fault: 'identifier_checksum_invalid' };
}
