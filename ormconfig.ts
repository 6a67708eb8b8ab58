import 'reflect-metadata';
import { MIGRATIONS } from './migrations/index.js';
import { readEnvironment } from './src/config/env.js';
import { createDataSource } from './src/database/index.js';
import { ENTITIES, SCHEMA } from './src/schema/index.js';

const { DATABASE_MIGRATION_URL, DATABASE_URL } = readEnvironment();

/** The data source of TypeORM's own commands: `typeorm migration:show -d dist/ormconfig.js`. */
const dataSource = createDataSource({
  url: DATABASE_MIGRATION_URL ?? DATABASE_URL ?? '',
  poolSize: 2,
  entities: ENTITIES,
});
dataSource.setOptions({
  migrations: MIGRATIONS,
  migrationsTableName: 'migrations',
  schema: SCHEMA,
  // The commands answer through it, on the terminal of who typed them.
  logger: 'simple-console',
  logging: ['error', 'warn'],
});

export default dataSource;
