import { z } from 'zod';
import type { Observation } from '../observation.js';
import type { Reason } from '../reasons.js';
import { unrecognised } from '../vendor/vendor-client.js';
import type { ComplyCubeCheck, ComplyCubeSession } from './complycube.messages.js';

/** What is said of the check at last. */
export type Said = Pick<Observation, 'outcome' | 'reason' | 'awaiting' | 'retry'>;

/** What one check, or one session of a workflow, says. */
export interface Verdict extends Said {
  /** The vendor's word for it. */
  readonly code: string;
  /** How much it weighs among others: the least number is what all together say. */
  readonly rank: number;
  /** Whether it counts although a later one of its kind is there: a no is not made good by another document. */
  readonly lasts: boolean;
}

type Row = Omit<Verdict, 'code'>;

const FAILED = { rank: 0, lasts: true, outcome: 'failed' } as const;
const REVIEW = { rank: 2, lasts: true, outcome: 'pending', awaiting: 'review' } as const;
const CUSTOMER = { lasts: false, outcome: 'pending', awaiting: 'customer' } as const;
const ENDED = { rank: 3, lasts: false, outcome: 'expired' } as const;

/** May be a no: a later one does not make it good. */
const UNKNOWN: Row = {
  rank: 1,
  lasts: true,
  outcome: 'pending',
  reason: 'provider_response_unrecognised',
  retry: unrecognised().retry,
};

/** What could not be read, or broke, says nothing about the subject; the page can be gone through again. */
const AGAIN: Row = { ...CUSTOMER, rank: 3, reason: 'resubmission_requested' };

/** Nothing was sent in, or not all. */
export const AWAITING_CUSTOMER: Row = { ...CUSTOMER, rank: 4, reason: 'awaiting_customer' };

/** ComplyCube is at work. What it comes to counts, whatever came of another one meanwhile. */
export const PROCESSING: Row = {
  rank: 5,
  lasts: true,
  outcome: 'pending',
  reason: 'provider_processing',
  awaiting: 'provider',
};

const CLEAR: Row = { rank: 6, lasts: false, outcome: 'verified', reason: 'identity_verified' };

/** Outcomes of documents, faces and workflows. */
const OUTCOMES: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['clear', CLEAR],
  ['attention', { ...REVIEW, reason: 'manual_review' }],
  ['rejected', { ...FAILED, reason: 'provider_rejected' }],
  ['not_processed', AGAIN],
]);

/** Outcomes of screenings: a possible match is one until somebody has looked at it. */
const SCREENED: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['clear', CLEAR],
  ['attention', { ...REVIEW, reason: 'screening_possible_match' }],
  ['match_confirmed', { ...FAILED, reason: 'watchlist_hit' }],
]);

const CHECK_STATUSES: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['pending', PROCESSING],
  ['failed', AGAIN],
]);

const SESSION_STATUSES: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['started', AWAITING_CUSTOMER],
  ['processing', PROCESSING],
  ['abandoned', { ...ENDED, reason: 'abandoned' }],
  ['cancelled', { ...ENDED, reason: 'cancelled' }],
]);

/** Why somebody turned a document down by hand, the gravest first. Source: docs.complycube.com, validate check outcome. */
const REJECTIONS: readonly (readonly [string, Reason])[] = [
  ['document_appears_fake', 'document_fraud'],
  ['document_is_specimen', 'document_fraud'],
  ['document_is_blacklisted', 'fraud_suspected'],
  ['document_age_below_threshold', 'age_below_minimum'],
  ['document_has_expired', 'document_expired'],
  ['document_misread', 'document_unreadable'],
];

/** Whether a check of that type looks for a name in lists, which ComplyCube's monitoring goes on doing after a pass. */
export function isScreening(type: string): boolean {
  return type.endsWith('screening_check');
}

/** What a check says. */
export function verdictOfCheck({ type, status, result }: ComplyCubeCheck): Verdict {
  if (status !== 'complete') return { ...(CHECK_STATUSES.get(status) ?? UNKNOWN), code: status };
  const outcome = result?.outcome ?? '';
  const row = (isScreening(type) ? SCREENED : OUTCOMES).get(outcome) ?? UNKNOWN;
  const code = outcome === '' ? status : outcome;
  if (outcome !== 'rejected' || row === UNKNOWN) return { ...row, code };
  const given = rejectionsIn(result);
  const [word, reason] = REJECTIONS.find(([name]) => given.includes(name)) ?? [code, row.reason];
  return { ...row, reason, code: word };
}

/** What a session of a workflow says. */
export function verdictOfSession({ status, outcome }: ComplyCubeSession): Verdict {
  if (status !== 'complete') return { ...(SESSION_STATUSES.get(status) ?? UNKNOWN), code: status };
  return { ...(OUTCOMES.get(outcome ?? '') ?? UNKNOWN), code: outcome ? outcome : status };
}

const words = z.array(z.string());
const DEEPEST = 6;

/** The reasons wherever the result has them: it is not documented where. */
function rejectionsIn(value: unknown, depth = 0): readonly string[] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    name === 'rejectionReasons' ? (words.safeParse(member).data ?? []) : rejectionsIn(member, depth + 1),
  );
}
