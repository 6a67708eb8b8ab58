import { Injectable } from '@nestjs/common';
import {
  Database,
  databaseTime,
  type SqlRow,
  type SqlValue,
  type Statement,
  type TenantScope,
  type Transaction,
} from '../database/index.js';
import type { Instant } from '../platform/clock.js';
import { Ids } from '../platform/ids.js';
import type { JsonValue } from '../platform/json.js';
import { type Place, Vault } from '../vault/index.js';

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
  readonly #findKey: Statement;
  readonly #list: Statement;

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
    this.#list = {
      name: 'evidence_list',
      text: `select id, kind, round, (recorded_at at time zone 'UTC')::text as recorded_at, sealed, ring_key_id, wrapped_key
        from customer_verifications.evidence
        join customer_verifications.data_keys using (organization_id, livemode, verification_id)
        where ${ownRows} and verification_id = $3 and id > $4 and wrapped_key is not null order by id limit $5`,
    };
  }

  /** A data key for a verification that has none. */
  newKey(scope: TenantScope, verificationId: string): EvidenceKey {
    return { ...this.vault.newDataKey(keyPlace(scope, verificationId)), stored: false };
  }

  /** The stored data key; a new one where there is none; null where it was destroyed. The caller holds the verification's row lock. */
  async keyOf(tx: Transaction, scope: TenantScope, verificationId: string): Promise<EvidenceKey | null> {
    const [row] = await tx.query<{ ring_key_id: string; wrapped_key: Buffer | null }>(this.#findKey, [
      ...tenant(scope),
      verificationId,
    ]);
    if (!row) return this.newKey(scope, verificationId);
    if (row.wrapped_key === null) return null;
    const stored = { ringKeyId: row.ring_key_id, wrapped: row.wrapped_key };
    return { ...stored, stored: true, dataKey: this.vault.openDataKey(keyPlace(scope, verificationId), stored) };
  }

  /** The values of {@link evidenceInserts}, in order. */
  values(scope: TenantScope, verificationId: string, key: EvidenceKey, item: NewEvidence): SqlValue[] {
    const id = this.ids.next();
    const sealed = this.vault.seal(key.dataKey, itemPlace(scope, verificationId, id), JSON.stringify(item.content));
    return [id, item.kind, item.round, item.recordedAt, sealed, ...(key.stored ? [] : [key.ringKeyId, key.wrapped])];
  }

  /** What is kept of a verification after `afterId`, oldest first; nothing once its key is destroyed. */
  async list(scope: TenantScope, verificationId: string, afterId: string, limit: number): Promise<Evidence[]> {
    const rows = await this.database.one<EvidenceRow>(scope, this.#list, [
      ...tenant(scope),
      verificationId,
      afterId,
      limit,
    ]);
    const [first] = rows;
    if (!first || first.wrapped_key === null) return [];
    const wrapped = { ringKeyId: first.ring_key_id, wrapped: first.wrapped_key };
    const dataKey = this.vault.openDataKey(keyPlace(scope, verificationId), wrapped);
    return rows.map((row) => this.#opened(scope, verificationId, dataKey, row));
  }

  #opened(scope: TenantScope, verificationId: string, dataKey: Buffer, row: EvidenceRow): Evidence {
    const { id, kind, round, recorded_at, sealed } = row;
    const text = this.vault.open(dataKey, itemPlace(scope, verificationId, id), sealed);
    return { id, kind, round, recordedAt: databaseTime(recorded_at), content: JSON.parse(text) as JsonValue };
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

function tenant(scope: TenantScope): [string, boolean] {
  return [scope.organizationId, scope.livemode];
}

function keyPlace(scope: TenantScope, verificationId: string): Place {
  return { scope, column: 'data_keys.wrapped_key', row: verificationId };
}

function itemPlace(scope: TenantScope, verificationId: string, id: string): Place {
  return { scope, column: 'evidence.sealed', row: `${verificationId}|${id}` };
}
