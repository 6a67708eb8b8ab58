import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** How a test database gets its tables. Run once a run, into a template that the databases of `key` are copied from. */
export interface TestSchema {
  /** Names the schema within the run, e.g. `current`; `[a-z0-9]{1,16}`. */
  readonly key: string;
  /** Makes the tables; `ownerUrl` is the template's database as its owner. */
  migrate(ownerUrl: string): Promise<void>;
  /** Grants the application's privileges to `role` in one copy, where template and role can't know each other. */
  grant?(ownerUrl: string, role: string): Promise<void>;
}

/** A database of one test file, on the server that test/global-setup.mjs provides. */
export interface TestDatabase {
  readonly name: string;
  /** The role that may log in through {@link appUrl}. */
  readonly role: string;
  /** Its owner (a superuser on the embedded server): for migrations and for looking behind row-level security. */
  readonly adminUrl: string;
  /** A role that is no superuser and is bound by row-level security, as the application has it in production; by way of a pooler, where the run has one. */
  readonly appUrl: string;
  /** {@link appUrl} without a pooler in between. */
  readonly directUrl: string;
  /** Removes database and role; open connections to it are cut. What is forgotten goes when the run ends. */
  drop(): Promise<void>;
}

/** Makes an empty database, or one with the tables of `schema` (a copy: about 30 ms). */
export async function createTestDatabase(schema?: TestSchema): Promise<TestDatabase> {
  const server = serverUrl();
  const name = `cv_test_${randomBytes(6).toString('hex')}`;
  const adminUrl = urlOf(server, { database: name });
  const template = schema === undefined ? undefined : await templateOf(server, schema);
  const password = randomBytes(18).toString('base64url');
  const own = await connected(server, async (client) => {
    await createDatabase(client, name, template);
    return createRole(client, name, password);
  });
  const role = own ? name : decodeURIComponent(new URL(server).username);
  if (own) await schema?.grant?.(adminUrl, role);
  const directUrl = own ? urlOf(adminUrl, { role, password }) : adminUrl;
  return {
    name,
    role,
    adminUrl,
    appUrl: pooled(directUrl),
    directUrl,
    drop: () => connected(server, (client) => dropDatabase(client, name, own)),
  };
}

async function createDatabase(client: pg.Client, name: string, template = 'template1'): Promise<void> {
  await client.query(`create database "${name}" template "${template}"`);
  await client.query(`comment on database "${name}" is ${pg.escapeLiteral(owner())}`);
}

async function dropDatabase(client: pg.Client, name: string, own: boolean): Promise<void> {
  await client.query(`drop database if exists "${name}" with (force)`);
  if (own) await client.query(`drop role if exists "${name}"`);
}

/** `false` where the server's role may not make roles: it is then itself the application's, and has to be a plain one. */
async function createRole(client: pg.Client, name: string, password: string): Promise<boolean> {
  const { rows } = await client.query<{ able: boolean; bypasses: boolean }>(
    `select rolsuper or rolcreaterole as able, rolsuper or rolbypassrls as bypasses from pg_roles where rolname = current_user`,
  );
  if (rows[0]?.able === true) {
    await client.query(`create role "${name}" login nosuperuser nobypassrls password '${password}'`);
    return true;
  }
  if (rows[0]?.bypasses === true) {
    throw new Error('DATABASE_URL: the role bypasses row-level security and can make no other');
  }
  return false;
}

async function templateOf(server: string, { key, migrate }: TestSchema): Promise<string> {
  const { run } = JSON.parse(owner()) as { run: string };
  const name = `cv_test_template_${run}_${key}`;
  await connected(server, async (client) => {
    // Workers come here together; the first one makes it and the others wait. The lock goes with the connection.
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]);
    const found = await client.query('select from pg_database where datname = $1', [name]);
    if (found.rowCount === 1) return;
    const fresh = `${name}_fresh`;
    await client.query(`drop database if exists "${fresh}" with (force)`);
    await createDatabase(client, fresh);
    await migrate(urlOf(server, { database: fresh }));
    // Renamed only now: a migration that failed leaves no template that looks whole.
    await client.query(`alter database "${fresh}" rename to "${name}"`);
  });
  return name;
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(
  url: string,
  { database, role, password }: { database?: string; role?: string; password?: string },
): string {
  const changed = new URL(url);
  if (database !== undefined) changed.pathname = `/${database}`;
  if (role !== undefined) changed.username = role;
  if (password !== undefined) changed.password = password;
  return changed.href;
}

/** Whether `npm run test:pooler` has put a pooler in transaction mode, which knows no named statements, in front of the server. */
export const BEHIND_POOLER = process.env['CV_TEST_POOLER'] !== undefined;

function pooled(url: string): string {
  const port = process.env['CV_TEST_POOLER'];
  return port === undefined ? url : Object.assign(new URL(url), { hostname: '127.0.0.1', port }).href;
}

function serverUrl(): string {
  const url = process.env['CV_TEST_SERVER_URL'];
  if (url === undefined) throw new Error('no test server: run through jest with test/global-setup.mjs');
  return url;
}

function owner(): string {
  return process.env['CV_TEST_OWNER'] ?? '{}';
}
