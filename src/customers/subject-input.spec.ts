import { z } from 'zod';
import { AppError } from '../errors/index.js';
import type { JsonObject } from '../platform/json.js';
import type { Customer } from '../providers/customer.js';
import type { CheckCapability } from '../providers/provider-adapter.js';
import { completeInput, judgeInput } from './subject-input.js';

const input = z
  .strictObject({
    number: z.string().max(10),
    name: z.string().max(10).optional(),
    purpose: z.string().optional(),
    country: z.string().optional(),
  })
  .refine(({ number, country }) => /^[A-Z]/.test(number) || country !== undefined, { path: ['number'] });

const CHECK: CheckCapability = {
  ...{ verificationType: 'business_entity', checkType: 'register', proves: 'Nothing.', example: null, validityDays: 1 },
  input: input as unknown as CheckCapability['input'],
  inputRequired: true,
  fromCustomer: {
    number: ({ registrationNumber }) => registrationNumber,
    name: ({ legalName }) => legalName,
    country: ({ country }) => country,
  },
};
const EASY: CheckCapability = {
  ...CHECK,
  input: z.strictObject({ name: z.string().optional() }) as unknown as CheckCapability['input'],
  inputRequired: false,
  fromCustomer: { name: ({ legalName }) => legalName },
};
const KNOWN: Customer = { registrationNumber: 'A1', legalName: 'Known' };

/** Code and fields of what is thrown; null where nothing is. */
function refusalOf(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [error.code, error.details.fields?.map(({ field, code }) => `${field} ${code}`) ?? []];
  }
}

describe('what a caller gave', () => {
  it.each<[JsonObject | null, unknown, unknown]>([
    [{ number: 'A1' }, null, null],
    [null, ['INPUT_REQUIRED', []], null],
    [{}, ['VALIDATION_ERROR', ['input.number REQUIRED']], null],
    [{ name: 'x' }, ['VALIDATION_ERROR', ['input.number REQUIRED']], null],
    // With a country it would do.
    [{ number: '1' }, ['VALIDATION_ERROR', ['input.number INVALID_FORMAT']], null],
    // Nobody can mend these.
    [
      { number: 1 },
      ['VALIDATION_ERROR', ['input.number INVALID_TYPE']],
      ['VALIDATION_ERROR', ['input.number INVALID_TYPE']],
    ],
    [
      { number: null },
      ['VALIDATION_ERROR', ['input.number INVALID_TYPE']],
      ['VALIDATION_ERROR', ['input.number INVALID_TYPE']],
    ],
    [
      { other: 1 },
      ['VALIDATION_ERROR', ['input.number REQUIRED', 'input.other UNKNOWN_FIELD']],
      ['VALIDATION_ERROR', ['input.other UNKNOWN_FIELD']],
    ],
    [
      { number: '1', country: 'x', name: 'far too long' },
      ['VALIDATION_ERROR', ['input.name OUT_OF_RANGE']],
      ['VALIDATION_ERROR', ['input.name OUT_OF_RANGE']],
    ],
  ])('%j is judged as %j, and with a directory behind it as %j', (given, alone, fillable) => {
    expect(refusalOf(() => judgeInput(CHECK, given, false))).toEqual(alone);
    expect(refusalOf(() => judgeInput(CHECK, given, true))).toEqual(fillable);
  });

  it('is needed with a directory too where the check takes nothing of a customer', () => {
    const { fromCustomer: _, ...bare } = CHECK;
    expect(refusalOf(() => judgeInput(bare, null, true))).toEqual(['INPUT_REQUIRED', []]);
  });
});

describe('an input that a customer completes', () => {
  it.each<[JsonObject | null, Customer | null, JsonObject | null]>([
    [null, KNOWN, { number: 'A1', name: 'Known' }],
    [{}, KNOWN, { number: 'A1', name: 'Known' }],
    [{ purpose: 'p' }, KNOWN, { number: 'A1', name: 'Known', purpose: 'p' }],
    [{ number: 'B2', name: 'Given' }, KNOWN, { number: 'B2', name: 'Given' }],
    [{ number: '1' }, { country: 'NO' }, { number: '1', country: 'NO' }],
    [{ number: 'B2' }, {}, { number: 'B2' }],
    [{ number: 'B2' }, null, { number: 'B2' }],
  ])('is of %j and %j: %j, kept as it is asked', (given, customer, whole) => {
    expect(completeInput(CHECK, given, customer)).toEqual({ givenInput: whole, input: whole });
  });

  it('is kept only where there is one', () => {
    expect(completeInput(EASY, null, {})).toEqual({ givenInput: null, input: {} });
    expect(completeInput(EASY, {}, {})).toEqual({ givenInput: {}, input: {} });
    expect(completeInput(EASY, null, KNOWN)).toEqual({ givenInput: { name: 'Known' }, input: { name: 'Known' } });
  });

  it.each<[JsonObject | null, Customer | null, unknown]>([
    // Nothing was given, so nothing that was given is wrong.
    [null, {}, ['INPUT_REQUIRED', ['input.number REQUIRED']]],
    [null, { legalName: 'Known' }, ['INPUT_REQUIRED', ['input.number REQUIRED']]],
    // What the platform knows does not fit the check: the caller can still give it.
    [{ number: 'B2' }, { legalName: 'far too long' }, ['INPUT_REQUIRED', ['input.name REQUIRED']]],
    [null, { registrationNumber: 'A far too long' }, ['INPUT_REQUIRED', ['input.number REQUIRED']]],
    [{ name: 'x' }, {}, ['VALIDATION_ERROR', ['input.number REQUIRED']]],
    [{ number: '1' }, {}, ['VALIDATION_ERROR', ['input.number INVALID_FORMAT']]],
    [{}, null, ['VALIDATION_ERROR', ['input.number REQUIRED']]],
  ])('is refused of %j and %j by %j', (given, customer, refusal) => {
    expect(refusalOf(() => completeInput(CHECK, given, customer))).toEqual(refusal);
  });
});
