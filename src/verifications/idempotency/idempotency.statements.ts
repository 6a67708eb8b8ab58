const RECORDS = 'customer_verifications.idempotency_records';

/** How long the record of a key is kept, as an interval of PostgreSQL: after that the key is free. */
export const KEY_KEPT = "interval '7 days'";

/**
 * CTEs of which `claimed` has a row where the idempotency key was free: parameters key, fingerprint, lease in milliseconds; `$1`-`$3` are
 * tenant and verification. A record that is older than its promise is taken over; one that is not stays unlocked, as its
 * request may hold the verification's row and wait for it.
 */
export function claimTexts(first: number, createdAt: string): string[] {
  const [key, fingerprint, lease] = [0, 1, 2].map((offset) => `$${String(first + offset)}`);
  const leaseUntil = `clock_timestamp() + ${lease}::integer * interval '1 millisecond'`;
  return [
    `taken_over as (
      update ${RECORDS} r set fingerprint = ${fingerprint}::bytea, verification_id = $3::uuid, version = null, http_status = null,
        state = 'in_progress', lease_until = ${leaseUntil}, created_at = ${createdAt}::timestamptz
      where r.organization_id = $1::uuid and r.livemode = $2::boolean and r.key = ${key}::text
        and r.created_at <= ${createdAt}::timestamptz - ${KEY_KEPT}
      returning 1
    )`,
    `inserted as (
      insert into ${RECORDS} (organization_id, livemode, key, fingerprint, verification_id, state, lease_until, created_at)
      values ($1::uuid, $2::boolean, ${key}::text, ${fingerprint}::bytea, $3::uuid, 'in_progress', ${leaseUntil},
        ${createdAt}::timestamptz)
      on conflict do nothing returning 1
    )`,
    'claimed as (select 1 from taken_over union all select 1 from inserted)',
  ];
}

/**
 * The CTE `completed`, which has a row where the key's record was still open: parameters key and HTTP status; `version` is that of the answer,
 * `source` the CTE that it waits for, `$1` and `$2` are the tenant.
 */
export function completeText(first: number, source: string, version: string): string {
  return `completed as (
    update ${RECORDS} r set state = 'done', lease_until = null, version = ${version}, http_status = $${String(first + 1)}::smallint
    from ${source} where r.organization_id = $1 and r.livemode = $2 and r.key = $${String(first)} and r.state = 'in_progress'
    returning 1
  )`;
}
