import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
alter table customer_verifications.provider_gates drop column queued_until, add column queues jsonb not null default '{}';
`;

const DOWN = `
alter table customer_verifications.provider_gates drop column queues, add column queued_until timestamptz;
`;

/** A queue for each tenant before a limited vendor, in place of one for all. */
export class GateQueues1764000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
