import { z } from 'zod';
import { type Instant, instantOfEpoch } from '../../platform/clock.js';
import { customerPage } from '../vendor/vendor-client.js';

const text = z.string().nullish();

/** Mongo's id: 24 hexadecimal digits. */
export const applicantId = z.string().regex(/^[0-9a-f]{24}$/);

/** How far the review of an applicant is. No list of statuses or answers is closed here: the tables of outcomes are. */
export const sumsubReview = z.object({
  reviewStatus: z.string().min(1),
  levelName: text,
  reviewDate: text,
  attemptCnt: z.int().min(0).nullish().catch(null),
  reviewResult: z
    .object({ reviewAnswer: text, reviewRejectType: text, rejectLabels: z.array(z.string()).nullish() })
    .nullish(),
});

/** What is read of a review. */
export type SumsubReview = z.output<typeof sumsubReview>;

/** An applicant, as far as it is read. */
export const sumsubApplicant = z.object({ id: applicantId, externalUserId: text, review: sumsubReview });

/** What is read of an applicant. */
export type SumsubApplicant = z.output<typeof sumsubApplicant>;

/** An applicant that was made just now, which may come without a review: nobody has sent in anything. */
export const madeApplicant = sumsubApplicant.extend({ review: sumsubReview.default({ reviewStatus: 'init' }) });

/** A page for the customer. */
export const sumsubLink = z.object({ url: customerPage });

/** Whether there is an applicant of a name. */
export const sumsubExistence = z.object({ exists: z.boolean() });

/** The body of a refusal: its code repeats the status. */
export const sumsubRefusal = z.object({ code: z.int() });

/** A callback, as far as every kind has it. */
export const sumsubEvent = z.object({
  type: z.string().min(1),
  applicantId: z.unknown().optional(),
  externalUserId: z.unknown().optional(),
  sandboxMode: z.unknown().optional(),
});

const MOMENT = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(?:Z|[+-]00:?00)?$/;

/** A time of the vendor's, `2026-01-31 08:00:00[.123]`, always in UTC whether it says so or not; null where it is none, or not in the calendar. */
export function momentOf(written: string | null | undefined): Instant | null {
  const [, day, time, fraction = ''] = MOMENT.exec(written ?? '') ?? [];
  if (day === undefined || time === undefined) return null;
  const said = `${day}T${time}.${fraction.padEnd(6, '0')}Z`;
  const milliseconds = Date.parse(`${said.slice(0, 23)}Z`);
  if (Number.isNaN(milliseconds)) return null;
  const known = instantOfEpoch(milliseconds, Number(said.slice(23, 26)));
  return known === said ? known : null;
}
