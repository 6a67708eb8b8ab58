import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
set local search_path = customer_verifications;

alter table verifications add column left_open boolean not null default false;

set local search_path to default;
`;

const DOWN = `
alter table customer_verifications.verifications drop column left_open;
`;

/** What our side has closed while the vendor still held it open is closed there, too. */
export class LeftOpen1764000600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
