/** The steps of a JSON pointer (RFC 6901). */
export type JsonPointer = readonly string[];

/** The pointer that a text is; null where it is none. */
export function jsonPointer(text: string): JsonPointer | null {
  if (!/^(\/([^~/]|~[01])*)*$/.test(text)) return null;
  // In this order: ~01 is ~1, and no slash.
  return text
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What a value holds there; undefined where there is nothing. Never what an object merely inherits. */
export function valueAt(value: unknown, pointer: JsonPointer): unknown {
  let found = value;
  for (const step of pointer) {
    if (typeof found !== 'object' || found === null) return undefined;
    // Leading zeros and `-` name no element of an array.
    if (Array.isArray(found) && !/^(0|[1-9]\d*)$/.test(step)) return undefined;
    if (!Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string, unknown>)[step];
  }
  return found;
}
