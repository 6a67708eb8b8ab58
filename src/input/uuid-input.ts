const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * A UUID of any version in its one textual form (RFC 9562, section 4: 8-4-4-4-12 hexadecimal digits, either case),
 * in lower case, so that equal ids are equal text; null for anything else, braces and `urn:uuid:` included.
 */
export function parseUuid(text: string): string | null {
  return text.length === 36 && UUID.test(text) ? text.toLowerCase() : null;
}
