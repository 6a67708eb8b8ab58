export { ENTITIES } from './entities.js';
export {
  assertProductionDatabase,
  DatabaseRefusal,
  grantToApplication,
  migrate,
  pendingMigrations,
  runVerificationsMigrations,
  SCHEMA,
} from './migrate.js';
