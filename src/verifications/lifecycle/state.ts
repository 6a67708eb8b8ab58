import type { Instant } from '../../platform/clock.js';
import type { Awaiting } from '../../providers/observation.js';
import type { Status } from './lifecycle.js';

/** A verdict: the five fields that say how a verification stands and who says so. */
export interface Verdict {
  readonly status: Status;
  /** A reason code, or the words that an administrator gave. */
  readonly reason: string | null;
  readonly actorId: string;
  readonly verifiedAt: Instant | null;
  readonly expiresAt: Instant | null;
}

/** All that the reducer reads and writes of one verification. */
export interface State {
  readonly verdict: Verdict;
  readonly providerReference: string | null;
  /** Canonical JSON text. */
  readonly resultPayload: string | null;
  readonly lastCheckedAt: Instant | null;
  readonly awaiting: Awaiting | null;
  /** 1 at create, one more at each recheck. */
  readonly round: number;
  /** An override stands in this round: what the provider says meanwhile is not applied. */
  readonly overridden: boolean;
  /** Key of the greatest observation of this round. */
  readonly wordKey: string | null;
  /** Key of the greatest word of this round that says whose move it is; null once it is decided. */
  readonly awaitingKey: string | null;
  /** Key of the observation that gave the reference, over all rounds. */
  readonly referenceKey: string | null;
  /** The verdict that this round began with; null in the first. */
  readonly began: Verdict | null;
  /** When the provider gave its pass; null where it has given none, or a no of its own has ended that. Neither a person nor time changes it. */
  readonly passedAt: Instant | null;
  /** When the waiting for a first decision of this round ends. */
  readonly windowEndsAt: Instant;
}

/** The state of a verification that has just been asked for. */
export function initialState(actorId: string, windowEndsAt: Instant): State {
  return {
    verdict: pendingVerdict(actorId, null),
    providerReference: null,
    resultPayload: null,
    lastCheckedAt: null,
    awaiting: null,
    awaitingKey: null,
    round: 1,
    overridden: false,
    wordKey: null,
    referenceKey: null,
    began: null,
    passedAt: null,
    windowEndsAt,
  };
}

/** A verdict of `pending`: no decision, hence no times. */
export function pendingVerdict(actorId: string, reason: string | null): Verdict {
  return { status: 'pending', reason, actorId, verifiedAt: null, expiresAt: null };
}
