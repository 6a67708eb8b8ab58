import { validateSync } from 'class-validator';
import type { ValidationError as ClassFault } from 'class-validator';
import { ValidationError } from '../errors/index.js';
import type { FieldFault, FieldFaultCode } from '../errors/index.js';
import { fieldFault } from './field-fault.js';
import { FORBIDDEN_NAMES } from './strict-json.js';

/** Codes of class-validator's own rules; a rule that is not listed, e.g. `matches`, speaks of form. */
const CODES: Readonly<Record<string, FieldFaultCode>> = {
  whitelistValidation: 'UNKNOWN_FIELD',
  isDefined: 'REQUIRED',
  isString: 'INVALID_TYPE',
  isBoolean: 'INVALID_TYPE',
  isInt: 'INVALID_TYPE',
  isNumber: 'INVALID_TYPE',
  isObject: 'INVALID_TYPE',
  isArray: 'INVALID_TYPE',
  nestedValidation: 'INVALID_TYPE',
  isIn: 'UNKNOWN_VALUE',
  isEnum: 'UNKNOWN_VALUE',
  isNotEmpty: 'OUT_OF_RANGE',
  isLength: 'OUT_OF_RANGE',
  minLength: 'OUT_OF_RANGE',
  maxLength: 'OUT_OF_RANGE',
  min: 'OUT_OF_RANGE',
  max: 'OUT_OF_RANGE',
  arrayMinSize: 'OUT_OF_RANGE',
  arrayMaxSize: 'OUT_OF_RANGE',
};

const OPTIONS = {
  whitelist: true,
  forbidNonWhitelisted: true,
  stopAtFirstError: true,
  forbidUnknownValues: true,
  validationError: { target: false },
} as const;

/**
 * A body that was read strictly, as an instance of its DTO class: nothing converted, members of objects within it left as
 * they are. Throws a `ValidationError`: field `body` where it is no object, else each member at fault with its code
 * and a message that never repeats the value.
 */
export function validateBody<T extends object>(dto: new () => T, value: unknown): T {
  if (value === undefined) throw new ValidationError([fieldFault([], 'REQUIRED')]);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ValidationError([fieldFault([], 'INVALID_TYPE', 'must be a JSON object.')]);
  }
  // Copied onto the instance they would hide its class, and with it every rule, from the validator.
  for (const name of FORBIDDEN_NAMES) {
    if (Object.hasOwn(value, name)) throw new ValidationError([fieldFault([name], 'FORBIDDEN_FIELD_NAME')]);
  }
  const instance = Object.assign(new dto(), value);
  const faults = validateSync(instance, OPTIONS);
  if (faults.length > 0) throw new ValidationError(faultsOfClass(faults));
  return instance;
}

/** The faults that class-validator found, flat, in its order. */
export function faultsOfClass(faults: readonly ClassFault[], path: readonly string[] = []): FieldFault[] {
  return faults.flatMap((fault) => {
    const here = [...path, fault.property];
    const own = Object.entries(fault.constraints ?? {}).map(([rule, message]) => faultOf(fault, rule, message, here));
    return [...own, ...faultsOfClass(fault.children ?? [], here)];
  });
}

function faultOf(fault: ClassFault, rule: string, message: string, path: readonly string[]): FieldFault {
  if (rule === 'whitelistValidation') return fieldFault(path, 'UNKNOWN_FIELD');
  if (fault.value === undefined) return fieldFault(path, 'REQUIRED');
  if (typeof fault.value === 'string' && fault.value !== '' && message.includes(fault.value)) {
    return fieldFault(path, CODES[rule] ?? 'INVALID_FORMAT');
  }
  return fieldFault(path, CODES[rule] ?? 'INVALID_FORMAT', `${message}.`);
}
