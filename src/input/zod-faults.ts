import type { z } from 'zod';
import type { FieldFault, FieldFaultCode } from '../errors/index.js';
import { fieldFault } from './field-fault.js';

type Issue = z.core.$ZodIssue;

const CODES: Readonly<Partial<Record<Issue['code'], FieldFaultCode>>> = {
  invalid_type: 'INVALID_TYPE',
  too_big: 'OUT_OF_RANGE',
  too_small: 'OUT_OF_RANGE',
  not_multiple_of: 'OUT_OF_RANGE',
  invalid_value: 'UNKNOWN_VALUE',
};

const LONGEST_MESSAGE = 300;

/**
 * The faults that a zod schema found in `value`, below the member `prefix`: `faultsOfZod(error, 'input', value)` gives fields
 * such as `input.vat_number`. With the value at hand a missing member is `REQUIRED`, without it `INVALID_TYPE`.
 * Messages are the schema's own, which never repeat values; those on unknown members name no member.
 */
export function faultsOfZod(error: z.ZodError, prefix: string, value?: unknown): FieldFault[] {
  return error.issues.flatMap((issue) => faultsOfIssue(issue, [prefix, ...issue.path], value));
}

function faultsOfIssue(issue: Issue, path: readonly PropertyKey[], value: unknown): FieldFault[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => fieldFault([...path, key], 'UNKNOWN_FIELD'));
  if (isMissing(value, issue.path)) return [fieldFault(path, 'REQUIRED')];
  return [fieldFault(path, CODES[issue.code] ?? 'INVALID_FORMAT', issue.message.slice(0, LONGEST_MESSAGE))];
}

/** Whether the place exists in nothing but the schema. */
function isMissing(root: unknown, path: readonly PropertyKey[]): boolean {
  const last = path.at(-1);
  const parent = path.slice(0, -1).reduce<unknown>(ownMember, root);
  if (last === undefined || typeof parent !== 'object' || parent === null) return false;
  return ownMember(parent, last) === undefined;
}

function ownMember(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<PropertyKey, unknown>)[key];
}
