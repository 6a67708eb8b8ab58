import { MISBEHAVING } from '../consumer/requests.mjs';

/** Each fault beside what goes well. Two of each: five faults in a row would keep the rest from being asked. */
const MIXED = MISBEHAVING.flatMap((kind) => [kind, 'verified', 'declined']);

const DIRECT = { mostMs: 0, lostOf: 0 };

/** The vendor hangs, resets, tears, babbles, throttles and fails in bursts: nothing of it is ever a no. */
export async function vendor(round) {
  await round.load({ creates: 2 * MIXED.length, overMs: 4_000, kinds: MIXED, line: DIRECT });
}
