import { Logger } from '@nestjs/common';
import type { Logger as TypeOrmLogger } from 'typeorm';
import { sqlState } from './database.js';

/** What TypeORM has to say, in Nest's log: that a query failed and why in a word. Never the query, its parameters or a message. */
export class DatabaseLog implements TypeOrmLogger {
  readonly #logger = new Logger('Database');

  logQueryError(error: string | Error): void {
    const name = error instanceof Error && /^\w{1,64}$/.test(error.name) ? error.name : 'unknown';
    this.#logger.error({ event: 'query_failed', error: name, code: sqlState(error) });
  }

  log(level: 'log' | 'info' | 'warn'): void {
    // What it warns of (a connection of the pool that broke, above all) it quotes.
    if (level === 'warn') this.#logger.warn({ event: 'database_warning' });
  }

  logQuery(): void {
    // Nothing: a query in the log is a parameter in the log.
  }

  logQuerySlow(): void {
    // As above.
  }

  logSchemaBuild(): void {
    // As above.
  }

  logMigration(): void {
    // Who runs migrations names them.
  }
}
