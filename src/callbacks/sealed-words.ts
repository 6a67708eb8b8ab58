import type { SqlValue, TenantScope } from '../database/index.js';
import type { Observation } from '../providers/observation.js';
import { type KeyTable, MissingKeyError, type Place, type Vault } from '../vault/index.js';

/** The columns of an item that hold what its body says; all null where nothing is kept of it. */
export interface SealedColumns {
  readonly ring_key_id: string | null;
  readonly wrapped_key: Buffer | null;
  readonly sealed: Buffer | null;
}

/** What can't be opened. It may yet be, once its key is in the ring again. */
export class Unopened {
  /**
   * `key_missing`: the ring holds no key of that id; `not_openable`: the key of that id, or what it opens, is another than it was. An id of a key is no
   * secret.
   */
  constructor(
    readonly fault: 'key_missing' | 'not_openable',
    readonly ringKeyId: string | null,
  ) {}
}

interface Owner {
  readonly scope: TenantScope;
  readonly id: string;
}

/** The words of signed bodies, encrypted as long as they wait: each item has a data key of its own, wrapped by the key ring. */
export class SealedWords {
  constructor(private readonly vault: Vault) {}

  /** The values of {@link SealedColumns}, in their order. */
  seal(item: Owner, observation: Observation): SqlValue[] {
    const { dataKey, ringKeyId, wrapped } = this.vault.newDataKey(placeOf(item, 'wrapped_key'));
    return [ringKeyId, wrapped, this.vault.seal(dataKey, placeOf(item, 'sealed'), JSON.stringify(observation))];
  }

  /** What {@link seal} was given for the same item. */
  open(item: Owner, columns: SealedColumns): { readonly observation: Observation } | Unopened {
    try {
      return { observation: JSON.parse(this.#textOf(item, columns)) as Observation };
    } catch (error) {
      const fault = error instanceof MissingKeyError ? 'key_missing' : 'not_openable';
      return new Unopened(fault, columns.ring_key_id);
    }
  }

  #textOf(item: Owner, { ring_key_id: ringKeyId, wrapped_key: wrapped, sealed }: SealedColumns): string {
    if (ringKeyId === null || !wrapped || !sealed) throw new Error('a sealed item without its key');
    const dataKey = this.vault.openDataKey(placeOf(item, 'wrapped_key'), { ringKeyId, wrapped });
    return this.vault.open(dataKey, placeOf(item, 'sealed'), sealed);
  }
}

/** Where the keys of the inbox are. */
export const INBOX_KEYS: KeyTable = {
  ...{ name: 'callback_inbox', row: 'id', rowType: 'uuid' },
  placeOf: (scope, id) => placeOf({ scope, id }, 'wrapped_key'),
};

function placeOf({ scope, id }: Owner, column: 'wrapped_key' | 'sealed'): Place {
  return { scope, column: `callback_inbox.${column}`, row: id };
}
