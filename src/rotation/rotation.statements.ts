import type { Statement } from '../database/index.js';
import type { KeyTable } from '../vault/index.js';

/** Counting ends here: beyond it the number says nothing more. */
export const MOST_COUNTED = 100_000;

/** The SQL of rotating the keys of one table. `slice` and `rewrap` are a tenant's: `$1`, `$2`; the others look for tenants. */
export class RotationStatements {
  /** The next id of a wrapping key after `$1`, in the order of ids. */
  readonly nextKey: Statement;
  /** How many rows the key `$1` wraps, up to {@link MOST_COUNTED}. */
  readonly count: Statement;
  /** The first tenant with rows that the key `$1` wraps. */
  readonly firstTenant: Statement;
  /** The next one after the tenant `$2`, `$3`. */
  readonly nextTenant: Statement;
  /** `$5` rows at most that the key `$3` wraps, after the row `$4`; locked, but for those that somebody else has locked. */
  readonly slice: Statement;
  /** Gives the rows `$4` the wrappings `$6` of the key `$3`, where they are still wrapped as `$5` says. */
  readonly rewrap: Statement;

  constructor({ name, row, rowType }: KeyTable, ownRows: string) {
    const table = `customer_verifications.${name}`;
    const wrapped = `from ${table} where wrapped_key is not null and ring_key_id`;
    const tenant = `select organization_id, livemode ${wrapped} = $1::text`;
    const inOrder = 'order by organization_id, livemode limit 1';
    this.nextKey = {
      name: `rotation_next_key_${name}`,
      text: `select ring_key_id ${wrapped} > $1::text order by ring_key_id limit 1`,
      ordered: true,
    };
    this.count = {
      name: `rotation_count_${name}`,
      text: `select count(*)::integer as count from (select 1 ${wrapped} = $1::text limit ${String(MOST_COUNTED)}) as counted`,
    };
    this.firstTenant = { name: `rotation_first_tenant_${name}`, text: `${tenant} ${inOrder}`, ordered: true };
    this.nextTenant = {
      name: `rotation_next_tenant_${name}`,
      text: `${tenant} and (organization_id, livemode) > ($2::uuid, $3::boolean) ${inOrder}`,
      ordered: true,
    };
    this.slice = {
      name: `rotation_slice_${name}`,
      text: `select ${row}::text as row, wrapped_key ${wrapped} = $3::text and ${ownRows} and ${row} > $4::${rowType}
        order by ${row} limit $5::integer for no key update skip locked`,
    };
    this.rewrap = {
      name: `rotation_rewrap_${name}`,
      text: `update ${table} as kept set ring_key_id = $3::text, wrapped_key = fresh.wrapped
        from unnest($4::${rowType}[], $5::bytea[], $6::bytea[]) as fresh (row, old, wrapped)
        where ${ownRows} and kept.${row} = fresh.row and kept.wrapped_key = fresh.old returning 1`,
    };
  }
}
