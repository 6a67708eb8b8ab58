import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
set local search_path = customer_verifications;

alter table verifications add column started_at timestamptz;

set local search_path to default;
`;

const DOWN = `
alter table customer_verifications.verifications drop column started_at;
`;

/** When the last start was made is told by a column of its own: claims, questions and deferrals move every other time of a row. */
export class StartedAt1764000800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
