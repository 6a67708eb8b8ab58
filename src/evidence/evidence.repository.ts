import { Injectable, Logger } from '@nestjs/common';
import {
  Database,
  databaseTime,
  type SqlRow,
  type SqlValue,
  type TenantScope,
  tenantValues,
  type Transaction,
} from '../database/index.js';
import type { Instant } from '../platform/clock.js';
import { Ids } from '../platform/ids.js';
import type { JsonObject, JsonValue } from '../platform/json.js';
import { Vault, vaultFaultOf } from '../vault/index.js';
import { UnreadableEvidence } from './unreadable-evidence.js';
import { type EvidenceStatements, evidenceStatements, itemPlace, keyPlace } from './evidence.statements.js';

/** The data key of a verification: `stored` says whether the database has it already. */
export interface EvidenceKey {
  readonly dataKey: Buffer;
  readonly stored: boolean;
  readonly ringKeyId: string;
  readonly wrapped: Buffer;
  /** Which key of the verification it is: one more where the one before was destroyed. What another one locked away it does not open. */
  readonly generation: number;
}

/** What is to be kept. */
export interface NewEvidence {
  readonly kind: 'input' | 'answer';
  readonly round: number;
  readonly recordedAt: Instant;
  readonly content: JsonValue;
}

/** What was asked or answered, in the clear. */
export interface Evidence extends NewEvidence {
  readonly id: string;
}

/** What a question is asked with: as given; null where nothing ever was; `gone` where it was, and its key is destroyed. */
export type KeptInput = JsonObject | 'gone' | null;

/** `unreadable`: something is kept that can't be decrypted at the moment. */
export type InputToAsk = KeptInput | 'unreadable';

interface EvidenceRow extends SqlRow {
  readonly id: string;
  readonly kind: 'input' | 'answer';
  readonly round: number;
  readonly recorded_at: string;
  readonly sealed: Buffer;
  readonly ring_key_id: string;
  readonly wrapped_key: Buffer | null;
  /** False: its key is destroyed. */
  readonly readable: boolean;
}

interface KeyRow extends SqlRow {
  readonly ring_key_id: string;
  readonly wrapped_key: Buffer | null;
  readonly generation: number;
}

/** Evidence, encrypted on the way in and decrypted on the way out. Reading is an event, which the caller writes. */
@Injectable()
export class EvidenceRepository {
  readonly #logger = new Logger(EvidenceRepository.name);
  readonly #statements: EvidenceStatements;

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly ids: Ids,
  ) {
    this.#statements = evidenceStatements(database.ownRows);
  }

  /** A data key for a verification that has none. */
  newKey(scope: TenantScope, verificationId: string): EvidenceKey {
    return { ...this.vault.newDataKey(keyPlace(scope, verificationId)), stored: false, generation: 1 };
  }

  /**
   * The stored data key; a new one where there is none; null where nothing can be kept: it was destroyed, or can't be unwrapped, which is
   * logged. The caller holds the verification's row lock.
   */
  async keyOf(tx: Transaction, scope: TenantScope, verificationId: string): Promise<EvidenceKey | null> {
    const row = await this.#keyRow(tx, scope, verificationId);
    if (!row) return this.newKey(scope, verificationId);
    const { ring_key_id: ringKeyId, wrapped_key: wrapped, generation } = row;
    if (wrapped === null) return null;
    const stored = { ringKeyId, wrapped, generation };
    try {
      return { ...stored, stored: true, dataKey: this.vault.openDataKey(keyPlace(scope, verificationId), stored) };
    } catch (error) {
      // A decision counts without its evidence; the other way round it would be lost.
      this.#complain('evidence_not_kept', error, { ring_key_id: ringKeyId, verification_id: verificationId });
      return null;
    }
  }

  /** The values of {@link evidenceInserts}, in order. */
  values(scope: TenantScope, verificationId: string, key: EvidenceKey, item: NewEvidence): SqlValue[] {
    const id = this.ids.next();
    const sealed = this.vault.seal(key.dataKey, itemPlace(scope, verificationId, id), JSON.stringify(item.content));
    const kept = [id, item.kind, item.round, item.recordedAt, sealed, key.generation];
    return key.stored ? kept : [...kept, key.ringKeyId, key.wrapped];
  }

  /**
   * Keeps what a question needs to know, in an open transaction that holds the verification's row lock. A key that was destroyed is replaced: the
   * new one opens nothing of what was kept before. Throws `SERVICE_UNAVAILABLE` where the ring lacks the key.
   */
  async bringInput(tx: Transaction, scope: TenantScope, verificationId: string, item: NewEvidence): Promise<void> {
    await this.#renewed(tx, scope, verificationId, item.recordedAt);
    const key = await this.keyOf(tx, scope, verificationId);
    if (!key) throw new UnreadableEvidence();
    const values = [...tenantValues(scope), verificationId, ...this.values(scope, verificationId, key, item)];
    const { keepWithNewKey, keepWithStoredKey } = this.#statements;
    await tx.query(key.stored ? keepWithStoredKey : keepWithNewKey, values);
  }

  /** The newest input that was given for a round, or for one before it; in `tx` where there is one. */
  async inputOf(
    scope: TenantScope,
    { id, round }: { readonly id: string; readonly round: number },
    tx?: Transaction,
  ): Promise<KeptInput> {
    const values = [...tenantValues(scope), id, round];
    const { input } = this.#statements;
    const rows = await (tx
      ? tx.query<EvidenceRow>(input, values)
      : this.database.one<EvidenceRow>(scope, input, values));
    if (rows[0]?.readable === false) return 'gone';
    const [item] = this.#opened(scope, id, rows);
    return item ? (item.content as JsonObject) : null;
  }

  /** {@link inputOf} for a question that can wait: `unreadable` where it can't be decrypted at the moment. */
  async inputToAsk(scope: TenantScope, asked: { readonly id: string; readonly round: number }): Promise<InputToAsk> {
    try {
      return await this.inputOf(scope, asked);
    } catch (error) {
      if (error instanceof UnreadableEvidence) return 'unreadable';
      throw error;
    }
  }

  /** What is kept of a verification after `afterId`, oldest first; nothing once its key is destroyed. */
  async list(scope: TenantScope, verificationId: string, afterId: string, limit: number): Promise<Evidence[]> {
    const values = [...tenantValues(scope), verificationId, afterId, limit];
    const rows = await this.database.one<EvidenceRow>(scope, this.#statements.list, values);
    return this.#opened(scope, verificationId, rows);
  }

  /** Rethrows what is no fault of a ciphertext. */
  #complain(event: string, error: unknown, about: object): void {
    const fault = vaultFaultOf(error);
    if (fault === null) throw error;
    this.#logger.error({ event, fault, ...about });
  }

  async #keyRow(tx: Transaction, scope: TenantScope, verificationId: string): Promise<KeyRow | undefined> {
    const [row] = await tx.query<KeyRow>(this.#statements.findKey, [...tenantValues(scope), verificationId]);
    return row;
  }

  async #renewed(tx: Transaction, scope: TenantScope, verificationId: string, now: Instant): Promise<void> {
    const row = await this.#keyRow(tx, scope, verificationId);
    if (row?.wrapped_key !== null) return;
    const { ringKeyId, wrapped } = this.newKey(scope, verificationId);
    const values = [...tenantValues(scope), verificationId, ringKeyId, wrapped, row.generation + 1, now];
    await tx.query(this.#statements.renewKey, values);
  }

  #opened(scope: TenantScope, verificationId: string, rows: readonly EvidenceRow[]): Evidence[] {
    const [first] = rows;
    if (!first || first.wrapped_key === null) return [];
    const { ring_key_id: ringKeyId, wrapped_key: wrapped } = first;
    try {
      const dataKey = this.vault.openDataKey(keyPlace(scope, verificationId), { ringKeyId, wrapped });
      return rows.map(({ id, kind, round, recorded_at, sealed }) => {
        const text = this.vault.open(dataKey, itemPlace(scope, verificationId, id), sealed);
        return { id, kind, round, recordedAt: databaseTime(recorded_at), content: JSON.parse(text) as JsonValue };
      });
    } catch (error) {
      this.#complain('evidence_not_readable', error, { ring_key_id: ringKeyId, verification_id: verificationId });
      throw new UnreadableEvidence(error);
    }
  }
}
