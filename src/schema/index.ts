export { ENTITIES } from './entities.js';
export {
  assertProductionDatabase,
  grantToApplication,
  migrate,
  pendingMigrations,
  runVerificationsMigrations,
  SCHEMA,
} from './migrate.js';
