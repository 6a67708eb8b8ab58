import fc from 'fast-check';
import { luhn, mod97, weightedRemainder } from '../check-digits.js';
import { compact } from '../identifier-text.js';
import { verdictOf } from './identifier.js';

describe('compact', () => {
  it.each([
    ['de 143.454-214', 'DE143454214'],
    ['CHE–105.909.036 MWST', 'CHE105909036MWST'],
    ['\u00a0FI\u200b0112038‑9\n', 'FI01120389'],
    ['IE1+23456a', 'IE1+23456A'],
    ['54/22', '5422'],
    // A dotless i is no I: what is no ASCII letter is left for the form to refuse.
    ['ıe6388047v', 'ıE6388047V'],
  ])('brings %j to %j', (text, expected) => {
    expect(compact(text)).toBe(expected);
  });

  it('changes nothing the second time', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => compact(compact(text)) === compact(text)));
  });
});

describe('check digits', () => {
  it('luhn notices every change of one digit', () => {
    const digits = fc.stringMatching(/^\d{2,20}$/);
    fc.assert(
      fc.property(digits, fc.nat(), fc.integer({ min: 1, max: 9 }), (text, place, step) => {
        const at = place % text.length;
        const changed = text.slice(0, at) + String((Number(text[at]) + step) % 10) + text.slice(at + 1);
        return !(luhn(text) && luhn(changed));
      }),
    );
    expect(luhn('79927398713')).toBe(true);
  });

  it('mod97 counts letters from 10 and wants 1', () => {
    expect(mod97('3214282912345698765432161182')).toBe(true);
    expect(mod97('WEST12345698765432GB82')).toBe(true);
    expect(mod97('WEST12345698765432GB83')).toBe(false);
  });

  it('weightedRemainder weighs from the left', () => {
    expect(weightedRemainder('123', [3, 2, 1], 7)).toBe(3);
  });
});

describe('verdictOf', () => {
  it.each([
    ['ok', 'verified', 'format_valid'],
    ['format', 'failed', 'identifier_format_invalid'],
    ['checksum', 'failed', 'identifier_checksum_invalid'],
    ['doubtful', 'pending', 'register_status_unclear'],
  ] as const)('turns %s into %s', (found, outcome, reason) => {
    expect(verdictOf({ found }, {}, {})).toMatchObject({ outcome, reason });
  });

  it('keeps the code of the library where there is one', () => {
    expect(verdictOf({ found: 'checksum', code: 'X' }, {}, {}).providerCode).toBe('X');
    expect(verdictOf({ found: 'format' }, {}, {})).not.toHaveProperty('providerCode');
  });
});
