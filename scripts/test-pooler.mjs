// The integration and e2e tests with Debian's pgbouncer in transaction mode between application and PostgreSQL: the embedded one, or the one
// that DATABASE_URL names (a superuser's).
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPooler } from './pooler/pooler.mjs';

const CONNECTIONS = '200';

async function startServer() {
  const given = process.env.DATABASE_URL;
  if (given) return { url: given, stop: () => undefined };
  const { removeEmbeddedPostgres, startEmbeddedPostgres } = await import('../dist/src/database/embedded/index.js');
  const folder = mkdtempSync(join(tmpdir(), 'cv-pooled-'));
  // Root's server runs as somebody else, who must be able to pass.
  chmodSync(folder, 0o711);
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: CONNECTIONS };
  const server = await startEmbeddedPostgres({ dataFolder: folder, settings });
  const stop = async () => {
    await server.stop();
    await removeEmbeddedPostgres(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: server.adminUrl, stop };
}

function runTests(url, pooler) {
  const env = { ...process.env, DATABASE_URL: url, CV_TEST_POOLER: String(pooler.port) };
  const args = ['test', '--', ...process.argv.slice(2), '--selectProjects', 'integration', 'e2e'];
  const tests = spawn('npm', args, { env, stdio: 'inherit' });
  // The tests hear the signal too and end by themselves; server and pooler go after them.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => tests.kill(signal));
  return new Promise((resolve, reject) => tests.once('error', reject).once('exit', (code) => resolve(code ?? 1)));
}

const server = await startServer();
try {
  const pooler = await startPooler(server.url);
  try {
    process.exitCode = await runTests(server.url, pooler);
  } finally {
    await pooler.stop();
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await server.stop();
}
