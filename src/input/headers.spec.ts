import fc from 'fast-check';
import { AppError } from '../errors/index.js';
import { prefersAsync, readIdempotencyKey, readRequestId, singleHeader } from './headers.js';
import type { HeaderSource } from './headers.js';

const headers = (name: string, ...values: string[]): HeaderSource => ({
  rawHeaders: ['Host', 'x', ...values.flatMap((value) => [name, value])],
});

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.details.fields?.map(({ field, code }) => `${field} ${code}`).join();
    throw error;
  }
  return undefined;
}

describe('readIdempotencyKey', () => {
  it.each([
    ['8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['"8e03978e-40d5-43e8-bc93-6894a57f9324"', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['"a b"', 'a b'],
    ['"a,b;c"', 'a,b;c'],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['a\\b', 'a\\b'],
    ['a;b=c', 'a;b=c'],
    ['x'.repeat(255), 'x'.repeat(255)],
    [`"${'\\"'.repeat(255)}"`, '"'.repeat(255)],
  ])('reads %s', (value, key) => {
    expect(readIdempotencyKey(headers('Idempotency-Key', value))).toBe(key);
  });

  it('gives null without the header', () => {
    expect(readIdempotencyKey(headers('X'))).toBeNull();
  });

  it.each([
    '',
    '""',
    '"  "',
    'x'.repeat(256),
    `"${'x'.repeat(256)}"`,
    'a b',
    'a, b',
    'a,b',
    '"a", "b"',
    '"a";p=1',
    '"a',
    'a"',
    '"a"b"',
    '"a\\b"',
    '"a\\"',
    'ä',
    '"ä"',
    'a\tb',
    '"a\tb"',
    'a\x7f',
  ])('refuses %j', (value) => {
    const act = (): unknown => readIdempotencyKey(headers('Idempotency-Key', value));
    expect(codeOf(act)).toBe('idempotency-key INVALID_FORMAT');
  });

  it('refuses two headers, even equal ones', () => {
    const act = (): unknown => readIdempotencyKey(headers('IDEMPOTENCY-KEY', 'a', 'a'));
    expect(codeOf(act)).toBe('idempotency-key REPEATED_HEADER');
  });

  it('reads any visible text back from its quoted form', () => {
    const visible = fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)) });
    fc.assert(
      fc.property(visible, (key) => {
        fc.pre(key.length >= 1 && key.length <= 255);
        const quoted = `"${key.replace(/["\\]/g, '\\$&')}"`;
        expect(readIdempotencyKey(headers('Idempotency-Key', quoted))).toBe(key);
      }),
    );
  });

  it('throws nothing but a validation error, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const code = codeOf(() => readIdempotencyKey(headers('Idempotency-Key', value)));
        expect([undefined, 'idempotency-key INVALID_FORMAT']).toContain(code);
      }),
    );
  });
});

describe('readRequestId', () => {
  it.each(['a', 'A-z_0.9', 'x'.repeat(64)])('accepts %s', (id) => {
    expect(readRequestId(headers('X-Request-ID', id))).toBe(id);
  });

  it.each([[['']], [['x'.repeat(65)]], [['a b']], [['a\n']], [['ä']], [['a,b']], [['a', 'b']], [[]]])(
    'passes over %j',
    (ids) => {
      expect(readRequestId(headers('x-request-id', ...ids))).toBeNull();
    },
  );
});

describe('singleHeader', () => {
  it('never takes a value for a name', () => {
    expect(singleHeader({ rawHeaders: ['X', 'Host', 'Y', 'z'] }, 'host')).toBeNull();
  });
});

describe('prefersAsync', () => {
  it.each([
    [['respond-async']],
    [['Respond-Async']],
    [['respond-async, wait=10']],
    [['wait=10,\trespond-async;x="a,b"']],
    [['return=minimal', 'respond-async']],
    [['foo="a, b", respond-async']],
    [['foo="a\\", b", respond-async']],
    [[', ,respond-async']],
  ])('hears it in %j', (values) => {
    expect(prefersAsync(headers('Prefer', ...values))).toBe(true);
  });

  it.each([
    [[]],
    [['']],
    [['wait=10']],
    [['respond-asynchronously']],
    [['foo="respond-async"']],
    [['foo=", respond-async, "']],
    [['foo;respond-async']],
    [['respond-async=no']],
  ])('does not hear it in %j', (values) => {
    expect(prefersAsync(headers('Prefer', ...values))).toBe(false);
  });

  it('takes any text, and 16 KiB of quotes, in its stride', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (value) => typeof prefersAsync(headers('Prefer', value)) === 'boolean',
      ),
    );
    const start = performance.now();
    for (const unit of ['"', '\\', '"\\', '",', ';']) prefersAsync(headers('Prefer', unit.repeat(16_384)));
    expect(performance.now() - start).toBeLessThan(200);
  });
});
