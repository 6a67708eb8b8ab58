import fc from 'fast-check';
import { AppError } from '../errors/index.js';
import { checkParsedJson, parseStrictJson } from './strict-json.js';

const read = (text: string | Buffer): unknown => parseStrictJson(Buffer.from(text as string));

/** What a refusal says: its code, or the field and code of its one fault. */
function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const [fault] = error.details.fields ?? [];
    return fault ? `${fault.field} ${fault.code}` : error.code;
  }
  return 'accepted';
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('parseStrictJson', () => {
  it.each([
    ['an empty body', ''],
    ['white space', ' \n'],
    ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])],
    ['a byte that is no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['an overlong encoding', Buffer.from([0x22, 0xc0, 0x80, 0x22])],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['text after the value', '{} {}'],
    ['a trailing comma', '{"a":1,}'],
    ['single quotes', "{'a':1}"],
    ['a comment', '{/**/}'],
    ['NaN', '{"a":NaN}'],
    ['a bare NUL in a string', '"\0"'],
    ['a leading zero', '{"a":01}'],
    ['half a body', '{"a":"b'],
  ])('refuses %s as malformed', (_, text) => {
    expect(refusalOf(() => read(text))).toBe('MALFORMED_JSON');
  });

  it.each([
    ['a repeated member', '{"a":1,"b":{"c":1,"c":2}}', 'b.c REPEATED_FIELD'],
    ['a member repeated in escapes', '{"a":1,"\\u0061":1}', 'a REPEATED_FIELD'],
    ['a member repeated with objects', '{"a":{"x":1},"a":{"y":2,"z":3}}', 'a REPEATED_FIELD'],
    ['a repeated member in an item', '{"list":[1,{"a":":"},{"a":1,"a":2}]}', 'list.2.a REPEATED_FIELD'],
    ['a repeated empty name', '{"":1,"":2}', '* REPEATED_FIELD'],
    ['17 levels', nested(17), `${Array(16).fill('0').join('.')} TOO_DEEP`],
    ['30,000 levels', nested(30_000), `${Array(16).fill('0').join('.')} TOO_DEEP`],
    ['NUL', '{"input":{"a":"x\\u0000"}}', 'input.a INVALID_TEXT'],
    ['a high surrogate alone', '{"a":["\\ud800"]}', 'a.0 INVALID_TEXT'],
    ['a low surrogate alone', '"\\udc00"', 'body INVALID_TEXT'],
    ['surrogates in the wrong order', '"\\udc00\\ud800"', 'body INVALID_TEXT'],
    ['NUL in a name', '{"\\u0000":1}', '* INVALID_TEXT'],
    ['half a pair in a name', '{"a":{"\\ud83d":1}}', 'a.* INVALID_TEXT'],
    ['__proto__', '{"input":{"__proto__":{"a":1}}}', 'input.__proto__ FORBIDDEN_FIELD_NAME'],
    ['__proto__ in escapes', '{"\\u005f_proto__":1}', '__proto__ FORBIDDEN_FIELD_NAME'],
    ['constructor', '{"constructor":{}}', 'constructor FORBIDDEN_FIELD_NAME'],
    ['prototype', '[{"prototype":1}]', '0.prototype FORBIDDEN_FIELD_NAME'],
    ['an infinite number', '{"a":1e400}', 'a OUT_OF_RANGE'],
    ['a negative infinite number', '-1e400', 'body OUT_OF_RANGE'],
    ['2^53', '{"a":9007199254740992}', 'a OUT_OF_RANGE'],
    ['2^53 + 1', '{"a":9007199254740993}', 'a OUT_OF_RANGE'],
    ['-2^53', '{"a":-9007199254740992}', 'a OUT_OF_RANGE'],
    ['1e16', '{"a":1e16}', 'a OUT_OF_RANGE'],
    ['1e300', '{"a":[0,1e300]}', 'a.1 OUT_OF_RANGE'],
    ['1E100000', '{"n":1E100000}', 'n OUT_OF_RANGE'],
    ['a nonzero number that becomes 0', '{"a":{"b":1e-400}}', 'a.b OUT_OF_RANGE'],
    ['a fraction whose digits do not come back', '0.12345678901234567890', 'body OUT_OF_RANGE'],
    ['a fraction that turns whole', '9007199254740990.5', 'body OUT_OF_RANGE'],
    ['1 and 30,000 zeros', `1${'0'.repeat(30_000)}`, 'body OUT_OF_RANGE'],
    ['a number after a string with quotes and colons', '{"a":"\\\\\\":1e400,","b":1e400}', 'b OUT_OF_RANGE'],
    ['a long, odd name', `{"${'x'.repeat(70)}":1e400,"b c":1}`, '* OUT_OF_RANGE'],
  ])('refuses %s and names the place', (_, text, refusal) => {
    expect(refusalOf(() => read(text))).toBe(refusal);
  });

  it.each([
    'null',
    ' {"a" : [1, -2.50, 0.1, 1e2, 1.5E-7, 9007199254740991, -9007199254740991]}\r\n',
    '{"a":{"x":1},"b":{"x":1}}',
    '{"a":":\\":\\\\","b":"\\\\\\\\"}',
    '["\\ud83d\\ude00", "😀", "\\u0001", "ü"]',
    '{"proto":1,"Constructor":2,"hasOwnProperty":3,"toString":4}',
    '[0.30000000000000004, 5e-324, 1.7976931348623157e-300, 0, 0.0, 0e5, 1000000000000000, 100.000000000000000]',
    '-0',
    nested(16),
  ])('reads %s as JSON.parse does', (text) => {
    expect(read(text)).toEqual(JSON.parse(text));
  });

  it('never lets a message repeat what was sent', () => {
    const error = (() => {
      try {
        return read('{"secret-value" oops');
      } catch (thrown) {
        return thrown as AppError;
      }
    })() as AppError;
    expect(JSON.stringify([error.message, error.details, String(error.cause)])).not.toContain('secret');
  });

  it('reads whatever JSON.stringify writes, or refuses it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        const outcome = refusalOf(() => expect(read(text)).toEqual(JSON.parse(text)));
        expect(outcome).not.toBe('MALFORMED_JSON');
      }),
    );
  });

  it('reads every safe number back that JavaScript writes', () => {
    const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger());
    fc.assert(
      fc.property(numbers, (value) => {
        fc.pre(Number.isSafeInteger(value) || !Number.isInteger(value));
        expect(read(`{"n":${JSON.stringify(value)}}`)).toEqual({ n: value === 0 ? 0 : value });
      }),
    );
  });

  it('accepts a body exactly when no object of it repeats a name', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd:"e', '\\');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.constantFrom('1', '{"a":1}', '"x\\":"'))), (members) => {
        const text = `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
        const unique = new Set(members.map(([key]) => key)).size === members.length;
        expect(refusalOf(() => read(text)).endsWith('REPEATED_FIELD')).toBe(!unique);
      }),
    );
  });

  it('throws nothing but its own errors, whatever the bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    const jsonish = fc.array(fc.constantFrom(...'{}[]":,\\01e-.+ua\0é'), { maxLength: 40 }).map((all) => all.join(''));
    fc.assert(
      fc.property(fc.oneof(bytes, jsonish, fc.json()), (text) => {
        refusalOf(() => parseStrictJson(Buffer.from(text as string)));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['quotes and backslashes', `"${'\\"'.repeat(32_000)}"`],
    ['backslashes', `"${'\\\\'.repeat(32_000)}"`],
    ['repeated members', `{${Array(10_000).fill('"a":1').join(',')}}`],
    [
      'many members and one repetition',
      `{${Array.from({ length: 7000 }, (_, n) => `"k${String(n)}":1`).join(',')},"k0":1}`,
    ],
    ['white space around names', `{${`"a"${' '.repeat(6000)}:1,`.repeat(9)}"a":1}`],
    ['zeros within a number', `[0.1${'0'.repeat(32_000)}1${'0'.repeat(32_000)}]`],
    ['long numbers', `[${Array(3000).fill('1.0000000000000000001').join(',')}]`],
    ['open brackets', '['.repeat(65_536)],
    ['open objects', '{"a":'.repeat(13_000)],
  ])('takes 64 KiB of %s in its stride', (_, text) => {
    const body = Buffer.from(text.slice(0, 65_600));
    const start = performance.now();
    refusalOf(() => parseStrictJson(body));
    // A quadratic scan takes seconds.
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe('checkParsedJson', () => {
  const circular: unknown[] = [];
  circular.push(circular);

  it.each([
    ['an unsafe integer', { a: 2 ** 53 }, 'a OUT_OF_RANGE'],
    ['infinity', [Infinity], '0 OUT_OF_RANGE'],
    ['NUL', { a: { b: '\0' } }, 'a.b INVALID_TEXT'],
    ['a lone surrogate', '\ud800', 'body INVALID_TEXT'],
    ['__proto__', JSON.parse('{"a":{"__proto__":1}}'), 'a.__proto__ FORBIDDEN_FIELD_NAME'],
    ['a circle', circular, `${Array(16).fill('0').join('.')} TOO_DEEP`],
    ['what JSON cannot hold', { a: undefined }, 'a INVALID_TYPE'],
    ['a big integer', { a: 1n }, 'a INVALID_TYPE'],
  ])('refuses %s', (_, value, refusal) => {
    expect(refusalOf(() => checkParsedJson(value))).toBe(refusal);
  });

  it('hands a harmless value through', () => {
    const value = { a: [1, 'x', null, true, { b: 0.5 }] };
    expect(checkParsedJson(value)).toBe(value);
  });
});
