import type { Instant } from '../../../platform/clock.js';
import { isFault, type OutcomeScenario } from '../sandbox.scenarios.js';
import type { StoredCheck, VendorStatus } from './check.record.js';

/** A change of status; `decidedAt` may lie in the past, so that late news can be played. */
export interface Decision {
  readonly status: VendorStatus;
  readonly code?: string | null;
  readonly decidedAt?: Instant;
}

/** What becomes of the check behind a fault, or without one. */
export function outcomeOf({ scenario, then }: StoredCheck['script']): OutcomeScenario {
  return isFault(scenario) ? then : scenario;
}

/** Where a check stands that has just begun. */
export function firstState(scenario: OutcomeScenario): Decision {
  const [word, reason] = scenario.split(':');
  if (word === 'failed' && reason !== undefined) return { status: 'declined', code: reason.toUpperCase() };
  return { status: FIRST_STATUS[word ?? ''] ?? 'processing' };
}

const FIRST_STATUS: Readonly<Record<string, VendorStatus>> = {
  verified: 'approved',
  expired: 'expired',
  review: 'in_review',
  hosted: 'awaiting_customer',
};
