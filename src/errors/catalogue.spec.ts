import { AppError } from './app-error.js';
import { ERRORS, FIELD_FAULTS } from './catalogue.js';
import type { ErrorCode } from './catalogue.js';
import { problemOf, problemType } from './problem.js';

const CODES = Object.keys(ERRORS) as ErrorCode[];

describe('the catalogue of errors', () => {
  it.each(CODES)('says everything that a problem document needs about %s', (code) => {
    const { status, title, description } = ERRORS[code];
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(description).toMatch(/\.$/);
    expect(problemOf(code, { instance: '/', requestId: 'r' })).toMatchObject({
      status,
      title,
      detail: description,
      code,
    });
  });

  it('gives all codes of one kind the same status', () => {
    const statuses = new Map<string, Set<number>>();
    for (const { kind, status } of Object.values(ERRORS)) {
      if (kind !== null) statuses.set(kind, (statuses.get(kind) ?? new Set()).add(status));
    }
    expect([...statuses.values()].every(({ size }) => size === 1)).toBe(true);
  });

  it('types a problem by its code in kebab-case', () => {
    expect(problemType('INVALID_STATE_TRANSITION')).toBe('urn:problem:customer-verifications:invalid-state-transition');
  });

  it('writes field codes like error codes', () => {
    expect(Object.keys(FIELD_FAULTS).every((code) => /^[A-Z]+(_[A-Z]+)*$/.test(code))).toBe(true);
  });

  it('lets no code stand under a kind that is not its own', () => {
    // @ts-expect-error a 422 is no conflict
    const wrong = new AppError('conflict', 'UNKNOWN_PROVIDER', 'No such provider.');
    // @ts-expect-error no such code
    const unknown = new AppError('conflict', 'NO_SUCH_CODE', 'Nothing.');
    expect([wrong, unknown]).toHaveLength(2);
  });
});
