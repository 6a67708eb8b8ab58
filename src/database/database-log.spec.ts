import { Logger } from '@nestjs/common';
import { DatabaseLog } from './database-log.js';

describe("TypeORM's log", () => {
  let lines: unknown[];

  beforeEach(() => {
    lines = [];
    const keep = (...line: unknown[]): void => void lines.push(line.filter((part: unknown) => part !== undefined));
    Logger.overrideLogger({ log: keep, error: keep, warn: keep });
  });
  afterEach(() => {
    Logger.overrideLogger(['log', 'error', 'warn']);
  });

  const failed = (message: string, more: object): Error => Object.assign(new Error(message), more);

  it.each([
    [
      'a refusal of the database',
      failed('Key (email)=(ada@example.com)', { code: '23505', name: 'error' }),
      'error',
      '23505',
    ],
    ['a time-out', failed('Query read timeout of ada@example.com', {}), 'Error', null],
    ['a code that may be anything', failed('x', { code: 'ada@example.com' }), 'Error', null],
    ['a name that may be anything', failed('x', { name: 'ada@example.com' }), 'unknown', null],
    ['text', 'ada@example.com', 'unknown', null],
  ])('says of %s that it was, and nothing that was said or sent', (_, error, name, code) => {
    const log = new DatabaseLog();
    log.logQueryError.call(log, error, ...(['select $1', ['ada@example.com']] as unknown as []));
    expect(lines).toEqual([[{ event: 'query_failed', error: name, code }, 'Database']]);
  });

  it('repeats no warning, and nothing else', () => {
    const log = new DatabaseLog();
    for (const level of ['log', 'info', 'warn'] as const)
      log.log.call(log, level, ...(['ada@example.com'] as unknown as []));
    log.logQuery();
    log.logQuerySlow();
    log.logSchemaBuild();
    log.logMigration();
    expect(lines).toEqual([[{ event: 'database_warning' }, 'Database']]);
  });
});
