// Debian's pgbouncer in transaction mode, in front of a PostgreSQL that a superuser's URL names.
import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PROGRAM = '/usr/sbin/pgbouncer';
const READY_WITHIN_MS = 10_000;

/**
 * Starts a pooler for all databases and roles of the server that `adminUrl` names. Any role logs in with its own password (the superuser
 * looks its secret up). Returns `through(url)`, which turns a direct URL into one by way of the pooler, and `stop()`.
 */
export async function startPooler(adminUrl, { poolSize = 10 } = {}) {
  if (!existsSync(PROGRAM)) throw new Error(`No ${PROGRAM}. Debian: apt-get install pgbouncer`);
  const folder = mkdtempSync(join(tmpdir(), 'cv-pooler-'));
  const port = await freePort();
  try {
    const { child, ended } = start(folder, configure(folder, new URL(adminUrl), port, poolSize));
    await ready(child, port, join(folder, 'log'));
    return {
      port,
      through: (url) => Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href,
      stop: async () => {
        // At once: what waits for clients would wait for those that a test has forgotten.
        child.kill('SIGTERM');
        await ended;
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function configure(folder, server, port, poolSize) {
  const admin = decodeURIComponent(server.username);
  const users = join(folder, 'users');
  writeFileSync(users, `${quoted(admin)} ${quoted(decodeURIComponent(server.password))}\n`, { mode: 0o600 });
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    pool_mode: 'transaction',
    // The roles' own secrets, as the server has them: pgbouncer logs in with what the client proved.
    auth_type: 'scram-sha-256',
    auth_file: users,
    auth_user: admin,
    auth_query: 'select usename, passwd from pg_shadow where usename = $1',
    max_client_conn: 2_000,
    default_pool_size: poolSize,
    server_idle_timeout: 5,
    // A server that was away is asked again soon, also when nobody has been let in meanwhile.
    server_login_retry: 1,
    ignore_startup_parameters: 'extra_float_digits',
    log_connections: 0,
    log_disconnections: 0,
    log_stats: 0,
  };
  const text = [
    '[databases]',
    `* = host=${server.hostname} port=${server.port || 5432}`,
    '[pgbouncer]',
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
  ];
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, `${text.join('\n')}\n`, { mode: 0o600 });
  return [file, users];
}

function start(folder, [config, users]) {
  // It refuses to run as root: Debian's user nobody does.
  const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const log = openSync(join(folder, 'log'), 'a');
  if (identity.uid !== undefined) {
    for (const path of [folder, config, users]) chownSync(path, identity.uid, identity.gid);
  }
  const child = spawn(PROGRAM, [config], { ...identity, cwd: '/', stdio: ['ignore', log, log] });
  return { child, ended: new Promise((resolve) => child.once('exit', resolve).once('error', resolve)) };
}

async function ready(child, port, log) {
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until && child.exitCode === null; await sleep(50)) {
    if (await listens(port)) return;
  }
  child.kill('SIGKILL');
  throw new Error(`pgbouncer did not start:\n${readFileSync(log, 'utf8')}`);
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const say = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => say(true)).once('error', () => say(false));
  });
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

function quoted(text) {
  return `"${text.replaceAll('"', '""')}"`;
}
