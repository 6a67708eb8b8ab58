import { FIELD_FAULTS } from '../errors/index.js';
import type { FieldFault, FieldFaultCode } from '../errors/index.js';

const PLAIN_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** The fault at a path, with the code's own words where none are given. */
export function fieldFault(path: readonly PropertyKey[], code: FieldFaultCode, message?: string): FieldFault {
  return { field: fieldPath(path), code, message: message ?? `${FIELD_FAULTS[code]}.` };
}

/**
 * A path as `input.items.0.name`; `body` for the whole. A name that is not a plain identifier of at most 64 characters
 * becomes `*`: the caller chose it, and it may be long, hostile or somebody's name.
 */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'body' : path.map(plainName).join('.');
}

/** A name from the caller, or `*` where it is not a plain identifier of at most 64 characters. */
export function plainName(name: PropertyKey): string {
  const text = String(name);
  return PLAIN_NAME.test(text) ? text : '*';
}
