import { ValidationError } from '../errors/index.js';
import { instant, instantOfEpoch } from '../platform/clock.js';
import type { Instant } from '../platform/clock.js';
import { fieldFault } from './field-fault.js';

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:Z|([+-])(\d\d):(\d\d))$/;

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999Z, in milliseconds since 1970. */
const FIRST_MS = -62_135_596_800_000;
const LAST_MS = 253_402_300_799_999;

/**
 * A date-time of RFC 3339 as an {@link Instant}, null for anything else. Stricter than the RFC where a value would have to
 * be guessed or changed: upper-case `T` and `Z`, at most six decimals, no leap second, no 24:00, no date that the calendar
 * lacks, years 0001 to 9999 in UTC. An offset is turned into UTC (`-00:00` counts as UTC).
 */
export function parseInstant(text: string): Instant | null {
  const match = DATE_TIME.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, decimals = '', sign, offsetHour = '0', offsetMinute = '0'] = match;
  const inRange =
    isDate(Number(year), Number(month), Number(day)) &&
    Number(hour) <= 23 &&
    Number(minute) <= 59 &&
    Number(second) <= 59 &&
    Number(offsetHour) <= 23 &&
    Number(offsetMinute) <= 59;
  if (!inRange) return null;
  const micros = decimals.padEnd(6, '0');
  if (sign === undefined) return instant(`${text.slice(0, 19)}.${micros}Z`);
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1);
  const days = daysSince1970(Number(year), Number(month), Number(day));
  const minutes = (days * 24 + Number(hour)) * 60 + Number(minute) - offset;
  const ms = (minutes * 60 + Number(second)) * 1000 + Number(micros.slice(0, 3));
  return ms < FIRST_MS || ms > LAST_MS ? null : instantOfEpoch(ms, Number(micros.slice(3)));
}

/** The instant that a member of a body says. Throws a `ValidationError` naming the field. */
export function readInstant(field: string, text: string): Instant {
  const at = parseInstant(text);
  if (at !== null) return at;
  const message = 'must be an RFC 3339 date-time with at most six decimals.';
  throw new ValidationError([fieldFault([field], 'INVALID_FORMAT', message)]);
}

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function isDate(year: number, month: number, day: number): boolean {
  const days = DAYS_OF_MONTH[month - 1];
  if (year === 0 || days === undefined) return false;
  return day >= 1 && day <= (month === 2 && isLeapYear(year) ? 29 : days);
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of the proleptic Gregorian calendar; counted from March, so that the leap day is a year's last. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
}
