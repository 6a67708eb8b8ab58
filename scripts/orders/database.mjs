import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../dist/src/database/embedded/embedded-postgres.js';
import { migrate } from '../../dist/src/schema/index.js';

/** Order is what is looked at here, not what survives a power cut. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '100' };

/**
 * @typedef {object} OrdersDatabase
 * @property {string} appUrl a plain role, bound by row-level security
 * @property {pg.Pool} owner sees behind row-level security
 * @property {() => Promise<number>} deadlocks how many there have been
 * @property {() => Promise<void>} close removes everything
 */

/**
 * A migrated, empty database on the server of DATABASE_URL, whose role must be able to make databases; else on an embedded one.
 * @returns {Promise<OrdersDatabase>}
 */
export async function openDatabase() {
  const given = process.env.DATABASE_URL;
  const server = given ? { url: given, close: async () => undefined } : await startServer();
  const name = `cv_orders_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(18).toString('hex');
  const drop = async (client) => {
    await client.query(`drop database if exists "${name}" with (force)`);
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name]);
    if (rowCount === 1) await client.query(`drop role "${name}"`);
  };
  try {
    const own = await connected(server.url, (client) => create(client, name, password));
    const ownerUrl = urlOf(server.url, { name });
    const appUrl = own ? urlOf(server.url, { name, role: name, password }) : ownerUrl;
    await migrate(ownerUrl, appUrl, () => undefined);
    const owner = new pg.Pool({ connectionString: ownerUrl, max: 4 });
    // A connection may be cut by the dropping of its database.
    owner.on('error', () => undefined);
    const close = async () => {
      await owner.end();
      await connected(server.url, drop);
      await server.close();
    };
    return { appUrl, owner, close, deadlocks: () => deadlocksIn(owner, name) };
  } catch (error) {
    await connected(server.url, drop).finally(() => server.close());
    throw error;
  }
}

/** False where the server's role makes no roles: it is then itself a plain one, as the application's is. */
async function create(client, name, password) {
  await client.query(`create database "${name}"`);
  const { rows } = await client.query(
    'select rolsuper or rolcreaterole as able from pg_roles where rolname = current_user',
  );
  if (rows[0].able) await client.query(`create role "${name}" login nosuperuser nobypassrls password '${password}'`);
  return rows[0].able;
}

async function deadlocksIn(owner, name) {
  const { rows } = await owner.query('select deadlocks::integer from pg_stat_database where datname = $1', [name]);
  return rows[0].deadlocks;
}

async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), 'cv-orders-'));
  // Root's server runs as somebody else, who must be able to pass.
  chmodSync(folder, 0o711);
  const server = await startEmbeddedPostgres({ dataFolder: folder, settings: SETTINGS });
  const close = async () => {
    await server.stop();
    await removeEmbeddedPostgres(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: server.adminUrl, close };
}

async function connected(connectionString, work) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  await client.connect();
  return await work(client).finally(() => client.end());
}

function urlOf(server, { name, role, password }) {
  const url = new URL(server);
  url.pathname = `/${name}`;
  if (role !== undefined) Object.assign(url, { username: role, password });
  return url.href;
}
