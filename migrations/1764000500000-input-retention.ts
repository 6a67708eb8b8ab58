import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
set local search_path = customer_verifications;

-- A destroyed key stays destroyed: another one may take its place, which opens nothing of what was kept before.
alter table data_keys add column generation integer not null default 1;
alter table evidence add column key_generation integer not null default 1;

create index data_keys_kept_idx on data_keys (organization_id, livemode, created_at) where wrapped_key is not null;
create policy data_keys_outdated on data_keys for select
  using (current_setting('customer_verifications.unscoped', true) = 'old_evidence' and wrapped_key is not null);

set local search_path to default;
`;

const DOWN = `
set local search_path = customer_verifications;

drop policy data_keys_outdated on data_keys;
drop index data_keys_kept_idx;
alter table evidence drop column key_generation;
alter table data_keys drop column generation;

set local search_path to default;
`;

/** Evidence can be shredded after a while, and what a check needs to know brought again under a new key. */
export class InputRetention1764000500000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
