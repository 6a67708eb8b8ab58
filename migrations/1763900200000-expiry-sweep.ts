import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The row falls due no earlier than its pass or its window ends: then time alone decides, and nobody is asked. */
const ENDED_BY_TIME = `(awaiting is distinct from 'review'
  and due_at >= case status when 'verified' then expires_at when 'pending' then window_ends_at end)`;

const UP = `
set local search_path = customer_verifications;

-- Each due row is in one of two places: a backlog of what time ends must not lie in front of what a provider is asked about.
drop index verifications_due_idx;
create index verifications_due_idx on verifications (due_at) where due_at is not null and ${ENDED_BY_TIME} is not true;
-- Whether there is any, at the cost of one look; and whose they are, whatever one tenant's backlog is.
create index verifications_ending_idx on verifications (due_at) where ${ENDED_BY_TIME};
create index verifications_ending_tenant_idx on verifications (organization_id, livemode, due_at) where ${ENDED_BY_TIME};

set local search_path to default;
`;

const DOWN = `
drop index customer_verifications.verifications_ending_tenant_idx;
drop index customer_verifications.verifications_ending_idx;
drop index customer_verifications.verifications_due_idx;
create index verifications_due_idx on customer_verifications.verifications (due_at) where due_at is not null;
`;

/** Two kinds of due rows, each with an index of its own: what a provider is asked about, and what time alone ends. */
export class ExpirySweep1763900200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
