import type { MigrationInterface, QueryRunner } from 'typeorm';

const TENANT_TABLES = ['provider_connections', 'callback_inbox'] as const;

const TENANT = `
  organization_id = nullif(current_setting('customer_verifications.organization_id', true), '')::uuid
  and livemode = nullif(current_setting('customer_verifications.livemode', true), '')::boolean`;

const UP = `
set local search_path = customer_verifications;

alter table verifications
  add column awaiting_key text,
  add column ladder_from integer not null default 0,
  add column start_refused boolean not null default false;
-- A callback names a check by the vendor's id or by ours. Where the connection is the deployment's, its tenant is what is looked for.
create index verifications_reference_idx on verifications (provider_reference) where provider_reference is not null;
create index verifications_id_idx on verifications (id);

create table provider_connections (
  organization_id uuid not null,
  livemode boolean not null,
  provider text not null,
  settings json not null,
  ring_key_id text not null,
  wrapped_key bytea not null,
  sealed bytea not null,
  token_hash bytea not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint provider_connections_pkey primary key (organization_id, livemode, provider)
);
create index provider_connections_token_idx on provider_connections (token_hash);

create table callback_inbox (
  organization_id uuid not null,
  livemode boolean not null,
  id uuid not null,
  provider text not null,
  dedup_key bytea not null,
  has_event_id boolean not null,
  reference text,
  our_reference text,
  ring_key_id text,
  wrapped_key bytea,
  sealed bytea,
  received_at timestamptz not null,
  deliveries integer not null,
  outcome text,
  settled_at timestamptz,
  due_at timestamptz,
  lease_until timestamptz,
  attempts integer not null,
  constraint callback_inbox_pkey primary key (organization_id, livemode, id),
  constraint callback_inbox_settled_check check (
    (outcome is null and settled_at is null)
    or (outcome in ('heard', 'unknown_check', 'unanswered') and settled_at is not null and due_at is null)
  ),
  constraint callback_inbox_sealed_check check (
    (sealed is null and wrapped_key is null and ring_key_id is null)
    or (sealed is not null and wrapped_key is not null and ring_key_id is not null)
  )
);
-- A vendor's event is told once. News without a number may be new each time: equal ones are one only while nobody has looked.
create unique index callback_inbox_event_idx on callback_inbox (organization_id, livemode, provider, dedup_key)
  where has_event_id;
create unique index callback_inbox_body_idx on callback_inbox (organization_id, livemode, provider, dedup_key)
  where not has_event_id and settled_at is null;
create index callback_inbox_due_idx on callback_inbox (due_at) where due_at is not null;
create index callback_inbox_settled_idx on callback_inbox (settled_at) where settled_at is not null;

${TENANT_TABLES.map(
  (table) => `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy ${table}_tenant on ${table} using (${TENANT}) with check (${TENANT});`,
).join('\n')}

create policy provider_connections_lookup on provider_connections for select
  using (current_setting('customer_verifications.unscoped', true) = 'callback_token');
create policy callback_inbox_due on callback_inbox for select
  using (current_setting('customer_verifications.unscoped', true) = 'due_work' and due_at is not null);
create policy callback_inbox_outdated on callback_inbox for select
  using (current_setting('customer_verifications.unscoped', true) = 'old_callbacks' and settled_at <= now() - interval '30 days');
create policy verifications_called_back on verifications for select
  using (current_setting('customer_verifications.unscoped', true) = 'callback_target');

set local search_path to default;
`;

/** Callbacks of providers: connections with their tokens and secrets, the inbox, and what a verification remembers of being asked. */
export class Callbacks1763900000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop table customer_verifications.callback_inbox;
      drop table customer_verifications.provider_connections;
      drop policy verifications_called_back on customer_verifications.verifications;
      drop index customer_verifications.verifications_id_idx;
      drop index customer_verifications.verifications_reference_idx;
      alter table customer_verifications.verifications
        drop column awaiting_key, drop column ladder_from, drop column start_refused;`);
  }
}
