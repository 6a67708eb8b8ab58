import { addMilliseconds, instant } from '../../../platform/clock.js';
import type { Instant } from '../../../platform/clock.js';
import { civilDate, daysMeant, localDate } from './civil-date.js';
import type { CivilDate } from './civil-date.js';

/** The last place on earth where a day ends (the sign of `Etc` zones is inverted: this is UTC-12). */
const LAST_ZONE = 'Etc/GMT+12';

const HOUR_MS = 3_600_000;

/**
 * The day that `YYMMDD` of an expiry means: in the century that brings it within 50 years of `now`.
 * Null where there is no such day.
 */
export function expiryDate(yymmdd: string, now: Instant): CivilDate | null {
  const thisYear = Number(now.slice(0, 4));
  const sameCentury = thisYear - (thisYear % 100) + Number(yymmdd.slice(0, 2));
  const year = [sameCentury - 100, sameCentury, sameCentury + 100].find((candidate) => candidate > thisYear - 50);
  if (year === undefined) return null;
  const date = civilDate(year, Number(yymmdd.slice(2, 4)), Number(yymmdd.slice(4, 6)));
  return daysMeant(date) === null ? null : date;
}

/** Whether the day is over everywhere. A document is good until then. */
export function isOver(day: CivilDate, now: Instant): boolean {
  return localDate(now, LAST_ZONE) > day;
}

/** When a day is over everywhere: midnight in UTC-12, noon of the next day in UTC. */
export function endOfDay(day: CivilDate): Instant {
  return addMilliseconds(instant(`${day}T00:00:00.000000Z`), 36 * HOUR_MS);
}
