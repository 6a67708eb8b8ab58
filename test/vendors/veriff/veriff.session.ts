import { z } from 'zod';
import type { JsonObject } from '../../../src/platform/json.js';

/** What of a session a test decides. */
export interface VeriffEntry {
  /** The decision; null: there is none yet. */
  readonly status?: string | null;
  readonly code?: number;
  readonly reasonCode?: number | string | null;
  readonly decisionTime?: string | null;
  readonly estimatedAge?: number | null;
  /** The tries, the oldest first. */
  readonly tries?: readonly string[];
  /** What the answer says our reference is, where it says another. */
  readonly echo?: string | null;
}

const words = z.string().min(1);

/** A session as it is sent in: what is documented, and nothing else. */
export const sentSession = z.strictObject({
  verification: z.strictObject({
    callback: z.url({ protocol: /^https$/ }).optional(),
    vendorData: z.string().min(1).max(1000),
    person: z
      .strictObject({ firstName: words.optional(), lastName: words.optional(), dateOfBirth: z.iso.date().optional() })
      .optional(),
    lang: words.optional(),
  }),
});

/** A session that the vendor keeps. */
export interface KeptSession {
  readonly id: string;
  readonly key: string;
  readonly sent: z.output<typeof sentSession>['verification'];
  entry: VeriffEntry;
  erased: boolean;
}

const CODES: Readonly<Record<string, number>> = {
  approved: 9001,
  declined: 9102,
  resubmission_requested: 9103,
  expired: 9104,
  abandoned: 9104,
  review: 9121,
};

/** The decision as the API and the callbacks show it, with all that the document says; null while there is none. */
export function decisionOf({ id, sent, entry, erased }: KeptSession): JsonObject | null {
  const { status = null, reasonCode = null, decisionTime = '2026-01-31T08:00:00.123Z', estimatedAge } = entry;
  if (status === null) return null;
  const { firstName = 'Canary-Erika', lastName = 'Canary-Mustermann', dateOfBirth = '1964-08-12' } = sent.person ?? {};
  return {
    id,
    code: entry.code ?? CODES[status] ?? 9001,
    status,
    reason: reasonCode === null ? null : 'Words about Canary-Mustermann',
    reasonCode,
    vendorData: entry.echo === undefined ? sent.vendorData : entry.echo,
    endUserId: null,
    attemptId: '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d4e',
    decisionTime,
    acceptanceTime: '2026-01-31T07:50:00.000Z',
    submissionTime: '2026-01-31T07:55:00.000Z',
    person: erased ? null : { firstName, lastName, dateOfBirth, gender: null, nationality: null, idNumber: null },
    document: erased ? null : { type: 'PASSPORT', number: 'CANARY01X00T47', country: 'DE', validUntil: '2030-01-01' },
    additionalVerifiedData: estimatedAge === undefined ? {} : { estimatedAge },
    riskLabels: [],
  };
}

/** The tries as the API lists them: the newest first. */
export function attemptsOf({ entry }: KeptSession): JsonObject {
  const verifications = (entry.tries ?? []).map((status, index) => ({
    id: `5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d4${String(index)}`,
    status,
    createdTime: `2026-01-31T07:0${String(index)}:00.000Z`,
  }));
  return { status: 'success', verifications: verifications.toReversed() };
}
