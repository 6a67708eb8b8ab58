import { partsOf } from './jurisdictions.js';

/** What an age is needed for. The threshold belongs to the purpose, not to adulthood in general. */
export const AGE_PURPOSES = {
  majority: 'full legal age',
  alcohol: 'buying any alcoholic drink, spirits included (the highest age that the jurisdiction sets)',
  digital_consent: 'consenting alone to an information society service (GDPR, Article 8)',
  contract: 'making contracts where that age is lower than majority',
} as const;

/** One of {@link AGE_PURPOSES}. */
export type AgePurpose = keyof typeof AGE_PURPOSES;

/** A minimum age. Not legal advice: laws move, hence the source and its date. */
export interface AgeThreshold {
  readonly purpose: AgePurpose;
  readonly years: number;
  readonly jurisdictions: readonly string[];
  /** What says so. It goes into the evidence, so it must be what was really consulted. */
  readonly source: string;
  /** The date that the source bears, a year or a day; null where it bears none. */
  readonly asOf: string | null;
}

const MOST = 'Wikipedia, Age of majority: 18 in most countries (a general statement, not checked country by country)';
const STATES = 'Secondary summaries of state and provincial laws';
const FRA = 'EU Agency for Fundamental Rights, Mapping minimum age requirements: purchasing and consuming alcohol';
const TRAVEL = 'Secondary summaries of national alcohol laws';
const CONSENT = 'European Commission staff working document on the GDPR, national ages under Article 8(1)';

const codes = (text: string): string[] => text.split(' ');

const except = (all: readonly string[], exceptions: string): string[] =>
  all.filter((code) => !codes(exceptions).includes(code));

/**
 * Every known threshold. A pair that is not here is refused, never guessed: left out are pairs without a source and pairs
 * on which sources differ (Denmark's digital consent, spirits in Austria). Adding or changing one is a row.
 */
export const AGE_THRESHOLDS: readonly AgeThreshold[] = [
  {
    purpose: 'majority',
    years: 18,
    jurisdictions: [
      ...codes('AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LT LU LV MT NL NO PL PT RO SE SI SK AU'),
      ...partsOf('AU'),
    ],
    source: MOST,
    asOf: '2023',
  },
  {
    purpose: 'majority',
    years: 18,
    jurisdictions: ['JP'],
    source: 'Civil Code of Japan, article 4 (Library of Congress, 2018-08-30)',
    asOf: '2018-08-30',
  },
  {
    purpose: 'majority',
    years: 18,
    jurisdictions: except(partsOf('US'), 'US-AL US-MS US-NE'),
    source: STATES,
    asOf: null,
  },
  {
    purpose: 'majority',
    years: 18,
    jurisdictions: codes('CA-AB CA-MB CA-ON CA-PE CA-QC CA-SK'),
    source: STATES,
    asOf: null,
  },
  {
    purpose: 'majority',
    years: 19,
    jurisdictions: codes('CA-BC CA-NB CA-NL CA-NS CA-NT CA-NU CA-YT US-AL US-NE'),
    source: STATES,
    asOf: null,
  },
  {
    purpose: 'majority',
    years: 19,
    jurisdictions: ['KR'],
    source: 'Korean Civil Act, as summarised by Korean law firms',
    asOf: null,
  },
  { purpose: 'majority', years: 20, jurisdictions: ['NZ'], source: 'Age of Majority Act 1970, s. 4', asOf: null },
  { purpose: 'majority', years: 20, jurisdictions: ['TH'], source: 'Wikipedia, Legal age', asOf: null },
  { purpose: 'majority', years: 21, jurisdictions: ['US-MS'], source: STATES, asOf: null },
  {
    purpose: 'contract',
    years: 16,
    jurisdictions: ['GB-SCT'],
    source: 'Age of Legal Capacity (Scotland) Act 1991, s. 1',
    asOf: '2024-10-31',
  },
  { purpose: 'alcohol', years: 16, jurisdictions: ['LU'], source: FRA, asOf: '2017' },
  { purpose: 'alcohol', years: 17, jurisdictions: ['MT'], source: FRA, asOf: '2017' },
  {
    purpose: 'alcohol',
    years: 18,
    jurisdictions: codes('BE BG CZ DE DK EE ES FR GB GR HR HU IE IT NL PL PT RO SI SK'),
    source: FRA,
    asOf: '2017',
  },
  {
    purpose: 'alcohol',
    years: 18,
    jurisdictions: [...codes('AU CH NZ'), ...partsOf('AU')],
    source: TRAVEL,
    asOf: null,
  },
  { purpose: 'alcohol', years: 18, jurisdictions: codes('CA-AB CA-MB CA-QC'), source: STATES, asOf: '2026' },
  {
    purpose: 'alcohol',
    years: 19,
    jurisdictions: except(partsOf('CA'), 'CA-AB CA-MB CA-QC'),
    source: STATES,
    asOf: '2026',
  },
  { purpose: 'alcohol', years: 20, jurisdictions: ['SE'], source: FRA, asOf: '2017' },
  {
    purpose: 'alcohol',
    years: 20,
    jurisdictions: ['JP'],
    source: 'Library of Congress, Global Legal Monitor',
    asOf: '2018-08-30',
  },
  { purpose: 'alcohol', years: 20, jurisdictions: codes('FI IS LT NO'), source: TRAVEL, asOf: null },
  {
    purpose: 'alcohol',
    years: 21,
    jurisdictions: ['US', ...partsOf('US')],
    source: 'Wikipedia, Age of majority: 21 in all US states',
    asOf: null,
  },
  {
    purpose: 'digital_consent',
    years: 13,
    jurisdictions: codes('BE EE FI GB LV MT PT SE'),
    source: CONSENT,
    asOf: '2020',
  },
  { purpose: 'digital_consent', years: 14, jurisdictions: codes('AT BG CY ES IT LT'), source: CONSENT, asOf: '2020' },
  { purpose: 'digital_consent', years: 15, jurisdictions: codes('CZ FR GR'), source: CONSENT, asOf: '2020' },
  {
    purpose: 'digital_consent',
    years: 16,
    jurisdictions: codes('DE HR HU IE LU NL PL RO SK'),
    source: CONSENT,
    asOf: '2020',
  },
];

/** The threshold for a pair; undefined where none is known. */
export function thresholdFor(jurisdiction: string, purpose: AgePurpose): AgeThreshold | undefined {
  return AGE_THRESHOLDS.find((row) => row.purpose === purpose && row.jurisdictions.includes(jurisdiction));
}
