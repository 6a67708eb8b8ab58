import { z } from 'zod';
import { epochMilliseconds, type Instant, instantOfEpoch } from '../platform/clock.js';
import type { Customer, FromCustomer } from './customer.js';
import { ProviderFault } from './fault-observation.js';
import type { Observation } from './observation.js';
import type { Check } from './provider-adapter.js';

/** A name that is looked for in lists. At least one letter or digit: lists drop anything else, and then look for nothing. */
export const screenedName = z
  .string()
  .min(1, { abort: true })
  .max(300, { abort: true })
  .regex(/[\p{L}\p{N}]/u, 'must hold a letter or a digit');

/** Further names of the same subject. */
export const otherNames = z
  .array(screenedName)
  .min(1)
  .max(10)
  .describe('Former names, aliases, the name in another script.');

/** A date of the calendar, as precise as it is known: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. What lists can't read they leave out unsaid. */
export const partialDate = z
  .string()
  .max(10, { abort: true })
  .regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, { message: 'must be YYYY, YYYY-MM or YYYY-MM-DD', abort: true })
  .refine(isOfCalendar, 'must be a date that exists');

function isOfCalendar(text: string): boolean {
  const day = firstDayOf(text);
  const at = Date.parse(day);
  return !Number.isNaN(at) && instantOfEpoch(at).startsWith(day);
}

/**
 * A detail of the customer's, only where the name that is looked for is the customer's own: one name with the details of another finds neither. For
 * one kind of subject alone where told so.
 */
export function ofSubject(
  detail: FromCustomer[string],
  kind?: NonNullable<Customer['entityType']>,
): FromCustomer[string] {
  return (customer, given) => {
    if (Object.hasOwn(given, 'name')) return undefined;
    const named = given['entity_type'] ?? customer.entityType;
    const isOfKind = kind === undefined || (kind === 'person') === (named === 'person');
    return named !== undefined && isOfKind ? detail(customer, given) : undefined;
  };
}

/** The first day of a partial date, `YYYY-MM-DD`. */
export function firstDayOf(partial: string): string {
  return `${partial}${'YYYY-01-01'.slice(partial.length)}`;
}

/** A vendor's name of a list, a dataset or a topic for whoever reads the result; null where it has not the form of one: free words could be a person's name. */
export function shownListName(name: string | null | undefined): string | null {
  return typeof name === 'string' && /^[a-z0-9][a-z0-9_.-]{0,63}$/.test(name) ? name : null;
}

/** Whether two texts have the same letters and digits in the same order, whatever their case, spaces and punctuation. */
export function readAlike(one: string, other: string): boolean {
  return lettersOf(one) === lettersOf(other);
}

function lettersOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** How far a vendor's clock may be ahead of ours. */
const AHEAD_MS = 24 * 3_600_000;

/** Whether lists of that time, in milliseconds since 1970, are at most so old at `now`. No time (`NaN`), or one to come, is no proof. */
export function areFresh(at: number, now: Instant, maxAgeHours: number): boolean {
  const age = epochMilliseconds(now) - at;
  return age >= -AHEAD_MS && age <= maxAgeHours * 3_600_000;
}

/** The fault of a search that left out part of what was asked, and so proves less than it seems to. Asking again changes nothing. */
export function weakened(): ProviderFault {
  return new ProviderFault('provider_response_mismatch', { class: 'operator' });
}

/** The fault of lists that were exchanged while they were searched: nobody can say which of them were. */
export function listsMoved(): ProviderFault {
  return new ProviderFault('provider_index_not_ready', { class: 'timeout' });
}

/** The fault of lists that are not there, without which "nothing found" means nothing. */
export function listsMissing(): ProviderFault {
  return new ProviderFault('provider_lists_not_loaded', { class: 'operator' });
}

/** The fault of lists that are too old. */
export function listsStale(retry: 'operator' | 'outage' = 'operator'): ProviderFault {
  return new ProviderFault('provider_lists_stale', { class: retry });
}

/** How old lists may be, as a setting. */
export const maxListAgeHours = z
  .number()
  .int()
  .min(1)
  .max(720)
  .default(48)
  .describe('How old the lists may be, in hours.');

/** The score from which a hit on a person or company that a second detail identifies fails the check, as a setting. */
export const failScore = z
  .number()
  .min(0.8)
  .max(1)
  .nullable()
  .default(null)
  .describe(
    'The score from which a sanctioned subject that is identified beyond its name fails at once; null: a person always decides.',
  );

/**
 * A possible hit takes a standing pass back at once: as `pending` it would leave the pass until its end, and nobody would look. The next recheck
 * puts it before a person.
 */
export function heedingPass(
  verdict: Pick<Observation, 'outcome' | 'reason' | 'awaiting'>,
  { holdsPass }: Check,
): Pick<Observation, 'outcome' | 'reason' | 'awaiting'> {
  if (verdict.outcome !== 'pending' || holdsPass !== true) return verdict;
  return { outcome: 'expired', reason: verdict.reason };
}
