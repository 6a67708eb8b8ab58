import { ValidationError } from '../../errors/index.js';
import { validateBody } from '../../input/index.js';
import { OverrideVerificationDto } from './verification.dto.js';

/** The faults of the reason in an override. */
function faultsOf(reason: unknown): readonly unknown[] {
  try {
    validateBody(OverrideVerificationDto, { status: 'verified', reason });
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return (error.details.fields ?? []).map(({ field, code }) => `${field} ${code}`);
  }
}

describe('the reason of an override', () => {
  it.each([
    ['null', null, ['reason INVALID_TYPE']],
    ['a number', 7, ['reason INVALID_TYPE']],
    ['a list', ['seen'], ['reason INVALID_TYPE']],
    ['nothing', '', ['reason OUT_OF_RANGE']],
    ['501 characters', 'x'.repeat(501), ['reason OUT_OF_RANGE']],
    ['500 characters', 'x'.repeat(500), []],
    ['left out', undefined, []],
  ])('is judged by its type first, then by its length: %s', (_name, reason, faults) => {
    expect(faultsOf(reason)).toEqual(faults);
  });
});
