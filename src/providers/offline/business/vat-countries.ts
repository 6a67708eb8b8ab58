import { stdnum } from 'stdnum';
import { luhn } from '../../check-digits.js';
import { bulgaria, czechia, france, slovakia, slovenia } from './vat-exceptions.js';
import { byStdnum, doubting } from './stdnum-judge.js';
import type { Judge } from './stdnum-judge.js';

/** How one country writes its VAT numbers. */
export interface VatCountry {
  /** ISO 3166-1 alpha-2, and `XI` for Northern Ireland. */
  readonly country: string;
  /** The form of the compact number behind the prefix (European Commission, VIES: structure of VAT numbers). */
  readonly form: RegExp;
  /** Brings accepted variants to that form. */
  readonly canonical?: (national: string) => string;
  readonly judge: Judge;
}

const { AT, BE, CH, CY, DE, DK, EE, ES, FI, GB, GR, HR, HU, IE, IT, LT, LU, LV, MT, NL, NO, PL, PT, RO } = stdnum;

const greece: VatCountry = {
  country: 'GR',
  form: /^\d{9}$/,
  canonical: (n) => n.replace(/^(?=\d{8}$)/, '0'),
  judge: byStdnum(GR?.vat),
};

/** stdnum takes any five characters as a British number, so the forms of departments and health authorities stand here. */
const british = {
  form: /^(\d{9}|\d{12}|GD[0-4]\d{2}|HA[5-9]\d{2}|GD8888[0-4]\d{4}|HA8888[5-9]\d{4})$/,
  judge: byStdnum(GB?.vat),
};

/** A number of a person follows rules with exceptions; a number of a company does not. */
function unless(personal: RegExp, judge: Judge): Judge {
  return (number) => (personal.test(number) ? doubting(judge) : judge)(number);
}

/** A wrong Luhn digit is certain; an unusual province (7th to 9th digit behind the first) is only unusual. */
const italy = byStdnum(IT?.iva);
const switzerland = byStdnum(CH?.uid);

/** Prefix -> country. Adding a country is a row. */
export const VAT_COUNTRIES: Readonly<Record<string, VatCountry>> = {
  AT: { country: 'AT', form: /^U\d{8}$/, judge: byStdnum(AT?.uid) },
  // Nine digits are the form of before 2008; today's numbers begin with 0 or 1.
  BE: { country: 'BE', form: /^[01]\d{9}$/, canonical: (n) => n.replace(/^(?=\d{9}$)/, '0'), judge: byStdnum(BE?.vat) },
  BG: { country: 'BG', form: /^\d{9,10}$/, judge: bulgaria },
  CH: {
    country: 'CH',
    form: /^E\d{9}$/,
    // The words for VAT in four languages are for display.
    canonical: (n) => n.replace(/(MWST|TVA|IVA|TPV)$/, ''),
    judge: (n) => switzerland(`CH${n}`),
  },
  CY: { country: 'CY', form: /^\d{8}[A-Z]$/, judge: byStdnum(CY?.vat) },
  CZ: { country: 'CZ', form: /^\d{8,10}$/, judge: czechia },
  DE: { country: 'DE', form: /^[1-9]\d{8}$/, judge: byStdnum(DE?.vat) },
  DK: { country: 'DK', form: /^\d{8}$/, judge: byStdnum(DK?.cvr) },
  EE: { country: 'EE', form: /^\d{9}$/, judge: byStdnum(EE?.kmkr) },
  EL: greece,
  GR: greece,
  ES: {
    country: 'ES',
    form: /^(\d{8}[A-Z]|[KLMXYZ]\d{7}[A-Z]|[A-HJNP-SUVW]\d{7}[0-9A-J])$/,
    judge: byStdnum(ES?.nif),
  },
  FI: { country: 'FI', form: /^\d{8}$/, judge: byStdnum(FI?.alv) },
  FR: { country: 'FR', form: /^[0-9A-HJ-NP-Z]{2}\d{9}$/, judge: france },
  GB: { country: 'GB', ...british },
  HR: { country: 'HR', form: /^\d{11}$/, judge: byStdnum(HR?.oib) },
  // The domestic number carries a VAT code and an area behind the eight digits.
  HU: {
    country: 'HU',
    form: /^\d{8}$/,
    canonical: (n) => n.replace(/^(\d{8})[1-5]\d{2}$/, '$1'),
    judge: byStdnum(HU?.anum),
  },
  IE: { country: 'IE', form: /^(\d{7}[A-W][A-IW]?|\d[A-Z+*]\d{5}[A-W])$/, judge: byStdnum(IE?.vat) },
  IT: { country: 'IT', form: /^\d{11}$/, judge: (n) => (luhn(n) ? italy(n) : { found: 'checksum' }) },
  LT: { country: 'LT', form: /^(\d{7}1\d|\d{10}1\d)$/, judge: byStdnum(LT?.pvm) },
  LU: { country: 'LU', form: /^\d{8}$/, judge: byStdnum(LU?.tva) },
  // Personal codes begin with 0 to 3; those given since 2017 begin with 32 and hold no date, which stdnum demands.
  LV: { country: 'LV', form: /^\d{11}$/, judge: unless(/^[0-3]/, byStdnum(LV?.pvn)) },
  MT: { country: 'MT', form: /^\d{8}$/, judge: byStdnum(MT?.vat) },
  NL: { country: 'NL', form: /^\d{9}B(?!00)\d{2}$/, judge: byStdnum(NL?.btw) },
  NO: { country: 'NO', form: /^\d{9}$/, canonical: (n) => n.replace(/MVA$/, ''), judge: byStdnum(NO?.orgnr) },
  PL: { country: 'PL', form: /^\d{10}$/, judge: byStdnum(PL?.nip) },
  PT: { country: 'PT', form: /^[1-9]\d{8}$/, judge: byStdnum(PT?.nif) },
  // Thirteen digits are a person's number, which not all sources accept for VAT.
  RO: {
    country: 'RO',
    form: /^([1-9]\d{1,9}|[1-9]\d{12})$/,
    canonical: (n) => n.replace(/^0+(?=\d{2})/, ''),
    judge: unless(/^\d{13}$/, byStdnum(RO?.cif)),
  },
  // The last two digits count the registrations of one person: nearly always 01.
  SE: {
    country: 'SE',
    form: /^\d{12}$/,
    judge: (n) => (luhn(n.slice(0, 10)) ? { found: n.endsWith('01') ? 'ok' : 'doubtful' } : { found: 'checksum' }),
  },
  SI: { country: 'SI', form: /^[1-9]\d{7}$/, judge: slovenia },
  SK: { country: 'SK', form: /^[1-9]\d{9}$/, judge: slovakia },
  XI: { country: 'XI', ...british },
};
