import 'reflect-metadata';
import { readEnvironment } from './config/env.js';
import { migrate } from './schema/index.js';

// `npm run migrate`: brings the database of DATABASE_URL up to date, as the role of DATABASE_MIGRATION_URL.
const { DATABASE_MIGRATION_URL, DATABASE_URL } = readEnvironment();
if (!DATABASE_URL) throw new Error('DATABASE_URL is missing');
await migrate(DATABASE_MIGRATION_URL ?? DATABASE_URL, DATABASE_URL, (line) => void process.stdout.write(`${line}\n`));
process.stdout.write('the schema is up to date\n');
