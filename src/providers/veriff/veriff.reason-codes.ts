import type { Reason } from '../reasons.js';

/** What a decline is called here, by the vendor's code. A code that is in no row stands for a no of which we don't know why. */
const REASONS_OF: ReadonlyMap<string, Reason> = new Map<string, Reason>([
  ['101', 'document_unreadable'],
  ['102', 'document_fraud'],
  ['103', 'selfie_mismatch'],
  ['104', 'data_mismatch'],
  ['105', 'fraud_suspected'],
  ['106', 'fraud_suspected'],
  ['107', 'duplicate_identity'],
  ['108', 'duplicate_identity'],
  ['109', 'duplicate_identity'],
  ['110', 'duplicate_identity'],
  ['111', 'fraud_suspected'],
  ['112', 'region_not_supported'],
  ['113', 'fraud_suspected'],
  ['120', 'selfie_mismatch'],
  ['121', 'data_mismatch'],
  ['122', 'data_mismatch'],
  ['123', 'data_mismatch'],
  ['124', 'duplicate_identity'],
  ['126', 'watchlist_hit'],
  ['127', 'watchlist_hit'],
  ['128', 'data_mismatch'],
  ...['501', '502', '503', '504', '505', '506', '507'].map((code) => [code, 'document_fraud'] as const),
  ['539', 'retry_limit_reached'],
]);

/** The integration asks for something that can't be done: a mistake of ours, and no word about the person. */
export const INVALID_WORKFLOW = '129';

/** The reason of a decline with that code. */
export function reasonOfCode(code: string | null): Reason {
  return REASONS_OF.get(code ?? '') ?? 'provider_rejected';
}
