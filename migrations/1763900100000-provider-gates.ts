import type { MigrationInterface, QueryRunner } from 'typeorm';

const TENANT = `
  organization_id = nullif(current_setting('customer_verifications.organization_id', true), '')::uuid
  and livemode = nullif(current_setting('customer_verifications.livemode', true), '')::boolean`;

const UP = `
set local search_path = customer_verifications;

create table provider_gates (
  organization_id uuid not null,
  livemode boolean not null,
  provider text not null,
  partition text not null,
  trips integer not null default 0,
  shut_until timestamptz,
  reason text,
  opened_at timestamptz,
  probe_until timestamptz,
  spent_until timestamptz,
  queued_until timestamptz,
  constraint provider_gates_pkey primary key (organization_id, livemode, provider, partition),
  constraint provider_gates_trips_check check (trips >= 0)
  -- A limited vendor's row is written by every call: such an update finds room on its own page, and touches no index.
) with (fillfactor = 50);
create index provider_gates_shut_idx on provider_gates (organization_id, livemode, shut_until) where shut_until is not null;

alter table provider_gates enable row level security;
alter table provider_gates force row level security;
create policy provider_gates_tenant on provider_gates using (${TENANT}) with check (${TENANT});

set local search_path to default;
`;

/** What all tenants and processes know of each vendor: whether it is to be left alone, and how much of its limit is spent. */
export class ProviderGates1763900100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table customer_verifications.provider_gates;');
  }
}
