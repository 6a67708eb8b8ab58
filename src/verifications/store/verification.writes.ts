import type { NewEvent } from '../../events/index.js';
import type { EvidenceKey, NewEvidence } from '../../evidence/index.js';
import type { Instant } from '../../platform/clock.js';
import type { KeyClaim, KeyCompletion } from '../idempotency/idempotency.js';
import type { Verification } from './verification.entity.js';
import type { WorkClaim } from './verification.row.js';

/** Something to be kept as evidence, with the key that locks it away. */
export interface EvidenceWrite {
  readonly key: EvidenceKey;
  readonly item: NewEvidence;
}

/** What is committed along with a row and its event. */
export interface Along {
  readonly evidence?: EvidenceWrite | undefined;
  readonly completion?: KeyCompletion | undefined;
}

/** A verification at its beginning. */
export interface Beginning {
  readonly verification: Verification;
  readonly event: NewEvent;
  /** How long the start belongs to this process. */
  readonly leaseMs: number;
  readonly claim: KeyClaim | undefined;
  readonly evidence: EvidenceWrite | undefined;
}

/** A verification after a change, and the version that the change was decided on. */
export interface Change {
  readonly changed: Verification;
  readonly version: number;
  readonly event: NewEvent;
  readonly work: WorkClaim;
}

/** How a row's work is claimed. */
export interface Claim {
  readonly now: Instant;
  readonly leaseMs: number;
  /** The next questions come as fast one after the other as those after a start. */
  readonly newLadder: boolean;
}

/** What became of a change. */
export interface Applied {
  /** False: the row was no longer at the version, and nothing was written. */
  readonly applied: boolean;
  /** False: there was no completion, or somebody had completed the key's record before and so decided which version its answer shows. */
  readonly completed: boolean;
}
