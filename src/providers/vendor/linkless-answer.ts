import type { JsonValue } from '../../platform/json.js';

const DEEPEST = 32;

/**
 * A vendor's answer as it may be kept, with null in place of every text that has an address in it: links to pages and pictures open without a key.
 * What is nested deeper than 32 is null, too.
 */
export function withoutLinks(value: JsonValue, depth = 0): JsonValue {
  if (typeof value === 'string') return /https?:\/\//i.test(value) ? null : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return null;
  if (Array.isArray(value)) return value.map((item: JsonValue) => withoutLinks(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutLinks(item, depth + 1)]));
}
