import { epochMilliseconds } from '../../../platform/clock.js';
import type { Instant } from '../../../platform/clock.js';

/** A day of the Gregorian calendar as `YYYY-MM-DD`. String order is the order in time. */
export type CivilDate = string;

/** Where somebody born on 29 February has the birthday in a year without that day. */
export type LeapBirthday = 'mar1' | 'feb28';

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** The day with these numbers; no check that it exists. */
export function civilDate(year: number, month: number, day: number): CivilDate {
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
}

/** Whether February has 29 days in `year`. */
export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Days in `month` (1-12) of `year`. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** The first and the last day that `YYYY`, `YYYY-MM` or `YYYY-MM-DD` may mean; null where there is no such day. */
export function daysMeant(text: string): { first: CivilDate; last: CivilDate } | null {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text);
  if (match === null) return null;
  const year = Number(match[1]);
  const [firstMonth, lastMonth] = match[2] === undefined ? [1, 12] : [Number(match[2]), Number(match[2])];
  if (firstMonth < 1 || lastMonth > 12) return null;
  const days = daysInMonth(year, lastMonth);
  const [firstDay, lastDay] = match[3] === undefined ? [1, days] : [Number(match[3]), Number(match[3])];
  if (firstDay < 1 || lastDay > days) return null;
  return { first: civilDate(year, firstMonth, firstDay), last: civilDate(year, lastMonth, lastDay) };
}

/** The day on which somebody born on `birth` completes `years` years. */
export function birthday(birth: CivilDate, years: number, leap: LeapBirthday): CivilDate {
  const year = Number(birth.slice(0, 4)) + years;
  if (birth.endsWith('-02-29') && !isLeapYear(year))
    return leap === 'mar1' ? civilDate(year, 3, 1) : civilDate(year, 2, 28);
  return `${pad(year, 4)}${birth.slice(4)}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const options = {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  } as const;
  const made = new Intl.DateTimeFormat('en', options);
  formats.set(timeZone, made);
  return made;
}

/** The day that the calendar shows at `at` in an IANA time zone. Throws a `RangeError` for an unknown zone. */
export function localDate(at: Instant, timeZone: string): CivilDate {
  const parts = formatOf(timeZone).formatToParts(epochMilliseconds(at));
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((candidate) => candidate.type === type)?.value);
  return civilDate(part('year'), part('month'), part('day'));
}
