import type { Instant } from '../../../platform/clock.js';
import { localDate } from './civil-date.js';
import type { CivilDate, LeapBirthday } from './civil-date.js';

/** A country (ISO 3166-1 alpha-2) or a part of one (ISO 3166-2) with its calendar. */
export interface Jurisdiction {
  /** Every IANA time zone in use there, territories with an ISO code of their own left out. */
  readonly timeZones: readonly string[];
  /** `mar1`, the stricter rule, unless a law says otherwise. */
  readonly leapBirthday: LeapBirthday;
}

const ZONES: Readonly<Record<string, string>> = {
  AT: 'Europe/Vienna',
  'AU-ACT': 'Australia/Sydney',
  'AU-NSW': 'Australia/Sydney Australia/Broken_Hill',
  'AU-NT': 'Australia/Darwin',
  'AU-QLD': 'Australia/Brisbane',
  'AU-SA': 'Australia/Adelaide',
  'AU-TAS': 'Australia/Hobart',
  'AU-VIC': 'Australia/Melbourne',
  'AU-WA': 'Australia/Perth Australia/Eucla',
  BE: 'Europe/Brussels',
  BG: 'Europe/Sofia',
  'CA-AB': 'America/Edmonton',
  'CA-BC': 'America/Vancouver America/Edmonton America/Fort_Nelson',
  'CA-MB': 'America/Winnipeg',
  'CA-NB': 'America/Moncton',
  'CA-NL': 'America/St_Johns America/Goose_Bay',
  'CA-NS': 'America/Halifax',
  'CA-NT': 'America/Inuvik',
  'CA-NU': 'America/Iqaluit America/Rankin_Inlet America/Cambridge_Bay',
  'CA-ON': 'America/Toronto America/Winnipeg',
  'CA-PE': 'America/Halifax',
  'CA-QC': 'America/Toronto America/Halifax',
  'CA-SK': 'America/Regina America/Edmonton',
  'CA-YT': 'America/Whitehorse',
  CH: 'Europe/Zurich',
  CY: 'Asia/Nicosia',
  CZ: 'Europe/Prague',
  DE: 'Europe/Berlin',
  DK: 'Europe/Copenhagen',
  EE: 'Europe/Tallinn',
  ES: 'Europe/Madrid Atlantic/Canary',
  FI: 'Europe/Helsinki',
  FR: 'Europe/Paris',
  GB: 'Europe/London',
  'GB-SCT': 'Europe/London',
  GR: 'Europe/Athens',
  HR: 'Europe/Zagreb',
  HU: 'Europe/Budapest',
  IE: 'Europe/Dublin',
  IS: 'Atlantic/Reykjavik',
  IT: 'Europe/Rome',
  JP: 'Asia/Tokyo',
  KR: 'Asia/Seoul',
  LT: 'Europe/Vilnius',
  LU: 'Europe/Luxembourg',
  LV: 'Europe/Riga',
  MT: 'Europe/Malta',
  NL: 'Europe/Amsterdam',
  NO: 'Europe/Oslo',
  NZ: 'Pacific/Auckland Pacific/Chatham',
  PL: 'Europe/Warsaw',
  PT: 'Europe/Lisbon Atlantic/Azores',
  RO: 'Europe/Bucharest',
  SE: 'Europe/Stockholm',
  SI: 'Europe/Ljubljana',
  SK: 'Europe/Bratislava',
  TH: 'Asia/Bangkok',
  TW: 'Asia/Taipei',
  'US-AK': 'America/Anchorage America/Adak',
  'US-AL': 'America/Chicago',
  'US-AR': 'America/Chicago',
  'US-AZ': 'America/Phoenix America/Denver',
  'US-CA': 'America/Los_Angeles',
  'US-CO': 'America/Denver',
  'US-CT': 'America/New_York',
  'US-DC': 'America/New_York',
  'US-DE': 'America/New_York',
  'US-FL': 'America/New_York America/Chicago',
  'US-GA': 'America/New_York',
  'US-HI': 'Pacific/Honolulu',
  'US-IA': 'America/Chicago',
  'US-ID': 'America/Boise America/Los_Angeles',
  'US-IL': 'America/Chicago',
  'US-IN': 'America/Indiana/Indianapolis America/Chicago',
  'US-KS': 'America/Chicago America/Denver',
  'US-KY': 'America/New_York America/Chicago',
  'US-LA': 'America/Chicago',
  'US-MA': 'America/New_York',
  'US-MD': 'America/New_York',
  'US-ME': 'America/New_York',
  'US-MI': 'America/Detroit America/Menominee',
  'US-MN': 'America/Chicago',
  'US-MO': 'America/Chicago',
  'US-MS': 'America/Chicago',
  'US-MT': 'America/Denver',
  'US-NC': 'America/New_York',
  'US-ND': 'America/Chicago America/Denver',
  'US-NE': 'America/Chicago America/Denver',
  'US-NH': 'America/New_York',
  'US-NJ': 'America/New_York',
  'US-NM': 'America/Denver',
  'US-NV': 'America/Los_Angeles America/Denver',
  'US-NY': 'America/New_York',
  'US-OH': 'America/New_York',
  'US-OK': 'America/Chicago',
  'US-OR': 'America/Los_Angeles America/Boise',
  'US-PA': 'America/New_York',
  'US-RI': 'America/New_York',
  'US-SC': 'America/New_York',
  'US-SD': 'America/Chicago America/Denver',
  'US-TN': 'America/New_York America/Chicago',
  'US-TX': 'America/Chicago America/Denver',
  'US-UT': 'America/Denver',
  'US-VA': 'America/New_York',
  'US-VT': 'America/New_York',
  'US-WA': 'America/Los_Angeles',
  'US-WI': 'America/Chicago',
  'US-WV': 'America/New_York',
  'US-WY': 'America/Denver',
};

/** Countries that are more than the sum of their parts here: their zones are those of all parts. */
const FEDERAL = ['AU', 'US'];

/** Civil Code of Taiwan, articles 121 and 124: the day before the one that is missing. */
const FEB28 = new Set(['TW']);

const zonesBelow = (country: string): string[] => [
  ...new Set(
    Object.entries(ZONES).flatMap(([code, zones]) => (code.startsWith(`${country}-`) ? zones.split(' ') : [])),
  ),
];

const jurisdiction = (code: string, timeZones: readonly string[]): [string, Jurisdiction] => [
  code,
  { timeZones, leapBirthday: FEB28.has(code) ? 'feb28' : 'mar1' },
];

/** Code -> calendar. */
export const JURISDICTIONS: ReadonlyMap<string, Jurisdiction> = new Map([
  ...Object.entries(ZONES).map(([code, zones]) => jurisdiction(code, zones.split(' '))),
  ...FEDERAL.map((country) => jurisdiction(country, zonesBelow(country))),
]);

/** Codes of the parts of a federal country. */
export function partsOf(country: string): string[] {
  return Object.keys(ZONES).filter((code) => code.startsWith(`${country}-`));
}

/**
 * The date in a jurisdiction at `at`. With several time zones it is the earliest date that any of them shows: the zone in
 * which the day begins last decides, so that nobody is a day too old anywhere in it.
 */
export function dateIn({ timeZones }: Jurisdiction, at: Instant): CivilDate {
  const dates = timeZones.map((zone) => localDate(at, zone)).sort();
  if (dates[0] === undefined) throw new Error('a jurisdiction needs a time zone');
  return dates[0];
}
