import { z } from 'zod';
import type { JsonObject } from '../../../src/platform/json.js';

/** What of a review a test decides. */
export interface SumsubEntry {
  readonly status?: string;
  readonly answer?: string;
  readonly rejectType?: string;
  readonly labels?: readonly string[];
  /** As the vendor writes it, e.g. `2026-01-31 08:00:00+0000`; null: none is told. */
  readonly reviewDate?: string | null;
  /** Where it is another than the one that was asked for; null: none is told. */
  readonly level?: string | null;
  /** What the answer says our reference is, where it says another. */
  readonly echo?: string | null;
}

const words = z.string().min(1);

/** An applicant as it is sent in: what is documented, and nothing else. */
export const sentApplicant = z.strictObject({
  externalUserId: words,
  type: z.enum(['individual', 'company']),
  email: z.email().optional(),
  phone: words.optional(),
  lang: words.optional(),
  fixedInfo: z
    .strictObject({ firstName: words.optional(), lastName: words.optional(), dob: z.iso.date().optional() })
    .optional(),
});

/** A request for a page, as it is sent in. */
export const sentLink = z.strictObject({
  levelName: words,
  userId: words,
  ttlInSecs: z.int().min(1),
  redirect: z.strictObject({ successUrl: z.url().optional(), rejectUrl: z.url().optional() }).optional(),
});

/** What the sandbox is told to decide. */
export const sentReview = z.strictObject({
  reviewAnswer: z.enum(['GREEN', 'RED']),
  reviewRejectType: z.enum(['FINAL', 'RETRY']).optional(),
  rejectLabels: z.array(words).optional(),
  moderationComment: z.string().optional(),
  clientComment: z.string().optional(),
});

/** An applicant that the vendor keeps. */
export interface KeptApplicant {
  readonly id: string;
  readonly sent: z.output<typeof sentApplicant>;
  readonly level: string;
  readonly createdAt: string;
  entry: SumsubEntry;
  presence: 'activated' | 'deactivated';
}

/** The review of the applicant as the API shows it. */
export function reviewOf({ level, createdAt, entry }: KeptApplicant): JsonObject {
  const { status = 'init', answer, rejectType, labels, reviewDate = '2026-01-31 08:00:00+0000' } = entry;
  const shownLevel = entry.level === undefined ? level : entry.level;
  return {
    reviewId: 'QmZhr',
    attemptId: 'Ivdmj',
    attemptCnt: 1,
    ...(shownLevel !== null && { levelName: shownLevel }),
    createDate: `${createdAt}+0000`,
    ...(status === 'completed' && reviewDate !== null && { reviewDate }),
    ...(answer !== undefined && {
      reviewResult: {
        reviewAnswer: answer,
        ...(rejectType !== undefined && { reviewRejectType: rejectType }),
        ...(labels !== undefined && { rejectLabels: [...labels] }),
        moderationComment: 'Words about Canary-Mustermann',
        clientComment: 'Private words about Canary-Mustermann',
      },
    }),
    reviewStatus: status,
  };
}

/** The applicant as the API shows it: with all that its documents say. */
export function shownApplicant(applicant: KeptApplicant): JsonObject {
  const { id, sent, createdAt, entry } = applicant;
  return {
    id,
    createdAt,
    clientId: 'northwind',
    inspectionId: `${id.slice(0, 23)}0`,
    ...(entry.echo !== null && { externalUserId: entry.echo ?? sent.externalUserId }),
    type: sent.type,
    ...(sent.fixedInfo && { fixedInfo: sent.fixedInfo as JsonObject }),
    info: {
      ...(sent.fixedInfo as JsonObject | undefined),
      idDocs: [{ idDocType: 'PASSPORT', number: 'CANARY01X00T47', country: 'DEU' }],
    },
    review: reviewOf(applicant),
  };
}
