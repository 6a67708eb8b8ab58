import type { MigrationInterface, QueryRunner } from 'typeorm';

const ENDED_BY_TIME = `(awaiting is distinct from 'review'
  and due_at >= case status when 'verified' then expires_at when 'pending' then window_ends_at end)`;

const made = (columns: string): string => `
set local search_path = customer_verifications;

drop index verifications_due_idx;
create index verifications_due_idx on verifications (${columns}) where due_at is not null and ${ENDED_BY_TIME} is not true;
drop index callback_inbox_due_idx;
create index callback_inbox_due_idx on callback_inbox (${columns}) where due_at is not null;

set local search_path to default;
`;

/** Due rows in one order, also those due at the same microsecond: a walk through them can stop at any and go on from there. */
export class DueOrder1764000300000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(made('due_at, id'));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(made('due_at'));
  }
}
