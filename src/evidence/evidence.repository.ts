import { Injectable, Logger } from '@nestjs/common';
import {
  Database,
  databaseTime,
  type SqlRow,
  type SqlValue,
  type Statement,
  type TenantScope,
  tenantValues,
  type Transaction,
} from '../database/index.js';
import { AppError } from '../errors/index.js';
import type { Instant } from '../platform/clock.js';
import { Ids } from '../platform/ids.js';
import type { JsonObject, JsonValue } from '../platform/json.js';
import { MissingKeyError, type Place, Vault } from '../vault/index.js';

/** The data key of a verification: `stored` says whether the database has it already. */
export interface EvidenceKey {
  readonly dataKey: Buffer;
  readonly stored: boolean;
  readonly ringKeyId: string;
  readonly wrapped: Buffer;
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

interface EvidenceRow extends SqlRow {
  readonly id: string;
  readonly kind: 'input' | 'answer';
  readonly round: number;
  readonly recorded_at: string;
  readonly sealed: Buffer;
  readonly ring_key_id: string;
  readonly wrapped_key: Buffer | null;
}

/** Evidence, encrypted on the way in and decrypted on the way out. Reading is an event, which the caller writes. */
@Injectable()
export class EvidenceRepository {
  readonly #logger = new Logger(EvidenceRepository.name);
  readonly #findKey: Statement;
  readonly #list: Statement;
  readonly #input: Statement;

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly ids: Ids,
  ) {
    const { ownRows } = database;
    this.#findKey = {
      name: 'evidence_find_key',
      text: `select ring_key_id, wrapped_key from customer_verifications.data_keys
        where ${ownRows} and verification_id = $3`,
    };
    const select = `select id, kind, round, (recorded_at at time zone 'UTC')::text as recorded_at, sealed, ring_key_id, wrapped_key
      from customer_verifications.evidence
      join customer_verifications.data_keys using (organization_id, livemode, verification_id)
      where ${ownRows} and verification_id = $3 and wrapped_key is not null`;
    this.#list = { name: 'evidence_list', text: `${select} and id > $4 order by id limit $5` };
    this.#input = { name: 'evidence_input', text: `${select} and kind = 'input' order by id desc limit 1` };
  }

  /** A data key for a verification that has none. */
  newKey(scope: TenantScope, verificationId: string): EvidenceKey {
    return { ...this.vault.newDataKey(keyPlace(scope, verificationId)), stored: false };
  }

  /**
   * The stored data key; a new one where there is none; null where nothing can be kept: it was destroyed, or the ring lacks the key that
   * wraps it, which is logged. The caller holds the verification's row lock.
   */
  async keyOf(tx: Transaction, scope: TenantScope, verificationId: string): Promise<EvidenceKey | null> {
    const [row] = await tx.query<{ ring_key_id: string; wrapped_key: Buffer | null }>(this.#findKey, [
      ...tenantValues(scope),
      verificationId,
    ]);
    if (!row) return this.newKey(scope, verificationId);
    if (row.wrapped_key === null) return null;
    const stored = { ringKeyId: row.ring_key_id, wrapped: row.wrapped_key };
    try {
      return { ...stored, stored: true, dataKey: this.vault.openDataKey(keyPlace(scope, verificationId), stored) };
    } catch (error) {
      if (!(error instanceof MissingKeyError)) throw error;
      // A decision counts without its evidence; the other way round it would be lost.
      this.#logger.error({ event: 'evidence_not_kept', ring_key_id: row.ring_key_id, verification_id: verificationId });
      return null;
    }
  }

  /** The values of {@link evidenceInserts}, in order. */
  values(scope: TenantScope, verificationId: string, key: EvidenceKey, item: NewEvidence): SqlValue[] {
    const id = this.ids.next();
    const sealed = this.vault.seal(key.dataKey, itemPlace(scope, verificationId, id), JSON.stringify(item.content));
    return [id, item.kind, item.round, item.recordedAt, sealed, ...(key.stored ? [] : [key.ringKeyId, key.wrapped])];
  }

  /** The newest input that is kept of a verification; null where there is none, or its key is destroyed. */
  async inputOf(scope: TenantScope, verificationId: string): Promise<JsonObject | null> {
    const rows = await this.database.one<EvidenceRow>(scope, this.#input, [...tenantValues(scope), verificationId]);
    const [item] = this.#opened(scope, verificationId, rows);
    return item ? (item.content as JsonObject) : null;
  }

  /** What is kept of a verification after `afterId`, oldest first; nothing once its key is destroyed. */
  async list(scope: TenantScope, verificationId: string, afterId: string, limit: number): Promise<Evidence[]> {
    const values = [...tenantValues(scope), verificationId, afterId, limit];
    return this.#opened(scope, verificationId, await this.database.one<EvidenceRow>(scope, this.#list, values));
  }

  #opening(place: Place, ringKeyId: string, wrapped: Buffer): Buffer {
    try {
      return this.vault.openDataKey(place, { ringKeyId, wrapped });
    } catch (error) {
      if (!(error instanceof MissingKeyError)) throw error;
      this.#logger.error({ event: 'evidence_not_readable', ring_key_id: ringKeyId });
      throw new AppError('unavailable', 'SERVICE_UNAVAILABLE', 'The evidence cannot be decrypted at the moment.', {
        cause: error,
      });
    }
  }

  #opened(scope: TenantScope, verificationId: string, rows: readonly EvidenceRow[]): Evidence[] {
    const [first] = rows;
    if (!first || first.wrapped_key === null) return [];
    const dataKey = this.#opening(keyPlace(scope, verificationId), first.ring_key_id, first.wrapped_key);
    return rows.map(({ id, kind, round, recorded_at, sealed }) => {
      const text = this.vault.open(dataKey, itemPlace(scope, verificationId, id), sealed);
      return { id, kind, round, recordedAt: databaseTime(recorded_at), content: JSON.parse(text) as JsonValue };
    });
  }
}

/**
 * CTEs that store one item, and its data key where that is new, for the verification in the CTE `source`
 * (`organization_id, livemode, id`); parameters from `$first` on. {@link EvidenceRepository.values} gives the values.
 */
export function evidenceInserts(source: string, first: number, newKey: boolean): string {
  const [id, kind, round, recordedAt, sealed, ringKeyId, wrapped] = Array.from(
    { length: 7 },
    (_, index) => `$${String(first + index)}`,
  );
  const item = `kept as (
    insert into customer_verifications.evidence (organization_id, livemode, verification_id, id, kind, round, recorded_at, sealed)
    select organization_id, livemode, id, ${id}::uuid, ${kind}::text, ${round}::integer, ${recordedAt}::timestamptz, ${sealed}::bytea
    from ${source}
  )`;
  if (!newKey) return item;
  return `${item}, locked_away as (
    insert into customer_verifications.data_keys (organization_id, livemode, verification_id, ring_key_id, wrapped_key, created_at)
    select organization_id, livemode, id, ${ringKeyId}::text, ${wrapped}::bytea, ${recordedAt}::timestamptz from ${source}
  )`;
}

/** How many parameters {@link evidenceInserts} takes. */
export function evidenceValueCount(newKey: boolean): number {
  return newKey ? 7 : 5;
}

function keyPlace(scope: TenantScope, verificationId: string): Place {
  return { scope, column: 'data_keys.wrapped_key', row: verificationId };
}

function itemPlace(scope: TenantScope, verificationId: string, id: string): Place {
  return { scope, column: 'evidence.sealed', row: `${verificationId}|${id}` };
}
