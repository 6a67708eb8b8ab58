import fc from 'fast-check';
import { z } from 'zod';
import { faultsOfZod } from './zod-faults.js';

const schema = z.strictObject({
  vat_number: z.string().regex(/^[A-Z]{2}/, 'must begin with two letters'),
  country: z.enum(['DE', 'FR']),
  age: z.int().min(18).optional(),
  lines: z.array(z.strictObject({ text: z.string().max(5) })).optional(),
  holder: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('person'), name: z.string() })]).optional(),
});

function faultsOf(value: unknown): string[] {
  const { error } = schema.safeParse(value);
  return error ? faultsOfZod(error, 'input', value).map(({ field, code }) => `${field} ${code}`) : [];
}

const GOOD = { vat_number: 'DE1', country: 'DE' };

describe('faultsOfZod', () => {
  it.each([
    [{}, ['input.vat_number REQUIRED', 'input.country REQUIRED']],
    [{ ...GOOD, vat_number: 1 }, ['input.vat_number INVALID_TYPE']],
    [{ ...GOOD, vat_number: null }, ['input.vat_number INVALID_TYPE']],
    [{ ...GOOD, vat_number: '1' }, ['input.vat_number INVALID_FORMAT']],
    [{ ...GOOD, country: 'XX' }, ['input.country UNKNOWN_VALUE']],
    [{ ...GOOD, age: 17 }, ['input.age OUT_OF_RANGE']],
    [{ ...GOOD, age: 18.5 }, ['input.age INVALID_TYPE']],
    [{ ...GOOD, lines: [{ text: 'ok' }, { text: 'too long' }] }, ['input.lines.1.text OUT_OF_RANGE']],
    [{ ...GOOD, lines: [{ texts: 'ok' }] }, ['input.lines.0.text REQUIRED', 'input.lines.0.texts UNKNOWN_FIELD']],
    [{ ...GOOD, a: 1, 'b c': 2 }, ['input.a UNKNOWN_FIELD', 'input.* UNKNOWN_FIELD']],
    [{ ...GOOD, holder: { kind: 'firm' } }, ['input.holder.kind INVALID_FORMAT']],
    ['text', ['input INVALID_TYPE']],
    [null, ['input INVALID_TYPE']],
  ])('finds in %j: %j', (value, faults) => {
    expect(faultsOf(value)).toEqual(faults);
  });

  it('uses the words of the schema, but names no unknown member in them', () => {
    const value = { ...GOOD, vat_number: 'secret', '4111111111111111 Jane': 1 };
    const faults = faultsOfZod(schema.safeParse(value).error!, 'input', value);
    expect(faults.map(({ message }) => message)).toContain('must begin with two letters');
    expect(JSON.stringify(faults)).not.toMatch(/secret|Jane|4111/);
  });

  it('calls a missing member of the wrong type where the value is not at hand', () => {
    expect(faultsOfZod(z.object({ a: z.string() }).safeParse({}).error!, 'input')).toMatchObject([
      { code: 'INVALID_TYPE' },
    ]);
  });

  it('finds at least one fault in whatever the schema refuses', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(faultsOf(value).length > 0).toBe(!schema.safeParse(value).success);
      }),
    );
  });
});
