import type { Database } from '../database/index.js';
import type { Vault } from '../vault/index.js';
import { KEY_TABLES } from './key-tables.js';
import { type Left, TableRotation, type Walked } from './table-rotation.js';

/** What a rotation works on. */
export interface RotationOptions {
  /** Wraps with the new key and unwraps with the old ones. */
  readonly vault: Vault;
  readonly database: Database;
  /** Hears how far it is, a line at a time; no secret is in it. */
  readonly say: (line: string) => void;
  /** How many keys a transaction rewraps at most. */
  readonly sliceSize?: number;
}

/** How a rotation ended. */
export interface Rotated {
  readonly rewrapped: number;
  /** What is wrapped by other keys than the current one: where it is empty, no other key of the ring is needed any more. */
  readonly left: readonly Left[];
}

const SLICE_SIZE = 200;
/** Processes that still wrap with an older key make new ones meanwhile: no reason to run for ever. */
const MOST_WALKS = 5;
const TOLD_EACH = 10_000;

/**
 * Wraps every data key with the current key of the ring; the data keys and what they seal stay as they are. It may be ended anywhere and run again, beside
 * the service and beside another of its kind: it looks for what another key wraps, and changes it only as it found it.
 */
export async function rotateKeys({ database, vault, say, sliceSize = SLICE_SIZE }: RotationOptions): Promise<Rotated> {
  const tables = KEY_TABLES.map((table) => new TableRotation(database, vault, table, sliceSize));
  const lost = (await Promise.all(tables.map((table) => table.left(new Map())))).flat();
  for (const left of lost.filter(({ key }) => key === 'missing')) say(inWords(left));
  const count = counter(say);
  let walks: Walked[] = [];
  for (let walk = 1; walk <= MOST_WALKS; walk += 1) {
    walks = [];
    for (const table of tables) walks.push(await table.walk(count.add));
    if (walks.every(({ rewrapped }) => rewrapped === 0)) break;
  }
  const left = await Promise.all(
    tables.map((table, index) => table.left(walks[index]?.unopenable ?? new Map<string, number>())),
  );
  return { rewrapped: count.total(), left: left.flat() };
}

/** A line for an operator: how many keys of which table a key still wraps, and why. */
export function inWords({ table, keyId, count, isMore, key, unopenable }: Left): string {
  const many = `${table}: ${String(count)}${isMore ? ' or more' : ''} wrapped by ${keyId}`;
  if (key === 'missing') return `${many}, which the key ring does not hold`;
  if (unopenable === 0) return `${many}: run this again`;
  return `${many}; ${String(unopenable)} of them it does not open: it is another key than it was, or the rows were changed`;
}

function counter(say: (line: string) => void): { add: (count: number) => void; total: () => number } {
  let total = 0;
  return {
    add: (count) => {
      const before = total;
      total += count;
      if (Math.floor(before / TOLD_EACH) < Math.floor(total / TOLD_EACH)) say(`${String(total)} keys rewrapped so far`);
    },
    total: () => total,
  };
}
