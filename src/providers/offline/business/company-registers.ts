import { stdnum } from 'stdnum';
import { byStdnum } from './stdnum-judge.js';
import type { Judge } from './stdnum-judge.js';

/** A register's numbers. Only registers whose numbers carry check digits stand here. */
export interface CompanyRegister {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** The number's own name, e.g. `siren`. */
  readonly scheme: string;
  readonly form: RegExp;
  /** Brings accepted variants to that form. */
  readonly canonical?: (number: string) => string;
  readonly judge: Judge;
}

const { AU, BE, BR, CH, CZ, DK, EE, FI, FR, HR, JP, LV, NO, PL, PT, SE } = stdnum;

/** By country; where a country has two numbers, they differ in length. Adding a register is a row. */
export const COMPANY_REGISTERS: readonly CompanyRegister[] = [
  { country: 'AU', scheme: 'abn', form: /^\d{11}$/, judge: byStdnum(AU?.abn) },
  { country: 'AU', scheme: 'acn', form: /^\d{9}$/, judge: byStdnum(AU?.acn) },
  {
    country: 'BE',
    scheme: 'ondernemingsnummer',
    form: /^[01]\d{9}$/,
    canonical: (n) => n.replace(/^(?=\d{9}$)/, '0'),
    judge: byStdnum(BE?.vat),
  },
  { country: 'BR', scheme: 'cnpj', form: /^[0-9A-Z]{12}\d{2}$/, judge: byStdnum(BR?.cnpj) },
  {
    country: 'CH',
    scheme: 'uid',
    form: /^CHE\d{9}$/,
    canonical: (n) => n.replace(/^(?=\d{9}$)/, 'CHE'),
    judge: byStdnum(CH?.uid),
  },
  { country: 'CZ', scheme: 'ico', form: /^\d{8}$/, judge: byStdnum(CZ?.ico) },
  { country: 'DK', scheme: 'cvr', form: /^\d{8}$/, judge: byStdnum(DK?.cvr) },
  { country: 'EE', scheme: 'registrikood', form: /^\d{8}$/, judge: byStdnum(EE?.registrikood) },
  {
    country: 'FI',
    scheme: 'y_tunnus',
    form: /^\d{8}$/,
    canonical: (n) => n.replace(/^(?=\d{7}$)/, '0'),
    judge: byStdnum(FI?.ytunnus),
  },
  { country: 'FR', scheme: 'siren', form: /^\d{9}$/, judge: byStdnum(FR?.siren) },
  { country: 'FR', scheme: 'siret', form: /^\d{14}$/, judge: byStdnum(FR?.siret) },
  { country: 'HR', scheme: 'oib', form: /^\d{11}$/, judge: byStdnum(HR?.oib) },
  { country: 'JP', scheme: 'hojin_bango', form: /^[1-9]\d{12}$/, judge: byStdnum(JP?.cn) },
  { country: 'LV', scheme: 'registracijas_numurs', form: /^[4-9]\d{10}$/, judge: byStdnum(LV?.pvn) },
  { country: 'NO', scheme: 'organisasjonsnummer', form: /^\d{9}$/, judge: byStdnum(NO?.orgnr) },
  { country: 'PL', scheme: 'regon', form: /^(\d{9}|\d{14})$/, judge: byStdnum(PL?.regon) },
  { country: 'PT', scheme: 'nipc', form: /^[1-9]\d{8}$/, judge: byStdnum(PT?.nif) },
  { country: 'SE', scheme: 'organisationsnummer', form: /^\d{10}$/, judge: byStdnum(SE?.orgnr) },
];
