import { z } from 'zod';

/**
 * Brings an identifier to its compact form: ASCII letters in upper case; white space, invisible characters, dots,
 * slashes and every kind of dash removed. Other characters stay and are judged. Doing it twice changes nothing.
 */
export function compact(text: string): string {
  return text.replace(/[\s./\p{Pd}\p{Cf}]/gu, '').replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** The schema of an identifier as people type it, at most `maxLength` characters. */
export function identifierText(description: string, maxLength = 40): z.ZodString {
  const tolerance = 'Spaces, dots, dashes, slashes and lower case are tolerated.';
  return z.string().min(1, { abort: true }).max(maxLength, { abort: true }).describe(`${description} ${tolerance}`);
}
