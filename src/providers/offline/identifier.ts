import type { JsonObject } from '../../platform/json.js';
import type { Verdict } from './offline-check.js';

/** What can be said of an identifier by its characters alone. `doubtful`: it breaks a rule that genuine ones may break. */
export interface Judgement {
  readonly found: 'ok' | 'format' | 'checksum' | 'doubtful';
  /** The library's own name of the fault. */
  readonly code?: string;
}

/** Payload of a check of form. `facts` hold nothing of the identifier but its country and kind. */
export function provesForm(identifier: string, facts: JsonObject): JsonObject {
  return { proves: 'form', identifier, ...facts };
}

/** The verdict that follows from a judgement. Only a wrong form or a wrong check digit fails. */
export function verdictOf({ found, code }: Judgement, payload: JsonObject, answer: JsonObject): Verdict {
  const rest = {
    ...(code !== undefined && { providerCode: code }),
    payload,
    answer: { ...answer, found, code: code ?? null },
  };
  if (found === 'ok') return { outcome: 'verified', reason: 'format_valid', ...rest };
  if (found === 'format') return { outcome: 'failed', reason: 'identifier_format_invalid', ...rest };
  if (found === 'checksum') return { outcome: 'failed', reason: 'identifier_checksum_invalid', ...rest };
  return { outcome: 'pending', reason: 'register_status_unclear', ...rest };
}
