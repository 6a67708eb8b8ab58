import type { Observation } from '../providers/observation.js';
import type { Reason } from '../providers/reasons.js';

/** What of a vendor's answer tells how the vendor is. */
export type Said = Pick<Observation, 'reason' | 'retry'>;

/** Reasons that say by themselves that the vendor is away; any other fault is shown as `provider_unavailable`. */
const AWAY: ReadonlySet<unknown> = new Set<Reason>([
  'provider_unavailable',
  'member_state_unavailable',
  'provider_busy',
  'provider_index_not_ready',
]);

/**
 * What an answer says about the vendor. `answer`: it is there, whatever it said about the subject, us or our credentials. `fault`: it
 * gave none. `nothing`: our own adapter broke (`adapter_fault`), which is no reason to keep others from a vendor that works, and no
 * sign that it does; or nobody was asked after all (`start_outcome_unknown`).
 */
export function verdictOn({ reason, retry }: Said): 'answer' | 'fault' | 'nothing' {
  if (reason === 'adapter_fault' || reason === 'start_outcome_unknown') return 'nothing';
  return retry?.class === 'outage' || retry?.class === 'timeout' ? 'fault' : 'answer';
}

/** How long the vendor asks all of us to stay away, in milliseconds; null where it asks for nothing. */
export function throttleOf({ retry }: Said): number | null {
  return retry?.class === 'throttle' ? (retry.afterMs ?? null) : null;
}

/** The reason that a check carries which is not asked about, after a last fault of that reason. */
export function awayReason(last: string | null): Reason {
  return AWAY.has(last) ? (last as Reason) : 'provider_unavailable';
}
