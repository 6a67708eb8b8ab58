import type { JsonObject, JsonValue } from '../../platform/json.js';

/** A message as Stripe takes it: `application/x-www-form-urlencoded`, members in brackets, lists by `[]`, truth values as words. Source: stripe/openapi, deepObject. */
export function formOf(message: JsonObject): URLSearchParams {
  return new URLSearchParams(Object.entries(message).flatMap(([name, value]) => pairsOf(name, value)));
}

function pairsOf(name: string, value: JsonValue): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => pairsOf(`${name}[]`, item));
  if (typeof value !== 'object' || value === null) return [[name, String(value ?? '')]];
  return Object.entries(value).flatMap(([member, inner]) => pairsOf(`${name}[${member}]`, inner));
}
