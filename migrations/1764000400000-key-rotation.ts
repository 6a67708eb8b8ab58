import type { MigrationInterface, QueryRunner } from 'typeorm';

const ROTATING = "current_setting('customer_verifications.unscoped', true) = 'key_rotation'";

const UP = `
set local search_path = customer_verifications;

create index data_keys_ring_key_idx on data_keys (ring_key_id, organization_id, livemode, verification_id)
  where wrapped_key is not null;
create index provider_connections_ring_key_idx on provider_connections (ring_key_id, organization_id, livemode, provider);
create index callback_inbox_ring_key_idx on callback_inbox (ring_key_id, organization_id, livemode, id)
  where wrapped_key is not null;

create policy data_keys_wrapped on data_keys for select using (${ROTATING} and wrapped_key is not null);
create policy provider_connections_wrapped on provider_connections for select using (${ROTATING});
create policy callback_inbox_wrapped on callback_inbox for select using (${ROTATING} and wrapped_key is not null);

set local search_path to default;
`;

const DOWN = `
set local search_path = customer_verifications;

drop policy data_keys_wrapped on data_keys;
drop policy provider_connections_wrapped on provider_connections;
drop policy callback_inbox_wrapped on callback_inbox;
drop index data_keys_ring_key_idx;
drop index provider_connections_ring_key_idx;
drop index callback_inbox_ring_key_idx;

set local search_path to default;
`;

/** Data keys are found by the key of the ring that wraps them, so that another can take its place. */
export class KeyRotation1764000400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
