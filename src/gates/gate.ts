import { createHash } from 'node:crypto';
import type { Instant } from '../platform/clock.js';
import { canonicalJson } from '../platform/json.js';
import type { CallLimit, Check, Connection, ProviderAdapter } from '../providers/provider-adapter.js';
import type { Reason } from '../providers/reasons.js';

/** What fails, throttles and recovers as one: a vendor's partition, live or test. All tenants and processes stand before the same gate. */
export interface Gate {
  readonly livemode: boolean;
  readonly provider: string;
  /** The adapter's word for it, or a digest of the credentials; no credential and no personal data. `*`: the whole vendor. */
  readonly partition: string;
}

/** A question that wants to pass a gate. */
export interface Crossing {
  readonly gate: Gate;
  /** The organization that asks: a limit is shared out among all that do. */
  readonly organizationId: string;
  /** Null: the vendor states none, and none is kept. */
  readonly limit: CallLimit | null;
  /** True: background work, whose turn comes before that of what has just arrived. */
  readonly waited: boolean;
  /** True: somebody waits for it at this moment, and nobody comes back for it. It passes as soon as there is room, and no turn is kept for it. */
  readonly onlyNow?: boolean;
}

/** What is known of a gate that is not open. */
export interface GateState {
  readonly partition: string;
  /** `circuit`: the vendor failed; from `until` on one question tries it. `throttle`: it asked to be left alone. */
  readonly kind: 'circuit' | 'throttle';
  readonly reason: Reason;
  readonly until: Instant;
}

const WHOLE = '*';
const LONGEST_PARTITION = 64;
const PRINTABLE = /^[\x20-\x7e]+$/;

/** The gate that a check's questions pass; null where the adapter calls nobody. */
export function gateOf(adapter: ProviderAdapter, livemode: boolean, check: Check, connection: Connection): Gate | null {
  if (adapter.connectionForm === null) return null;
  const named = adapter.partitionOf?.(check, connection);
  const partition =
    named === undefined ? digestOf(canonicalJson([adapter.provider, connection.credentials])) : printable(named);
  return { livemode, provider: adapter.provider, partition };
}

/** The gate before all of a vendor's partitions. */
export function wholeOf(gate: Gate): Gate {
  return { ...gate, partition: WHOLE };
}

/** The two gates that a question passes, one behind the other: the whole vendor's, then its partition's. The limit is kept at one of them. */
export function bothOf(crossing: Crossing): readonly [Crossing, Crossing] {
  const { gate, limit } = crossing;
  const whole = { ...crossing, gate: wholeOf(gate) };
  return limit?.of === 'provider' ? [whole, { ...crossing, limit: null }] : [{ ...whole, limit: null }, crossing];
}

/** One text for each gate of a process. */
export function keyOf({ livemode, provider, partition }: Gate): string {
  return `${livemode ? 'live' : 'test'} ${provider} ${partition}`;
}

/** It becomes part of a primary key and of log lines: whatever would be trouble there is digested. */
function printable(named: string): string {
  const isName = named.length <= LONGEST_PARTITION && PRINTABLE.test(named) && named !== WHOLE;
  return isName ? named : digestOf(named);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
