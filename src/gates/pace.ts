import type { CallLimit } from '../providers/provider-adapter.js';

/** A limit as the generic cell rate algorithm takes it (ITU-T I.371), in whole microseconds. */
export interface Pace {
  /** What each call costs. */
  readonly stepUs: number;
  /** How far the calls may be ahead of an even flow: what may come at once. */
  readonly slackUs: number;
}

const BURST = 0.2;

/**
 * A pace that keeps a limit in **every** window of its length, not only in those that begin on the full minute: what may come at once
 * (a fifth) is taken off what may flow. Null where the limit is none.
 */
export function paceOf({ calls, perMs }: CallLimit): Pace | null {
  if (!(calls >= 1 && perMs > 0 && perMs < Infinity)) return null;
  const whole = Math.floor(Math.min(calls, Number.MAX_SAFE_INTEGER));
  const atOnce = 1 + Math.floor((whole - 1) * BURST);
  // Up, not off: a microsecond too few would let one call too many into a window some day.
  const stepUs = Math.ceil((perMs * 1_000) / (whole - atOnce + 1));
  return { stepUs, slackUs: stepUs * (atOnce - 1) };
}
