import type { MigrationInterface, QueryRunner } from 'typeorm';

const INBOX = 'customer_verifications.callback_inbox';

/** How an item may have ended, and that an ended one is due no more. */
const SETTLED = (outcomes: string): string => `
alter table ${INBOX} drop constraint callback_inbox_settled_check;
alter table ${INBOX} add constraint callback_inbox_settled_check check (
  (outcome is null and settled_at is null)
  or (outcome in (${outcomes}) and settled_at is not null and due_at is null)
);`;

const UP = `
alter table ${INBOX}
  add column about_organization_id uuid,
  add column about_livemode boolean,
  add constraint callback_inbox_about_check check ((about_organization_id is null) = (about_livemode is null));
${SETTLED("'heard', 'unknown_check', 'unanswered', 'unreadable'")}
`;

// The policies hold for the owner too, and would show it no row.
const DOWN = `
alter table ${INBOX} no force row level security;
update ${INBOX} set outcome = 'unanswered' where outcome = 'unreadable';
alter table ${INBOX} force row level security;
${SETTLED("'heard', 'unknown_check', 'unanswered'")}
alter table ${INBOX} drop constraint callback_inbox_about_check, drop column about_organization_id, drop column about_livemode;
`;

/** Whose checks a callback by the deployment's connection seems to be about, and an outcome for what can't be opened any more. */
export class InboxLanes1764000100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
