import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AppError } from '../errors/index.js';
import { pendingMigrations } from '../schema/index.js';

/** Whether the process can do its work. */
@Injectable()
export class Readiness {
  #migrated = false;

  constructor(private readonly dataSource: DataSource) {}

  /** Throws `SERVICE_UNAVAILABLE`, or the database's own error, where the database is away or lacks migrations. */
  async assert(): Promise<void> {
    if (this.#migrated) {
      await this.dataSource.query('select 1');
      return;
    }
    const pending = await pendingMigrations(this.dataSource);
    if (pending.length > 0) {
      throw new AppError('unavailable', 'SERVICE_UNAVAILABLE', 'The database has not been migrated.');
    }
    // Migrations are never taken back under a running process: from now on an answer is enough.
    this.#migrated = true;
  }
}
