import fc from 'fast-check';
import { canonicalJson, type JsonObject, type JsonValue } from './json.js';

// JSON has no -0: it is written as 0.
const anyJson = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);

function shuffled(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(shuffled);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value as JsonObject).map(([name, member]) => [name, shuffled(member)] as const);
  return Object.fromEntries(members.reverse());
}

describe('canonicalJson', () => {
  it.each<[string, JsonValue, string]>([
    ['members sorted', { b: 1, a: 2 }, '{"a":2,"b":1}'],
    ['nested members sorted', { z: [{ y: 1, x: null }] }, '{"z":[{"x":null,"y":1}]}'],
    ['arrays in their order', [3, 1, 2], '[3,1,2]'],
    ['no white space', { a: [1, { b: 'c d' }] }, '{"a":[1,{"b":"c d"}]}'],
    ['numbers in their shortest form', [1.0, 1e21, 1e-7, -0, 0.1], '[1,1e+21,1e-7,0,0.1]'],
    ['strings with the fewest escapes', '\u20ac$\u000f\nA\'B"\\/', '"€$\\u000f\\nA\'B\\"\\\\/"'],
    [
      'names in the order of UTF-16 code units',
      { '\ufb33': 1, '\u{1f600}': 2, '\r': 3, '1': 4 },
      '{"\\r":3,"1":4,"😀":2,"\ufb33":1}',
    ],
    ['numeric names as text', { 10: 1, 9: 2 }, '{"10":1,"9":2}'],
    ['an empty name', { '': 0 }, '{"":0}'],
    ['nothing in it', [{}, []], '[{},[]]'],
  ])('writes %s', (_name, value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });

  it('means the same value', () => {
    fc.assert(fc.property(anyJson, (value) => expect(JSON.parse(canonicalJson(value))).toEqual(value)));
  });

  it('does not depend on the order of members', () => {
    fc.assert(fc.property(anyJson, (value) => canonicalJson(shuffled(value)) === canonicalJson(value)));
  });

  it('differs for different values', () => {
    fc.assert(
      fc.property(anyJson, anyJson, (one, other) => {
        fc.pre(JSON.stringify(shuffled(one)) !== JSON.stringify(shuffled(other)));
        const equal = canonicalJson(one) === canonicalJson(other);
        if (equal) expect(one).toEqual(other);
      }),
    );
  });
});
