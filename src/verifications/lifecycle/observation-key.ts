import { createHash } from 'node:crypto';
import type { Instant } from '../../platform/clock.js';
import { canonicalJson, type JsonObject } from '../../platform/json.js';
import type { Observation } from '../../providers/observation.js';

const RANK = { pending: 0, verified: 1, expired: 2, failed: 3 } as const;

/**
 * When the provider decided: its own time, or when it was observed where it gives none. No later than that: a vendor whose clock runs
 * ahead would otherwise have the last word for as long as it does.
 */
export function decidedAt({ providerTime, observedAt }: Observation): Instant {
  return providerTime === undefined || providerTime > observedAt ? observedAt : providerTime;
}

/**
 * Text that orders the observations of one round totally: a decision above `pending`, then {@link decidedAt}, the provider's sequence,
 * failed > expired > verified, and a digest. Compare with `<`. Equal keys: the same word again.
 */
export function observationKey(observation: Observation): string {
  const { outcome, providerSequence = 0 } = observation;
  const decided = outcome === 'pending' ? 0 : 1;
  const sequence = String(providerSequence).padStart(16, '0');
  return [decided, decidedAt(observation), sequence, RANK[outcome], digest(observation)].join('|');
}

/** Whether the observation with this key decided something. */
export function isDecision(key: string | null): boolean {
  return key?.startsWith('1') === true;
}

/** {@link observationKey} across rounds: a later round is greater. */
export function roundedKey(round: number, key: string): string {
  return `${String(round).padStart(10, '0')}|${key}`;
}

/** Whether the observation with this key said the same, whenever that was. */
export function saysTheSame(key: string | null, observation: Observation): boolean {
  return key?.split('|').at(-1) === digest(observation);
}

function digest(observation: Observation): string {
  const { outcome, reason, providerCode, reference, expiresAt, payload, awaiting } = observation;
  const said: JsonObject = {
    outcome,
    reason,
    providerCode: providerCode ?? null,
    reference: reference ?? null,
    expiresAt: expiresAt ?? null,
    payload: payload ?? null,
    awaiting: awaiting ?? null,
  };
  return createHash('sha256').update(canonicalJson(said)).digest('hex').slice(0, 32);
}
