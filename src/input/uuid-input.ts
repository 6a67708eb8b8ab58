import { UUID_PATTERN } from '../platform/ids.js';

/** A UUID as callers may write it: in either case. */
export const UUID_INPUT = new RegExp(UUID_PATTERN, 'i');

/**
 * A UUID of any version in its one textual form (RFC 9562, section 4: 8-4-4-4-12 hexadecimal digits, either case),
 * in lower case, so that equal ids are equal text; null for anything else, braces and `urn:uuid:` included.
 */
export function parseUuid(text: string): string | null {
  return text.length === 36 && UUID_INPUT.test(text) ? text.toLowerCase() : null;
}
