import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The host's own migration; it is remembered in `public.migrations`. */
export class Ledger1700000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('create table public.events (id serial primary key, note text not null)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table public.events');
  }
}
