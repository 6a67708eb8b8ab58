import { compact } from '../identifier-text.js';

/**
 * A company number as the register writes it: eight letters or digits. Numbers lose their leading zeros in spreadsheets, so a short one gets
 * them back: digits at the front, a prefix of two letters (`SC`, `NI`, `OC`, ..) behind it. Null where that makes no company number; which prefixes
 * exist is left to the register.
 */
export function companyNumberOf(text: string): string | null {
  const given = compact(text);
  const [, prefix = '', digits = ''] = /^([A-Z]{2})?(\d+)$/.exec(given) ?? [];
  const number = digits === '' ? given : `${prefix}${digits.padStart(8 - prefix.length, '0')}`;
  return /^[A-Z0-9]{8}$/.test(number) ? number : null;
}
