import { compact } from '../identifier-text.js';

/**
 * How each member state writes its VAT numbers behind the prefix (European Commission, VIES: structure of VAT identification numbers),
 * and Northern Ireland. Looser than a national rule on purpose: a number that fails here is one that no office can have issued.
 */
const FORMS: Readonly<Record<string, RegExp>> = {
  AT: /^U\d{8}$/,
  BE: /^[01]\d{9}$/,
  BG: /^\d{9,10}$/,
  CY: /^\d{8}[A-Z]$/,
  CZ: /^\d{8,10}$/,
  DE: /^\d{9}$/,
  DK: /^\d{8}$/,
  EE: /^\d{9}$/,
  EL: /^\d{9}$/,
  ES: /^[A-Z\d]\d{7}[A-Z\d]$/,
  FI: /^\d{8}$/,
  FR: /^[A-Z\d]{2}\d{9}$/,
  HR: /^\d{11}$/,
  HU: /^\d{8}$/,
  IE: /^(\d[A-Z\d+*]\d{5}[A-Z]|\d{7}[A-Z]{2})$/,
  IT: /^\d{11}$/,
  LT: /^(\d{9}|\d{12})$/,
  LU: /^\d{8}$/,
  LV: /^\d{11}$/,
  MT: /^\d{8}$/,
  NL: /^[A-Z\d+*]{12}$/,
  PL: /^\d{10}$/,
  PT: /^\d{9}$/,
  RO: /^\d{2,10}$/,
  SE: /^\d{12}$/,
  SI: /^\d{8}$/,
  SK: /^\d{10}$/,
  XI: /^(\d{9}|\d{12}|(GD|HA)\d{3})$/,
};

/** Ways of writing a number at home that the service does not know. */
const CANONICAL: Readonly<Record<string, (national: string) => string>> = {
  BE: (national) => national.replace(/^(?=\d{9}$)/, '0'),
  EL: (national) => national.replace(/^(?=\d{8}$)/, '0'),
  // A VAT code and an area stand behind the eight digits.
  HU: (national) => national.replace(/^(\d{8})[1-5]\d{2}$/, '$1'),
  RO: (national) => national.replace(/^0+(?=\d{2})/, ''),
};

/** The prefixes of VIES, and Greece by its ISO 3166-1 code. */
export const VIES_COUNTRIES = [...Object.keys(FORMS), 'GR'].sort();

/** A VAT number as the service takes it. */
export interface VatNumber {
  /** `EL` for Greece. */
  readonly memberState: string;
  /** Without the prefix. */
  readonly national: string;
  /** Whether it is written as the member state writes its numbers. Check digits are not looked at. */
  readonly wellFormed: boolean;
}

/** The member state that a number is of: `country`, or else the number's first two letters; null where VIES has no such. */
export function memberStateOf(text: string, country?: string): string | null {
  const named = country ?? compact(text).slice(0, 2);
  const state = named === 'GR' ? 'EL' : named;
  return Object.hasOwn(FORMS, state) ? state : null;
}

/**
 * A number as people write it, with its prefix (people also write that twice) or with the country beside it. Null where the country is
 * none of VIES. A French number may begin with any two letters, so only the country's own prefix is one.
 */
export function vatNumberOf(text: string, country?: string): VatNumber | null {
  const memberState = memberStateOf(text, country);
  if (memberState === null) return null;
  const whole = compact(text);
  const once = withoutPrefix(whole, memberState);
  const readings = [once, withoutPrefix(once, memberState), ...(country === undefined ? [] : [whole])];
  const canonical = readings.map((reading) => CANONICAL[memberState]?.(reading) ?? reading);
  const written = canonical.find((reading) => FORMS[memberState]?.test(reading));
  return { memberState, national: written ?? once, wellFormed: written !== undefined };
}

function withoutPrefix(text: string, memberState: string): string {
  return text.replace(memberState === 'EL' ? /^(EL|GR)/ : new RegExp(`^${memberState}`), '');
}
