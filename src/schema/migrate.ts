import { DataSource, type DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';
import { createDataSource, Database, type Statement } from '../database/index.js';

/** A database that a production process must not use. The message says what to do. */
export class DatabaseRefusal extends Error {
  override readonly name = 'DatabaseRefusal';
}

const DEVELOPMENT_KEYS: Statement = {
  name: 'api_keys_of_development',
  text: `select id, organization_id from customer_verifications.api_keys
    where principal_id = 'development' and revoked_at is null limit 10`,
};

/** Where all tables live, ours and the one that remembers which migrations ran. */
export const SCHEMA = 'customer_verifications';

/** Any 64-bit number that no other lock of the database has: "custveri" in ASCII. */
const ADVISORY_LOCK = '7166476024891371113';

const PRIVILEGES = `
grant usage on schema customer_verifications to ROLE;
grant select, insert, update on customer_verifications.verifications, customer_verifications.event_streams,
  customer_verifications.data_keys, customer_verifications.api_keys, customer_verifications.provider_gates to ROLE;
grant select, insert on customer_verifications.events, customer_verifications.evidence to ROLE;
grant update (body, salt) on customer_verifications.events to ROLE;
grant select, insert, update, delete on customer_verifications.idempotency_records, customer_verifications.provider_connections,
  customer_verifications.callback_inbox to ROLE;
grant select on customer_verifications.migrations to ROLE;`;

/**
 * Brings the schema up to date with the rights of the given data source; other tables and migrations of its database are left alone.
 * Two at once: the second waits, however long, and finds nothing to do. Returns the names of what ran.
 */
export async function runVerificationsMigrations(dataSource: DataSource): Promise<string[]> {
  const own = await migrationsDataSource(dataSource.options).initialize();
  const runner = own.createQueryRunner();
  try {
    await runner.query('select pg_advisory_lock($1)', [ADVISORY_LOCK]);
    await runner.query(`create schema if not exists ${SCHEMA}`);
    const ran = await own.runMigrations({ transaction: 'each' });
    return ran.map(({ name }) => name);
  } finally {
    // The lock belongs to the session, which ends here.
    await runner.release();
    await own.destroy();
  }
}

/** Gives a role what the application needs and no more: it can change no event, and drop nothing. */
export async function grantToApplication(dataSource: DataSource, role: string): Promise<void> {
  const quoted = `"${role.replaceAll('"', '""')}"`;
  await dataSource.query(PRIVILEGES.replaceAll('ROLE', quoted));
}

/** Migrations that this build knows and the database has not run; the names, oldest first. */
export async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  const [known] = await dataSource.query<[{ there: boolean }]>(
    `select to_regclass('${SCHEMA}.migrations') is not null as there`,
  );
  const ran = known.there ? await dataSource.query<{ name: string }[]>(`select name from ${SCHEMA}.migrations`) : [];
  return MIGRATIONS.map(({ name }) => name).filter((name) => !ran.some((row) => row.name === name));
}

/** Waiting for another migrator, and building an index of a large table, take as long as they take. */
const UNHURRIED = { query_timeout: 0, statement_timeout: 0, lock_timeout: 0, pipeline: false };

function migrationsDataSource(options: DataSourceOptions): DataSource {
  // One connection holds the lock while the other migrates, however small the given pool is.
  const poolSize = 2;
  const own = {
    poolSize,
    extra: { ...(options as { extra?: object }).extra, max: poolSize, ...UNHURRIED },
    cache: false,
    schema: SCHEMA,
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
    entities: [],
    subscribers: [],
  };
  return new DataSource({
    ...(options as object),
    ...own,
    name: undefined,
    synchronize: false,
    migrationsRun: false,
    dropSchema: false,
  } as never);
}

/**
 * Throws a {@link DatabaseRefusal} where production must not start: the role of the data source is above row-level security, or migrations are missing.
 * The message says what to do.
 */
export async function assertProductionDatabase(dataSource: DataSource): Promise<void> {
  const [role] = await dataSource.query<[{ above: boolean }]>(
    'select rolsuper or rolbypassrls as above from pg_roles where rolname = current_user',
  );
  if (role.above) {
    throw new DatabaseRefusal(
      'The role of the database connection bypasses row-level security: use one with neither SUPERUSER nor BYPASSRLS.',
    );
  }
  const pending = await pendingMigrations(dataSource);
  if (pending.length > 0) {
    throw new DatabaseRefusal(`The database lacks migrations (${pending.join(', ')}); run: npm run migrate`);
  }
  await assertNoDevelopmentKeys(dataSource);
}

/** Keys that `npm start` made when it was pointed at this database once: their holder is whoever has the developer's folder. */
async function assertNoDevelopmentKeys(dataSource: DataSource): Promise<void> {
  const found = await new Database(dataSource, { namedStatements: false }).unscoped<{
    id: string;
    organization_id: string;
  }>('api_key', DEVELOPMENT_KEYS, []);
  if (found.length === 0) return;
  const keys = found.map((key) => `\n  - id ${key.id}, organization ${key.organization_id}`).join('');
  throw new DatabaseRefusal(`The database holds development keys; revoke them (npm run api-key -- revoke):${keys}`);
}

/** Migrates as one role and gives the other what it needs. */
export async function migrate(ownerUrl: string, appUrl: string, progress: (line: string) => void): Promise<void> {
  const owner = await createDataSource({ url: ownerUrl, poolSize: 2, entities: [] }).initialize();
  try {
    const ran = await runVerificationsMigrations(owner);
    if (ran.length > 0) progress(`migrated: ${ran.join(', ')}`);
    const [ownerRole, appRole] = [ownerUrl, appUrl].map((url) => decodeURIComponent(new URL(url).username));
    if (appRole !== undefined && appRole !== '' && appRole !== ownerRole) await grantToApplication(owner, appRole);
  } finally {
    await owner.destroy();
  }
}
