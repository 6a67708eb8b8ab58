// `npm test`, or the script that CV_TEST_SCRIPT names, on Debian's PostgreSQL 15, in a cluster of its own that is gone afterwards.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BIN = '/usr/lib/postgresql/15/bin';
const READY_WITHIN_MS = 30_000;

// PostgreSQL refuses to run as root: Debian's user nobody does.
const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const password = randomBytes(16).toString('hex');
const folder = mkdtempSync(join(tmpdir(), 'cv-pg15-'));
const data = join(folder, 'data');
const log = join(folder, 'log');

function makeCluster() {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (identity.uid !== undefined)
    for (const path of [folder, passwordFile]) chownSync(path, identity.uid, identity.gid);
  const options = [
    '--username=postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ];
  const made = spawnSync(join(BIN, 'initdb'), ['-D', data, ...options], { ...identity, cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb failed:\n${made.stderr ?? made.error?.message}`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function startCluster(port) {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'max_connections=200',
    'fsync=off',
  ];
  const file = openSync(log, 'a');
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const server = spawn(join(BIN, 'postgres'), args, { ...identity, cwd: folder, stdio: ['ignore', file, file] });
  const ended = new Promise((resolve) => server.once('exit', resolve).once('error', resolve));
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until && server.exitCode === null; await sleep(100)) {
    if (spawnSync(join(BIN, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]).status === 0)
      return { server, ended };
  }
  server.kill('SIGQUIT');
  throw new Error(`PostgreSQL 15 did not start:\n${readFileSync(log, 'utf8')}`);
}

function runTests(port) {
  const env = { ...process.env, DATABASE_URL: `postgres://postgres:${password}@127.0.0.1:${port}/postgres` };
  const args = process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [];
  const tests = spawn('npm', ['run', process.env.CV_TEST_SCRIPT ?? 'test', ...args], { env, stdio: 'inherit' });
  // The tests hear the signal too and end by themselves; the cluster goes after them.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => tests.kill(signal));
  return new Promise((resolve, reject) => tests.once('error', reject).once('exit', (code) => resolve(code ?? 1)));
}

try {
  if (!existsSync(join(BIN, 'postgres'))) {
    throw new Error(`No PostgreSQL 15 in ${BIN}. Debian: apt-get install postgresql-15`);
  }
  makeCluster();
  const port = await freePort();
  const { server, ended } = await startCluster(port);
  console.log(`PostgreSQL 15 on 127.0.0.1:${port}`);
  try {
    process.exitCode = await runTests(port);
  } finally {
    server.kill('SIGINT');
    await ended;
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
