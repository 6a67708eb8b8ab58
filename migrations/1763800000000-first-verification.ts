import type { MigrationInterface, QueryRunner } from 'typeorm';

const TENANT_TABLES = [
  'verifications',
  'event_streams',
  'events',
  'idempotency_records',
  'data_keys',
  'evidence',
  'api_keys',
] as const;

const TENANT = `
  organization_id = nullif(current_setting('customer_verifications.organization_id', true), '')::uuid
  and livemode = nullif(current_setting('customer_verifications.livemode', true), '')::boolean`;

const UP = `
create schema if not exists customer_verifications;
set local search_path = customer_verifications;

create table verifications (
  organization_id uuid not null,
  livemode boolean not null,
  id uuid not null,
  customer_id uuid not null,
  provider text not null,
  verification_type text not null,
  check_type text not null,
  status text not null,
  actor_id text not null,
  reason text,
  provider_reference text,
  result_payload json,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  verified_at timestamptz,
  last_checked_at timestamptz,
  expires_at timestamptz,
  version integer not null,
  round integer not null,
  awaiting text,
  overridden boolean not null,
  word_key text,
  reference_key text,
  began json,
  window_ends_at timestamptz not null,
  due_at timestamptz,
  lease_until timestamptz,
  attempts integer not null,
  constraint verifications_pkey primary key (organization_id, livemode, id),
  constraint verifications_status_check check (status in ('pending', 'verified', 'failed', 'expired')),
  constraint verifications_awaiting_check check (awaiting in ('customer', 'provider', 'review')),
  constraint verifications_pending_check check (status <> 'pending' or (verified_at is null and expires_at is null)),
  constraint verifications_version_check check (version > 0 and round > 0 and attempts >= 0)
);
create index verifications_created_idx on verifications
  (organization_id, livemode, created_at desc, id desc, status, verification_type);
create index verifications_customer_idx on verifications
  (organization_id, livemode, customer_id, created_at desc, id desc);
create index verifications_status_idx on verifications
  (organization_id, livemode, status, created_at desc, id desc);
create index verifications_due_idx on verifications (due_at) where due_at is not null;

create table event_streams (
  organization_id uuid not null,
  livemode boolean not null,
  sequence bigint not null,
  recorded_at timestamptz not null,
  hash bytea not null,
  constraint event_streams_pkey primary key (organization_id, livemode)
);

create table events (
  organization_id uuid not null,
  livemode boolean not null,
  sequence bigint not null,
  id uuid not null,
  verification_id uuid not null,
  version integer not null,
  recorded_at timestamptz not null,
  header text not null,
  body text,
  salt bytea,
  hash bytea not null,
  constraint events_pkey primary key (organization_id, livemode, sequence),
  constraint events_redaction_check check ((body is null) = (salt is null))
);
create index events_verification_idx on events (organization_id, livemode, verification_id, sequence);

create function events_are_immutable() returns trigger language plpgsql as $function$
begin
  -- The one change that is allowed: redaction, which leaves header and hash, and so the chain, as they are.
  if tg_op = 'UPDATE' then
    if new.body is null and new.salt is null
      and (new.organization_id, new.livemode, new.sequence, new.id, new.verification_id, new.version, new.recorded_at, new.header, new.hash)
        is not distinct from
        (old.organization_id, old.livemode, old.sequence, old.id, old.verification_id, old.version, old.recorded_at, old.header, old.hash)
    then
      return new;
    end if;
  end if;
  raise exception 'events are immutable' using errcode = 'restrict_violation';
end
$function$;
create trigger events_immutable before update or delete on events
  for each row execute function events_are_immutable();
create trigger events_not_truncated before truncate on events
  for each statement execute function events_are_immutable();

create table idempotency_records (
  organization_id uuid not null,
  livemode boolean not null,
  key text not null,
  fingerprint bytea not null,
  verification_id uuid not null,
  version integer,
  http_status smallint,
  state text not null,
  lease_until timestamptz,
  created_at timestamptz not null,
  constraint idempotency_records_pkey primary key (organization_id, livemode, key),
  constraint idempotency_records_state_check check (
    (state = 'in_progress' and lease_until is not null)
    or (state = 'done' and version is not null and http_status is not null)
  )
);
create index idempotency_records_created_idx on idempotency_records (created_at);

create table data_keys (
  organization_id uuid not null,
  livemode boolean not null,
  verification_id uuid not null,
  ring_key_id text not null,
  wrapped_key bytea,
  created_at timestamptz not null,
  constraint data_keys_pkey primary key (organization_id, livemode, verification_id)
);

create table evidence (
  organization_id uuid not null,
  livemode boolean not null,
  verification_id uuid not null,
  id uuid not null,
  kind text not null,
  round integer not null,
  recorded_at timestamptz not null,
  sealed bytea not null,
  constraint evidence_pkey primary key (organization_id, livemode, verification_id, id),
  constraint evidence_kind_check check (kind in ('input', 'answer'))
);

create table api_keys (
  organization_id uuid not null,
  livemode boolean not null,
  id uuid not null,
  hash bytea not null,
  principal_id text not null,
  label text not null,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  constraint api_keys_pkey primary key (organization_id, livemode, id)
);
create index api_keys_hash_idx on api_keys (hash);

${TENANT_TABLES.map(
  (table) => `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy ${table}_tenant on ${table} using (${TENANT}) with check (${TENANT});`,
).join('\n')}

create policy api_keys_lookup on api_keys for select
  using (current_setting('customer_verifications.unscoped', true) = 'api_key');
create policy verifications_due on verifications for select
  using (current_setting('customer_verifications.unscoped', true) = 'due_work' and due_at is not null);
create policy idempotency_records_outdated on idempotency_records for select
  using (current_setting('customer_verifications.unscoped', true) = 'old_keys' and created_at <= now() - interval '7 days');

set local search_path to default;
`;

/** The first schema: verifications, their events, idempotency, evidence and API keys, each row behind its tenant's policy. */
export class FirstVerification1763800000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      [...TENANT_TABLES]
        .reverse()
        .map((table) => `drop table customer_verifications.${table};`)
        .join('\n') + 'drop function customer_verifications.events_are_immutable();',
    );
  }
}
