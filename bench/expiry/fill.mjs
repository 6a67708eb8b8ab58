const SCHEMA = 'customer_verifications';
/** Organizations, the first of which has 40 % of the rows, live; every fifth row of the last 30 is of their test world. */
export const ORGANIZATIONS = 50;

const organization = (number) => `('0190a000-0000-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

/** Passes that ended within the last 30 days, mixed over the organizations; one in 100 was asked about again and not answered. */
const VERIFICATIONS = `
insert into ${SCHEMA}.verifications (organization_id, livemode, id, customer_id, provider, verification_type, check_type, status, actor_id,
  reason, provider_reference, result_payload, created_at, updated_at, verified_at, last_checked_at, expires_at, version, round,
  overridden, word_key, window_ends_at, due_at, attempts)
select ${organization('tenant')}, tenant < 20 or n % 5 <> 4,
  (lpad(to_hex((extract(epoch from ended - interval '1 year') * 1000)::bigint), 12, '0') || '7' || substr(digest, 1, 3) || '8' || substr(digest, 4, 15))::uuid,
  md5($2::text || (n % 300000))::uuid, 'offline', (array['business_identity', 'identity', 'age'])[1 + n % 3], 'vat_format', 'verified',
  'provider:offline', 'identifier_well_formed', 'chk_' || digest,
  json_build_object('country', 'DE', 'digest', digest, 'identifier', 'DE' || (100000000 + n), 'kind', 'vat', 'proves', 'form, not existence',
    'register', json_build_object('authority', 'Bundeszentralamt', 'name', repeat(substr(digest, 1, 8), 8), 'number', n)),
  ended - interval '1 year', ended - interval '1 year', ended - interval '1 year', ended - interval '1 year', ended,
  2, case when n % 100 = 0 then 2 else 1 end, n % 50 = 1, '1|' || digest, ended - interval '362 days', ended, 0
from (
  select n, md5($2::text || ':' || n) as digest, case when n % 5 < 2 then 0 else 1 + (n::bigint * 7919) % $3::integer end as tenant,
    now() - interval '1 minute' - (('x' || substr(md5($2::text || n), 1, 6))::bit(24)::integer % 2592000) * interval '1 second' as ended
  from generate_series(1, $1::integer) as n
) as made`;

const STREAMS = `
insert into ${SCHEMA}.event_streams (organization_id, livemode, sequence, recorded_at, hash)
select ${organization('n')}, livemode, 0, 'epoch', decode(repeat('00', 32), 'hex')
from generate_series(0, $1::integer) as n, unnest(array[true, false]) as livemode`;

/**
 * Fills a migrated database with passes that are over and not ended, and with a stream for each tenant.
 * @param {import('pg').Client} client
 * @param {{ rows: number, seed: number }} settings
 * @param {(line: string) => void} tell
 */
export async function fillOutlived(client, { rows, seed }, tell) {
  tell(`Filling ${rows} passes that are over, of ${ORGANIZATIONS} organizations`);
  await client.query('begin');
  await client.query('set local synchronous_commit = off');
  await client.query(VERIFICATIONS, [rows, String(seed), ORGANIZATIONS - 1]);
  await client.query(STREAMS, [ORGANIZATIONS - 1]);
  await client.query('commit');
  await client.query('vacuum (analyze)');
  await client.query('checkpoint');
}
