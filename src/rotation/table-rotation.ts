import { type Database, type SqlRow, type TenantScope, tenantValues } from '../database/index.js';
import { type KeyTable, type Vault, vaultFaultOf } from '../vault/index.js';
import { MOST_COUNTED, RotationStatements } from './rotation.statements.js';

/** Before every row: ids of ours are never all zeros, and no name is empty. */
const BEFORE_ALL = { uuid: '00000000-0000-0000-0000-000000000000', text: '' } as const;

/** Data keys of one table that are not wrapped by the current key. */
export interface Left {
  /** The table, without its schema. */
  readonly table: string;
  /** The key of the ring that wraps them; an id is no secret. */
  readonly keyId: string;
  /** How many; `isMore`: or more, nobody counted on. */
  readonly count: number;
  readonly isMore: boolean;
  /** `held`: another run takes them. `missing`: the ring does not hold that key. */
  readonly key: 'held' | 'missing';
  /** How many of them the key of that id does not open. */
  readonly unopenable: number;
}

/** What a walk through the keys of one table did. */
export interface Walked {
  readonly rewrapped: number;
  /** How many did not open, by the id of the key that should have opened them. */
  readonly unopenable: ReadonlyMap<string, number>;
}

interface TenantRow extends SqlRow {
  readonly organization_id: string;
  readonly livemode: boolean;
}

interface KeyRow extends SqlRow {
  readonly row: string;
  readonly wrapped_key: Buffer;
}

interface Slice {
  /** Null: there is nothing after it. */
  readonly last: string | null;
  readonly rewrapped: number;
  readonly unopenable: number;
}

/** The data keys of one table, as far as another key than the ring's current one wraps them. */
export class TableRotation {
  readonly #statements: RotationStatements;

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly table: KeyTable,
    private readonly sliceSize: number,
  ) {
    this.#statements = new RotationStatements(table, database.ownRows);
  }

  /** Rewraps all that it finds, tenant by tenant, a slice a transaction. After each slice it tells how many more are done. */
  async walk(done: (count: number) => void): Promise<Walked> {
    let rewrapped = 0;
    const unopenable = new Map<string, number>();
    for (const keyId of (await this.#otherKeys()).filter((id) => this.vault.keyIds.includes(id))) {
      for (let scope = await this.#tenant(keyId, null); scope; scope = await this.#tenant(keyId, scope)) {
        for await (const slice of this.#slices(scope, keyId)) {
          rewrapped += slice.rewrapped;
          if (slice.unopenable > 0) unopenable.set(keyId, (unopenable.get(keyId) ?? 0) + slice.unopenable);
          done(slice.rewrapped);
        }
      }
    }
    return { rewrapped, unopenable };
  }

  /** What is wrapped by other keys now. */
  async left(unopenable: Walked['unopenable']): Promise<Left[]> {
    const left: Left[] = [];
    for (const keyId of await this.#otherKeys()) {
      const [counted] = await this.database.unscoped<{ count: number }>('key_rotation', this.#statements.count, [
        keyId,
      ]);
      const count = counted?.count ?? 0;
      const key = this.vault.keyIds.includes(keyId) ? 'held' : 'missing';
      const found = { table: this.table.name, keyId, count, isMore: count === MOST_COUNTED, key } as const;
      // Others may have taken it in the meantime.
      if (count > 0) left.push({ ...found, unopenable: Math.min(count, unopenable.get(keyId) ?? 0) });
    }
    return left;
  }

  /** The ids of all keys that wrap something here, but for the current one. */
  async #otherKeys(): Promise<string[]> {
    const ids: string[] = [];
    for (let last: string | undefined = ''; last !== undefined;) {
      const rows: { ring_key_id: string }[] = await this.database.unscoped('key_rotation', this.#statements.nextKey, [
        last,
      ]);
      last = rows[0]?.ring_key_id;
      if (last !== undefined && last !== this.vault.keyIds[0]) ids.push(last);
    }
    return ids;
  }

  async #tenant(keyId: string, after: TenantScope | null): Promise<TenantScope | null> {
    const { firstTenant, nextTenant } = this.#statements;
    const [found] = await (after
      ? this.database.unscoped<TenantRow>('key_rotation', nextTenant, [keyId, ...tenantValues(after)])
      : this.database.unscoped<TenantRow>('key_rotation', firstTenant, [keyId]));
    return found ? { organizationId: found.organization_id, livemode: found.livemode } : null;
  }

  async *#slices(scope: TenantScope, keyId: string): AsyncGenerator<Slice> {
    for (let last: string | null = BEFORE_ALL[this.table.rowType]; last !== null;) {
      const slice = await this.#slice(scope, keyId, last);
      yield slice;
      last = slice.last;
    }
  }

  /** Nobody waits for a slice longer than it takes, and it waits for nobody: what another holds is left to the next walk. */
  #slice(scope: TenantScope, keyId: string, after: string): Promise<Slice> {
    const tenant = tenantValues(scope);
    return this.database.tenant(scope, async (tx) => {
      const values = [...tenant, keyId, after, this.sliceSize];
      const rows = await tx.query<KeyRow>(this.#statements.slice, values);
      const fresh = rows.flatMap((row) => this.#rewrapped(scope, keyId, row));
      const changed = await tx.finish(this.#statements.rewrap, [
        ...[...tenant, this.vault.keyIds[0] ?? ''],
        ...[fresh.map(({ row }) => row), fresh.map(({ old }) => old), fresh.map(({ wrapped }) => wrapped)],
      ]);
      const last = rows.length < this.sliceSize ? null : (rows.at(-1)?.row ?? null);
      return { last, rewrapped: changed.length, unopenable: rows.length - fresh.length };
    });
  }

  #rewrapped(
    scope: TenantScope,
    ringKeyId: string,
    { row, wrapped_key: old }: KeyRow,
  ): { row: string; old: Buffer; wrapped: Buffer }[] {
    try {
      const { wrapped } = this.vault.rewrap(this.table.placeOf(scope, row), { ringKeyId, wrapped: old });
      return [{ row, old, wrapped }];
    } catch (error) {
      // One that was changed or moved must not keep all others from their new key.
      if (vaultFaultOf(error) !== 'not_openable') throw error;
      return [];
    }
  }
}
