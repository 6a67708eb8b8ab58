import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../dist/src/database/embedded/embedded-postgres.js';
import { incarnationOf } from '../dist/src/database/embedded/embedded-processes.js';
import { dropDatabasesOf, dropOrphanedDatabases } from './support/test-databases.mjs';

const PREFIX = 'cv-test-postgres-';

/** One server for the whole run: the one that DATABASE_URL names, else an embedded one that lives as long as the run. */
export default async function globalSetup() {
  // Jest calls this once for each project that has tests to run.
  if (process.env.CV_TEST_SERVER_URL !== undefined && globalThis.closeTestServer !== undefined) return;
  const owner = {
    host: hostname(),
    pid: process.pid,
    incarnation: incarnationOf(process.pid),
    run: randomBytes(5).toString('hex'),
  };
  const given = process.env.DATABASE_URL;
  const server = given === undefined || given === '' ? await startTemporaryServer(owner) : useGivenServer(given, owner);
  process.env.CV_TEST_SERVER_URL = server.url;
  process.env.CV_TEST_OWNER = JSON.stringify(owner);
  globalThis.closeTestServer = server.close;
}

function useGivenServer(url, owner) {
  return {
    url,
    close: async () => {
      await dropDatabasesOf(url, owner);
      await dropOrphanedDatabases(url, owner.host, incarnationOf);
    },
  };
}

async function startTemporaryServer(owner) {
  await removeLeftServers();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${owner.pid}-${owner.incarnation}-`));
  // Root's server runs as somebody else, who must be able to pass.
  chmodSync(folder, 0o711);
  const server = await startEmbeddedPostgres({
    dataFolder: folder,
    // Nothing here needs to survive a power cut.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  const close = async () => {
    await server.stop();
    await removeEmbeddedPostgres(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: server.adminUrl, close };
}

/** A run that was killed leaves its server running; its folder's name says whose it was. */
async function removeLeftServers() {
  for (const name of readdirSync(tmpdir())) {
    const [pid, incarnation] = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-') : [];
    if (incarnation === undefined || incarnation === incarnationOf(Number(pid))) continue;
    const folder = join(tmpdir(), name);
    try {
      if (await removeEmbeddedPostgres(folder)) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another user's: theirs to remove.
    }
  }
}
