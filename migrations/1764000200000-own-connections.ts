import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
set local search_path = customer_verifications;

alter table provider_connections
  alter column token_hash drop not null,
  add column version integer not null default 1,
  add column updated_by text not null default 'system:migration';
alter table provider_connections alter column version drop default, alter column updated_by drop default;
drop index provider_connections_token_idx;
create index provider_connections_token_idx on provider_connections (token_hash) where token_hash is not null;

set local search_path to default;
`;

const DOWN = `
set local search_path = customer_verifications;

-- What calls nobody back has no token, and had no row before. The owner is bound by the policies too.
alter table provider_connections no force row level security;
delete from provider_connections where token_hash is null;
alter table provider_connections force row level security;
drop index provider_connections_token_idx;
create index provider_connections_token_idx on provider_connections (token_hash);
alter table provider_connections alter column token_hash set not null, drop column version, drop column updated_by;

set local search_path to default;
`;

/** An organization's connections are set up by itself: who changed them last, and their version. */
export class OwnConnections1764000200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
