import pg from 'pg';

/** The database and the role that the application has in the embedded server. */
export const APPLICATION = { database: 'customer_verifications', role: 'cv_app' } as const;

// Any number: two processes that start together make the database one after the other.
const LOCK = 7_312_004;

/**
 * Makes the application's database, and a role that may log in and nothing more (no superuser, bound by row-level
 * security). What exists stays as it is. `adminUrl` is a superuser's.
 */
export async function createApplicationDatabase(adminUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    if (await exists(client)) return;
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    if (await exists(client)) return;
    const role = `create role ${APPLICATION.role} login nosuperuser nocreatedb nocreaterole nobypassrls`;
    // DDL takes no parameters; the password is our own base64url.
    await client.query(`drop role if exists ${APPLICATION.role}; ${role} password '${password}'`);
    await client.query(`create database ${APPLICATION.database}`);
  } finally {
    await client.end();
  }
}

async function exists(client: pg.Client): Promise<boolean> {
  const found = await client.query('select from pg_database where datname = $1', [APPLICATION.database]);
  return found.rowCount === 1;
}
