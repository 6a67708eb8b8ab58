import { epochMilliseconds, type Instant, instant, instantOfEpoch } from '../platform/clock.js';
import type { JsonValue } from '../platform/json.js';
import type { Observation } from './observation.js';
import { PENDING_REASONS, REASONS } from './reasons.js';

const OUTCOMES: ReadonlySet<unknown> = new Set(['verified', 'failed', 'expired', 'pending']);
const KNOWN_REASONS: ReadonlySet<unknown> = new Set(Object.values(REASONS).flat());
const LONGEST_TEXT = 255;
const DEEPEST = 16;
const LARGEST_PAYLOAD = 65_536;

/**
 * The observation as an adapter gave it where it can be stored and ordered; else a pending one, `provider_response_unrecognised`, with the
 * answer kept as evidence: what a vendor sends must neither decide by accident nor be lost for a character that no database takes.
 */
export function soundObservation(given: Observation, now: Instant): Observation {
  if (isSound(given)) return given.observedAt <= now ? given : { ...given, observedAt: now };
  const unread = { outcome: 'pending', reason: 'provider_response_unrecognised', observedAt: now } as const;
  const kept = given.answer === undefined ? unread : { ...unread, answer: given.answer };
  return { ...kept, retry: { class: 'outage', of: 'check' } };
}

function isSound(given: Observation): boolean {
  const { outcome, reason, reference, providerCode, providerSequence = 0 } = given;
  return (
    OUTCOMES.has(outcome) &&
    (reason === null ? outcome === 'pending' : KNOWN_REASONS.has(reason)) &&
    (outcome !== 'pending' || reason === null || PENDING_REASONS.has(reason)) &&
    [reference, providerCode].every((text) => text === undefined || isName(text)) &&
    [given.observedAt, given.providerTime, given.expiresAt].every((at) => at === undefined || isInstant(at)) &&
    Number.isSafeInteger(providerSequence) &&
    providerSequence >= 0 &&
    isPayload(given.payload)
  );
}

function isName(text: unknown): boolean {
  return typeof text === 'string' && text !== '' && text.length <= LONGEST_TEXT && isText(text);
}

/** Text that PostgreSQL takes: no NUL, no half of a surrogate pair. */
function isText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function isInstant(at: unknown): boolean {
  try {
    // There and back: an impossible date comes back as another one.
    const known = instant(at as string);
    return instantOfEpoch(epochMilliseconds(known), Number(known.slice(23, 26))) === known;
  } catch {
    return false;
  }
}

function isPayload(payload: Observation['payload']): boolean {
  return payload === undefined || (isJson(payload, 1) && JSON.stringify(payload).length <= LARGEST_PAYLOAD);
}

function isJson(value: JsonValue | undefined, depth: number): boolean {
  if (typeof value === 'string') return isText(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return value === null || typeof value === 'boolean';
  if (depth > DEEPEST) return false;
  return Object.entries(value).every(([name, member]) => isText(name) && isJson(member, depth + 1));
}
