import type { JsonObject } from '../../../src/platform/json.js';

/** A check of a verification that a test decides. */
export interface PlayedCheck {
  readonly name: string;
  readonly status: string;
  readonly requirement?: string;
}

/** A verification within an inquiry that a test decides. */
export interface PlayedVerification {
  readonly type: 'government-id' | 'selfie';
  readonly status: string;
  readonly createdAt?: string;
  readonly checks?: readonly PlayedCheck[];
}

/** What of an inquiry a test decides. */
export interface InquiryEntry {
  readonly status?: string;
  readonly verifications?: readonly PlayedVerification[];
  /** Instead of the note that was given. */
  readonly note?: string | null;
  readonly comment?: string;
  readonly completedAt?: string;
  readonly failedAt?: string;
  readonly decisionedAt?: string;
  readonly expiredAt?: string;
}

/** An inquiry that the vendor keeps. */
export interface KeptInquiry {
  readonly id: string;
  readonly createdAt: string;
  readonly note: string;
  fields: Readonly<Record<string, string>>;
  entry: InquiryEntry;
  sessions: number;
  redactedAt: string | null;
}

const TEMPLATE = 'itmpl_AbN9KvR4LmT2WqYxPdHsZgFc';
const VERSION = 'itmplv_LqX3jYwK7HnRpZmCvBdF8RtA';

/** The inquiry as the API shows it. */
export function inquiryOf({ id, createdAt, note, fields, entry, redactedAt }: KeptInquiry): JsonObject {
  const values = Object.entries(fields).map(([name, value]) => [
    name,
    { type: 'string', value: redactedAt === null ? value : null },
  ]);
  return {
    type: 'inquiry',
    id,
    attributes: {
      status: entry.status ?? 'created',
      'reference-id': null,
      note: entry.note === undefined ? note : entry.note,
      behaviors: {},
      tags: [],
      creator: 'API',
      'reviewer-comment': redactedAt === null ? (entry.comment ?? null) : null,
      'created-at': createdAt,
      'updated-at': createdAt,
      'started-at': null,
      'expires-at': null,
      'completed-at': entry.completedAt ?? null,
      'failed-at': entry.failedAt ?? null,
      'marked-for-review-at': null,
      'decisioned-at': entry.decisionedAt ?? null,
      'expired-at': entry.expiredAt ?? null,
      'redacted-at': redactedAt,
      'previous-step-name': null,
      'next-step-name': 'start',
      fields: Object.fromEntries(values) as JsonObject,
    },
    relationships: {
      account: { data: null },
      'inquiry-template': { data: { type: 'inquiry-template', id: TEMPLATE } },
      'inquiry-template-version': { data: { type: 'inquiry-template-version', id: VERSION } },
      reviewer: { data: null },
      reports: { data: [] },
      verifications: { data: verificationsOf(id, entry).map(({ type, id: one }) => ({ type, id: one })) },
      sessions: { data: [] },
      documents: { data: [] },
      selfies: { data: [] },
    },
  };
}

/** What hangs on the inquiry, as the API includes it. */
export function includedOf({ id, entry, fields, redactedAt }: KeptInquiry): JsonObject[] {
  const isKnown = redactedAt === null;
  return verificationsOf(id, entry).map(({ played, type, id: verification }) => ({
    type,
    id: verification,
    attributes: {
      status: played.status,
      'created-at': played.createdAt ?? '2026-01-31T08:00:00.000Z',
      'created-at-ts': 1769846400,
      'submitted-at': null,
      'submitted-at-ts': null,
      'completed-at': null,
      'completed-at-ts': null,
      'redacted-at': redactedAt,
      'country-code': 'DE',
      tags: [],
      checks: (played.checks ?? []).map((check) => ({ reasons: [], requirement: 'required', metadata: {}, ...check })),
      ...(played.type === 'government-id' && {
        'front-photo-url': isKnown ? 'https://files.withpersona.com/front.jpg?access_token=canary-token' : null,
        'id-class': 'pp',
        'name-last': isKnown ? (fields['name-last'] ?? null) : null,
        birthdate: isKnown ? (fields['birthdate'] ?? null) : null,
        'identification-number': isKnown ? 'CANARY01X00T47' : null,
      }),
    },
    relationships: { inquiry: { data: { type: 'inquiry', id } } },
  }));
}

interface NamedVerification {
  readonly played: PlayedVerification;
  readonly type: string;
  readonly id: string;
}

function verificationsOf(inquiry: string, { verifications = [] }: InquiryEntry): readonly NamedVerification[] {
  return verifications.map((played, index) => ({
    played,
    type: `verification/${played.type}`,
    id: `ver_${inquiry.slice(4)}${String(index)}`,
  }));
}
