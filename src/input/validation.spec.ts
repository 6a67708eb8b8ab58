import { IsIn, IsInt, IsObject, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import fc from 'fast-check';
import { AppError } from '../errors/index.js';
import { validateBody } from './validation.js';

class Example {
  @IsUUID()
  customer_id!: string;

  @Matches(/^[a-z]+$/)
  @IsString()
  provider!: string;

  @IsOptional()
  @IsIn(['verified', 'failed'])
  status?: string;

  @IsOptional()
  @MaxLength(5)
  @IsString()
  reason?: string;

  @IsOptional()
  @Min(1)
  @Max(100)
  @IsInt()
  limit?: number;

  @IsOptional()
  @IsObject()
  input?: object;
}

const GOOD = { customer_id: '0193f0a0-7b1c-7def-8abc-0123456789ab', provider: 'offline' };

function fieldsOf(value: unknown): readonly { field: string; code: string; message: string }[] {
  try {
    validateBody(Example, value);
  } catch (error) {
    if (error instanceof AppError && error.details.fields) return error.details.fields;
    throw error;
  }
  return [];
}

const faultsOf = (value: unknown): string[] => fieldsOf(value).map(({ field, code }) => `${field} ${code}`);

describe('validateBody', () => {
  it('gives an instance with the members as sent, free objects untouched', () => {
    const input = { a: { b: [1] } };
    const body = validateBody(Example, { ...GOOD, input, limit: 3 });
    expect(body).toBeInstanceOf(Example);
    expect(body).toEqual({ ...GOOD, input, limit: 3 });
    expect(body.input).toBe(input);
  });

  it.each([
    [undefined, ['body REQUIRED']],
    [null, ['body INVALID_TYPE']],
    [[], ['body INVALID_TYPE']],
    ['{}', ['body INVALID_TYPE']],
    [1, ['body INVALID_TYPE']],
    [{}, ['customer_id REQUIRED', 'provider REQUIRED']],
    [{ ...GOOD, customer_id: null }, ['customer_id INVALID_FORMAT']],
    [{ ...GOOD, customer_id: `{${GOOD.customer_id}}` }, ['customer_id INVALID_FORMAT']],
    [{ ...GOOD, provider: 1 }, ['provider INVALID_TYPE']],
    [{ ...GOOD, provider: null }, ['provider INVALID_TYPE']],
    [{ ...GOOD, provider: ['offline'] }, ['provider INVALID_TYPE']],
    [{ ...GOOD, provider: 'Off' }, ['provider INVALID_FORMAT']],
    [{ ...GOOD, status: 'pending' }, ['status UNKNOWN_VALUE']],
    [{ ...GOOD, status: ['verified'] }, ['status UNKNOWN_VALUE']],
    [{ ...GOOD, reason: 'too long' }, ['reason OUT_OF_RANGE']],
    [{ ...GOOD, limit: '10' }, ['limit INVALID_TYPE']],
    [{ ...GOOD, limit: 0 }, ['limit OUT_OF_RANGE']],
    [{ ...GOOD, input: [] }, ['input INVALID_TYPE']],
    [{ ...GOOD, more: 1 }, ['more UNKNOWN_FIELD']],
    [{ ...GOOD, 'Jane Doe 1970': 1 }, ['* UNKNOWN_FIELD']],
    [{ ...GOOD, toString: 1 }, ['toString UNKNOWN_FIELD']],
    [{ ...GOOD, ...{ ['constructor']: Object } }, ['constructor FORBIDDEN_FIELD_NAME']],
    [JSON.parse('{"__proto__":{"customer_id":1}}'), ['__proto__ FORBIDDEN_FIELD_NAME']],
  ])('finds in %j: %j', (value, faults) => {
    expect(faultsOf(value)).toEqual(faults);
  });

  it('says what is allowed and never what was sent', () => {
    const sent = { customer_id: 'secret-one', provider: 'SECRET', status: 'secret-two', reason: 'secret-three' };
    const messages = fieldsOf(sent).map(({ message }) => message);
    expect(messages).toHaveLength(4);
    expect(messages.join()).not.toMatch(/secret/i);
    expect(messages.join()).toContain('verified, failed');
  });

  it('throws nothing but a validation error, whatever the object', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue())), (value) =>
        Array.isArray(faultsOf(value)),
      ),
    );
  });

  it('answers thousands of unknown members with a bounded number of faults', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`k${String(n)}`, 1]));
    expect(faultsOf(many)).toHaveLength(32);
  });
});
