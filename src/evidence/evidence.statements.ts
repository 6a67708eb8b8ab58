import type { Statement, TenantScope } from '../database/index.js';
import type { KeyTable, Place } from '../vault/index.js';

/** What is read and written of evidence; `ownRows` is the application's own filter of the tenant's rows. */
export interface EvidenceStatements {
  readonly findKey: Statement;
  readonly list: Statement;
  readonly input: Statement;
  /** Gives a verification whose key is destroyed the next one. What earlier ones locked away stays unreadable. */
  readonly renewKey: Statement;
  readonly keepWithNewKey: Statement;
  readonly keepWithStoredKey: Statement;
}

const ITEM = `id, kind, round, (recorded_at at time zone 'UTC')::text as recorded_at, sealed, ring_key_id, wrapped_key,
  wrapped_key is not null and key_generation = generation as readable`;
const JOINED = `customer_verifications.evidence
      join customer_verifications.data_keys using (organization_id, livemode, verification_id)`;

/** The statements for one way of filtering a tenant's rows. */
export function evidenceStatements(ownRows: string): EvidenceStatements {
  const own = `${ownRows} and verification_id = $3`;
  return {
    findKey: {
      name: 'evidence_find_key',
      text: `select ring_key_id, wrapped_key, generation from customer_verifications.data_keys where ${own}`,
    },
    list: {
      name: 'evidence_list',
      text: `select ${ITEM} from ${JOINED} where ${own} and wrapped_key is not null and key_generation = generation and id > $4 order by id limit $5`,
    },
    input: {
      name: 'evidence_input',
      text: `select ${ITEM} from ${JOINED} where ${own} and kind = 'input' and round <= $4 order by round desc, id desc limit 1`,
    },
    renewKey: {
      name: 'evidence_renew_key',
      text: `update customer_verifications.data_keys
        set ring_key_id = $4, wrapped_key = $5, generation = $6::integer, created_at = $7::timestamptz
        where ${own} and wrapped_key is null and generation < $6::integer`,
    },
    keepWithNewKey: { name: 'evidence_keep_with_new_key', text: keepText(true) },
    keepWithStoredKey: { name: 'evidence_keep_with_stored_key', text: keepText(false) },
  };
}

function keepText(newKey: boolean): string {
  const about = '(select $1::uuid as organization_id, $2::boolean as livemode, $3::uuid as id)';
  return `with about as ${about}, ${evidenceInserts('about', 4, newKey)} select 1 as kept`;
}

/**
 * CTEs that store one item, and its data key where that is new, for the verification in the CTE `source`
 * (`organization_id, livemode, id`); parameters from `$first` on. `EvidenceRepository.values` gives the values.
 */
export function evidenceInserts(source: string, first: number, newKey: boolean): string {
  const [id, kind, round, recordedAt, sealed, generation, ringKeyId, wrapped] = Array.from(
    { length: 8 },
    (_, index) => `$${String(first + index)}`,
  );
  const item = `kept as (
    insert into customer_verifications.evidence (organization_id, livemode, verification_id, id, kind, round, recorded_at, sealed, key_generation)
    select organization_id, livemode, id, ${id}::uuid, ${kind}::text, ${round}::integer, ${recordedAt}::timestamptz, ${sealed}::bytea,
      ${generation}::integer
    from ${source}
  )`;
  if (!newKey) return item;
  return `${item}, locked_away as (
    insert into customer_verifications.data_keys (organization_id, livemode, verification_id, ring_key_id, wrapped_key, created_at, generation)
    select organization_id, livemode, id, ${ringKeyId}::text, ${wrapped}::bytea, ${recordedAt}::timestamptz, ${generation}::integer
    from ${source}
  )`;
}

/** How many parameters {@link evidenceInserts} takes. */
export function evidenceValueCount(newKey: boolean): number {
  return newKey ? 8 : 6;
}

/** Where a verification's data key belongs. */
export function keyPlace(scope: TenantScope, verificationId: string): Place {
  return { scope, column: 'data_keys.wrapped_key', row: verificationId };
}

/** Where the keys of evidence are. */
export const EVIDENCE_KEYS: KeyTable = {
  name: 'data_keys',
  row: 'verification_id',
  rowType: 'uuid',
  placeOf: keyPlace,
};

/** Where one item of evidence belongs. */
export function itemPlace(scope: TenantScope, verificationId: string, id: string): Place {
  return { scope, column: 'evidence.sealed', row: `${verificationId}|${id}` };
}
