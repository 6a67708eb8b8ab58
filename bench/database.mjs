import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../dist/src/database/embedded/embedded-postgres.js';
import { migrate } from '../dist/src/schema/index.js';
import { fill } from './fill.mjs';

/** Durability as PostgreSQL has it by default; only the room that any server of this size would be given. */
const SERVER_SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB', max_connections: '200' };

/**
 * @typedef {object} BenchDatabase
 * @property {string} ownerUrl above row-level security: for the handlers that set no tenant
 * @property {string} appUrl a plain role, as the service has it in production
 */

/**
 * A migrated and filled database `cv_bench_..` on the server of DATABASE_URL, whose role must be able to make databases and roles
 * above row-level security; else on an embedded server. Nothing stays but in the folder that `keep` names.
 * @param {import('./settings.mjs').Settings} settings
 * @param {(line: string) => void} tell
 * @param {import('./endings.mjs').Endings} endings of server and database
 * @param {typeof fill} filled what fills it
 * @returns {Promise<BenchDatabase>}
 */
export async function openDatabase(settings, tell, endings, filled = fill) {
  const foreign = process.env.DATABASE_URL;
  const url = foreign ? foreign : await startServer(settings.keep, endings);
  const kept = settings.keep !== undefined && !foreign;
  const name = kept ? `cv_bench_${settings.rows}_${settings.seed}` : `cv_bench_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(18).toString('hex');
  const urls = { ownerUrl: urlOf(url, { name }), appUrl: urlOf(url, { name, role: name, password }) };
  const found = await connected(url, (client) => exists(client, name));
  let whole = found;
  // Half a database is of no use to the next run.
  const end = () => (kept && whole ? undefined : connected(url, (client) => drop(client, name)));
  await endings.begin(() => connected(url, (client) => prepare(client, name, { password, found })), end);
  if (!found) {
    await migrate(urls.ownerUrl, urls.appUrl, () => undefined);
    await connected(urls.ownerUrl, (client) => filled(client, settings, tell));
    whole = true;
  }
  return urls;
}

async function exists(client, name) {
  return (await client.query('select from pg_database where datname = $1', [name])).rowCount === 1;
}

async function prepare(client, name, { password, found }) {
  const role = `"${name}" login nosuperuser nobypassrls password '${password}'`;
  if (found) return void (await client.query(`alter role ${role}`));
  await client.query(`create role ${role}`);
  await client.query(`create database "${name}"`).catch(async (error) => {
    await client.query(`drop role "${name}"`);
    throw error;
  });
}

async function drop(client, name) {
  await client.query(`drop database if exists "${name}" with (force)`);
  await client.query(`drop role if exists "${name}"`);
}

async function startServer(keep, endings) {
  const folder = keep === undefined ? mkdtempSync(join(tmpdir(), 'cv-bench-')) : resolve(keep);
  mkdirSync(folder, { recursive: true });
  // Root's server runs as somebody else, who must be able to pass.
  chmodSync(folder, 0o711);
  const start = () => startEmbeddedPostgres({ dataFolder: folder, settings: SERVER_SETTINGS });
  const { adminUrl } = await endings.begin(start, async (server) => {
    await server.stop();
    if (keep !== undefined) return;
    await removeEmbeddedPostgres(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  return adminUrl;
}

function urlOf(url, { name, role, password }) {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  if (role !== undefined) changed.username = role;
  if (password !== undefined) changed.password = password;
  return changed.href;
}

/**
 * Runs `work` with a connection of its own.
 * @template T
 * @param {string} connectionString
 * @param {(client: pg.Client) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function connected(connectionString, work) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  // A server that ends in between says so to the statement; the event alone would end this process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
