// Countries in which stdnum 1.12.0 knows fewer, or more, numbers than the tax authority does.
import { stdnum } from 'stdnum';
import { luhn, weightedRemainder } from '../../check-digits.js';
import type { Judgement } from '../identifier.js';
import { byStdnum, doubting } from './stdnum-judge.js';

const OK: Judgement = { found: 'ok' };
const CHECKSUM: Judgement = { found: 'checksum' };
const DOUBTFUL: Judgement = { found: 'doubtful' };

const EIGHT_TO_ONE = [8, 7, 6, 5, 4, 3, 2, 1];

/**
 * Bulgaria. stdnum refuses every number whose first digit is 4 to 8 (many old companies have 8), and its rule for the
 * numbers of other persons is inverted, so that any ten digits pass.
 */
export function bulgaria(number: string): Judgement {
  if (number.length === 9) return bulgarianCompany(number) ? OK : CHECKSUM;
  return bulgarianPerson(number) ? OK : DOUBTFUL;
}

function bulgarianCompany(number: string): boolean {
  const first = weightedRemainder(number, [1, 2, 3, 4, 5, 6, 7, 8], 11);
  const check = first === 10 ? weightedRemainder(number, [3, 4, 5, 6, 7, 8, 9, 10], 11) % 10 : first;
  return check === Number(number[8]);
}

/** Citizens, foreigners and others: three rules, and the number does not tell which one it follows. */
function bulgarianPerson(number: string): boolean {
  const citizen = weightedRemainder(number, [2, 4, 8, 5, 10, 9, 7, 3, 6], 11) % 10;
  const foreigner = weightedRemainder(number, [21, 19, 17, 13, 11, 9, 7, 3, 1], 10);
  const other = (11 - weightedRemainder(number, [4, 3, 2, 7, 6, 5, 4, 3, 2], 11)) % 11;
  return [citizen, foreigner, other].includes(Number(number[9]));
}

const czechCompany = byStdnum(stdnum.CZ?.dic);
const czechPerson = doubting(byStdnum(stdnum.CZ?.rc));

/** Czechia. Eight digits are a company. stdnum weighs the wrong digits of the special numbers (nine digits, first one 6). */
export function czechia(number: string): Judgement {
  if (number.length === 8) return czechCompany(number);
  return czechSpecial(number) ? OK : czechPerson(number);
}

function czechSpecial(number: string): boolean {
  if (!/^6\d{8}$/.test(number)) return false;
  const difference = 8 - ((10 - weightedRemainder(number.slice(1, 8), EIGHT_TO_ONE, 11)) % 11);
  return (difference + 10) % 10 === Number(number[8]);
}

const frenchVat = byStdnum(stdnum.FR?.tva);

/**
 * France. A numeric key is certain (12 + 3 x SIREN, modulo 97). A key with letters follows a rule that is not published,
 * and not every number with a right key holds a SIREN (Monaco): those are doubtful where the library objects.
 */
export function france(number: string): Judgement {
  const judgement = frenchVat(number);
  if (judgement.found === 'ok') return judgement;
  const [key, siren] = [number.slice(0, 2), number.slice(2)];
  const keyRight = /^\d\d$/.test(key) && (12 + 3 * (Number(siren) % 97)) % 97 === Number(key);
  const lettersOverSiren = !/^\d\d$/.test(key) && (luhn(siren) || siren.startsWith('000'));
  return keyRight || lettersOverSiren ? { ...judgement, found: 'doubtful' } : judgement;
}

/** Slovakia: divisible by 11. stdnum looks for the range of the third digit in the first, and so refuses all that begin with 1. */
export function slovakia(number: string): Judgement {
  return Number(number) % 11 === 0 ? OK : CHECKSUM;
}

/** Slovenia: a remainder of 0 is not issued; stdnum takes it for the check digit 1. */
export function slovenia(number: string): Judgement {
  const remainder = weightedRemainder(number, EIGHT_TO_ONE.slice(0, 7), 11);
  return remainder !== 0 && (11 - remainder) % 10 === Number(number[7]) ? OK : CHECKSUM;
}
