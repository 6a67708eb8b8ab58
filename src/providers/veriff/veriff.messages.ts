import { z } from 'zod';
import { type Instant, instantOfEpoch } from '../../platform/clock.js';
import { customerPage } from '../vendor/vendor-client.js';

const text = z.string().nullish();
const success = z.literal('success');

/** A session that was made just now. */
export const veriffCreated = z.object({
  status: success,
  verification: z.object({
    id: z.uuid(),
    url: customerPage,
    vendorData: text,
    status: z.string().min(1),
  }),
});

/** What is read of a new session. */
export type VeriffCreated = z.output<typeof veriffCreated>;

/** A decision, as far as it is read. Neither statuses nor codes are closed here: the tables of outcomes are. */
export const veriffVerification = z.object({
  id: z.uuid(),
  status: z.string().min(1),
  code: z.int().nullish().catch(null),
  // A number in one place and text in another.
  reasonCode: z
    .union([z.string(), z.int()])
    .nullish()
    .transform((code) => (code === null || code === undefined ? null : String(code))),
  vendorData: text,
  decisionTime: text,
  additionalVerifiedData: z
    .object({ estimatedAge: z.number().nullish().catch(null) })
    .nullish()
    .catch(null),
});

/** What is read of a decision. */
export type VeriffVerification = z.output<typeof veriffVerification>;

/** The answer to the question for a decision: null, and nothing else, while there is none. */
export const veriffDecision = z.object({ status: success, verification: veriffVerification.nullable() });

/** What is read of the answer for a decision. */
export type VeriffDecision = z.output<typeof veriffDecision>;

/** The tries of a session so far. */
export const veriffAttempts = z.object({
  status: success,
  verifications: z.array(z.object({ status: z.string(), createdTime: text })),
});

/** What is read of the tries. */
export type VeriffAttempts = z.output<typeof veriffAttempts>;

/** The answer to a deletion. */
export const veriffDeleted = z.object({ status: success });

/** The body of a refusal. */
export const veriffRefusal = z.object({ status: z.literal('fail') });

const news = z.object({ id: z.uuid(), vendorData: text });

/** Of which session a callback is. */
export type VeriffNews = z.output<typeof news>;

/** A callback about a decision. */
export const veriffDecisionNews = z.object({ verification: news });

/** A callback about a session that was begun, or whose pictures were sent in. */
export const veriffEventNews = news.extend({ action: z.string().min(1) });

/** A callback of the other kinds, which name a session in another way. */
export const veriffSessionNews = z.object({ sessionId: z.uuid(), vendorData: text });

/** A time of the vendor's; null where it is none, or not in the calendar. */
export function momentOf(written: string | null | undefined): Instant | null {
  const whole = z.iso.datetime({ offset: true }).safeParse(written ?? '');
  const milliseconds = whole.success ? Date.parse(whole.data) : NaN;
  return Number.isNaN(milliseconds) ? null : instantOfEpoch(milliseconds);
}
