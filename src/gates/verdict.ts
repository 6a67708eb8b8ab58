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
 * What an answer says about the vendor. `answer`: it is there, whatever it said about the subject, us or our credentials, and be it unreadable.
 * `fault`: it gave none. `nothing`: our own adapter broke (`adapter_fault`), which is no reason to keep others from a vendor that works, and no
 * sign that it does; or nobody was asked after all (`start_outcome_unknown`).
 */
export function verdictOn({ reason, retry }: Said): 'answer' | 'fault' | 'nothing' {
  if (reason === 'adapter_fault' || reason === 'start_outcome_unknown') return 'nothing';
  if (retry?.of === 'check') return 'answer';
  return retry?.class === 'outage' || retry?.class === 'timeout' ? 'fault' : 'answer';
}

/** How long the vendor asks all of us to stay away, in milliseconds; `unsaid`: it does not say how long; null: it asks for nothing. */
export function throttleOf({ retry }: Said): number | 'unsaid' | null {
  return retry?.class === 'throttle' ? (retry.afterMs ?? 'unsaid') : null;
}

/** Says nothing of the vendor, because nobody was asked. */
export const UNSAID: Said = { reason: 'start_outcome_unknown' };

/** What an answer says of its partition: nothing where it is a fault or a throttle of the whole vendor. */
export function saidOfPartition(answer: Said): Said {
  return answer.retry?.of === 'provider' ? UNSAID : shown(answer);
}

/** What an answer says of the whole vendor: a partition that is down, or wants to be left alone, says nothing against it. */
export function saidOfWhole(answer: Said): Said {
  if (answer.retry?.of === 'provider') return shown(answer);
  return verdictOn(answer) === 'answer' ? { reason: answer.reason } : UNSAID;
}

function shown({ reason, retry }: Said): Said {
  return retry ? { reason, retry } : { reason };
}

/** The reason that a check carries which is not asked about, after a last fault of that reason. */
export function awayReason(last: string | null): Reason {
  return AWAY.has(last) ? (last as Reason) : 'provider_unavailable';
}
