import type { Instant } from '../../../platform/clock.js';
import type { CheckRequest } from './requests.js';

/** The vendor's own words for where a check stands. */
export type VendorStatus = 'processing' | 'in_review' | 'awaiting_customer' | 'approved' | 'declined' | 'expired';

/** A check as kept and journalled. The subject is kept apart, in memory alone. */
export interface StoredCheck {
  readonly id: string;
  readonly client_reference: string;
  readonly type: string;
  readonly status: VendorStatus;
  readonly code: string | null;
  /** Counts the check's changes, from 1. */
  readonly sequence: number;
  readonly created_at: Instant;
  readonly decided_at: Instant | null;
  readonly script: Omit<CheckRequest, 'client_reference' | 'type' | 'subject'>;
  readonly key: string;
  readonly fingerprint: string;
  readonly redacted: boolean;
}

const DECIDED: ReadonlySet<VendorStatus> = new Set(['approved', 'declined', 'expired']);

/** Whether the vendor has made up its mind. */
export function isDecided(status: VendorStatus): boolean {
  return DECIDED.has(status);
}
