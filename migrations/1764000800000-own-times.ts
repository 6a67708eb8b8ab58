import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
set local search_path = customer_verifications;

alter table verifications add column started_at timestamptz, add column passed_at timestamptz;

set local search_path to default;
`;

const DOWN = `
alter table customer_verifications.verifications drop column started_at, drop column passed_at;
`;

/** When the last start was made, and when the provider gave its pass, are told by columns of their own: all other times of a row are moved by what else happens to it. */
export class OwnTimes1764000800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
