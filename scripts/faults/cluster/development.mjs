import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built } from './built.mjs';
import { Service } from './service.mjs';
import { readJournal } from './vendor.mjs';

/**
 * A development server in a folder of its own, which brings its database and its vendor along: a cluster of one process. The folder's one
 * organization is its only tenant, so it serves for one round.
 * @param {{ keep: boolean }} settings
 * @returns {Promise<import('./cluster.mjs').Cluster>}
 */
export async function openDevelopment({ keep }) {
  const folder = mkdtempSync(join(tmpdir(), 'cv-faults-'));
  // Root's database runs as somebody else, who must be able to pass.
  chmodSync(folder, 0o711);
  const env = { DATA_FOLDER: folder, PORT: '0', LOG_LEVEL: 'error', WAIT_MS: '500', CALL_DEADLINE_MS: '3000' };
  const service = new Service({ name: 'development', role: 'api', env, folder, ready: /serve at +(\S+)$/ });
  const { removeEmbeddedPostgres } = await built('src/database/embedded/index.js');
  const close = async () => {
    await service.close();
    await removeEmbeddedPostgres(folder);
    if (!keep) rmSync(folder, { recursive: true, force: true });
  };
  try {
    await service.start();
    const { loadDevelopmentSecrets } = await built('src/config/development-secrets.js');
    const { organizationId, testKey: key } = loadDevelopmentSecrets(folder);
    const journal = readJournal(join(folder, 'sandbox-journal.jsonl'));
    const tenant = async () => ({ organizationId, key });
    return { database: databaseIn(folder), vendor: journal, services: [service], folder, tenant, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Its port may be another after every start. */
function databaseIn(folder) {
  const pidFile = () => readFileSync(join(folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n');
  const { superuser } = JSON.parse(readFileSync(join(folder, 'postgres', 'server.json'), 'utf8'));
  return {
    get ownerUrl() {
      return `postgresql://postgres:${superuser}@127.0.0.1:${pidFile()[3]}/customer_verifications`;
    },
    server: { kill: () => process.kill(Number(pidFile()[0]), 'SIGKILL') },
  };
}
