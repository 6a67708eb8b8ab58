import 'reflect-metadata';
import { ConfigurationError, readDatabaseEnvironment } from './config/env.js';
import { connectionFault } from './database/index.js';
import { migrate } from './schema/index.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

// `npm run migrate`: brings the database of DATABASE_URL up to date, as the role of DATABASE_MIGRATION_URL.
try {
  const { DATABASE_MIGRATION_URL: owner, DATABASE_URL: url } = readDatabaseEnvironment();
  await migrate(owner ?? url, url, say);
  say('the schema is up to date');
} catch (error) {
  const fault = connectionFault(error);
  const known = error instanceof ConfigurationError ? error.message : fault && `the database: ${fault}`;
  process.stderr.write(`${known ?? String((error as Error).stack)}\n`);
  process.exitCode = 1;
}
