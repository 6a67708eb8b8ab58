import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { built } from './built.mjs';

const SERVER_SETTINGS = { max_connections: '200' };

/**
 * @typedef {object} FaultyDatabase
 * @property {string} ownerUrl above row-level security: for looking behind it
 * @property {string} appUrl a plain role, as the service has it in production
 * @property {Server | null} server null where the server is another's: nobody kills or stops that
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Server
 * @property {() => void} kill `kill -9` of the postmaster; somebody starts it again on its port within a second or so
 * @property {(whole: boolean) => void} freeze SIGSTOP of the postmaster, or of all of the server's processes
 * @property {() => void} thaw
 */

/**
 * A migrated database with the two roles of production: on an embedded server below `folder`, or a new one on the server of
 * `DATABASE_URL`, whose role must be able to make databases and roles above row-level security.
 * @param {string} folder
 * @returns {Promise<FaultyDatabase>}
 */
export async function openDatabase(folder) {
  const { migrate } = await built('src/schema/index.js');
  const database = process.env.DATABASE_URL ? await foreign(process.env.DATABASE_URL) : await embedded(folder);
  try {
    await migrate(database.ownerUrl, database.appUrl, () => undefined);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function embedded(folder) {
  const { startEmbeddedPostgres, removeEmbeddedPostgres } = await built('src/database/embedded/index.js');
  const server = await startEmbeddedPostgres({ dataFolder: folder, settings: SERVER_SETTINGS });
  const postmaster = () =>
    Number(readFileSync(join(server.folder, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const stopped = new Set();
  const thaw = () => {
    for (const pid of stopped) signal(pid, 'SIGCONT');
    stopped.clear();
  };
  return {
    ownerUrl: server.ownerUrl,
    appUrl: server.appUrl,
    server: {
      kill: () => process.kill(postmaster(), 'SIGKILL'),
      freeze: (whole) => {
        const first = postmaster();
        // The postmaster first: it would make new processes of those that ask.
        for (const pid of [first, ...(whole ? childrenOf(first) : [])]) if (signal(pid, 'SIGSTOP')) stopped.add(pid);
      },
      thaw,
    },
    close: async () => {
      thaw();
      await server.stop();
      await removeEmbeddedPostgres(folder);
    },
  };
}

async function foreign(url) {
  const name = `cv_faults_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(18).toString('hex');
  await connected(url, async (client) => {
    await client.query(`create role "${name}" login nosuperuser nobypassrls password '${password}'`);
    await client.query(`create database "${name}"`);
  });
  const ownerUrl = Object.assign(new URL(url), { pathname: `/${name}` }).href;
  return {
    ownerUrl,
    appUrl: Object.assign(new URL(ownerUrl), { username: name, password }).href,
    server: null,
    close: () =>
      connected(url, async (client) => {
        await client.query(`drop database if exists "${name}" with (force)`);
        await client.query(`drop role if exists "${name}"`);
      }),
  };
}

/** Runs `work` with a connection of its own, every statement of which has ten seconds. */
export async function connected(connectionString, work) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000, query_timeout: 10_000 });
  // A server that is killed in between says so to the statement; the event alone would end this process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function childrenOf(parent) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

function signal(pid, name) {
  try {
    return process.kill(pid, name);
  } catch {
    // Gone since we looked.
    return false;
  }
}
