/** The remainder of the weighted sum of `digits` (decimal digits, at most as many as weights). */
export function weightedRemainder(digits: string, weights: readonly number[], modulus: number): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(digits[index] ?? 0), 0) % modulus;
}

/** Whether decimal digits satisfy the Luhn rule (ISO/IEC 7812-1, annex B). */
export function luhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** Whether text of `0-9A-Z` satisfies ISO/IEC 7064 MOD 97-10: letters count 10 to 35 and the remainder is 1. */
export function mod97(text: string): boolean {
  const digits = [...text].map((character) => String(Number.parseInt(character, 36))).join('');
  return [...digits].reduce((remainder, digit) => (remainder * 10 + Number(digit)) % 97, 0) === 1;
}
