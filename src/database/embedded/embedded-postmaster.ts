import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { PostgresBinaries } from './embedded-binaries.js';
import type { Cluster } from './embedded-cluster.js';
import { EmbeddedPostgresError } from './embedded-errors.js';
import type { ServerOwner } from './embedded-owner.js';
import { commandOf, someProcess } from './embedded-processes.js';
import { pause, span } from './embedded-waiting.js';

const POLL_MS = 10;
const QUIET_MS = 3_000;
const START_PATIENCE_MS = 30_000;
const STOP_PATIENCE_MS = 30_000;
const LOG_LIMIT_BYTES = 5_000_000;

/** What a server is started with. `settings` are PostgreSQL's own (`{ fsync: 'off' }`). */
export interface PostmasterPlan {
  readonly cluster: Cluster;
  readonly binaries: PostgresBinaries;
  readonly owner: ServerOwner | null;
  readonly settings: Readonly<Record<string, string>>;
  readonly progress: (line: string) => void;
}

/** A server that answers, on 127.0.0.1. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

interface PidFile extends Postmaster {
  readonly ready: boolean;
}

/**
 * The running server of the cluster, started if there is none; on `port` if one is
 * given. Whoever started it, and whatever
 * ended the one before, it comes back with its data. Throws an {@link EmbeddedPostgresError} when it can't.
 */
export async function ensurePostmaster(plan: PostmasterPlan, port?: number): Promise<Postmaster> {
  const patience = span(START_PATIENCE_MS);
  for (;;) {
    const running = await settledPostmaster(plan);
    if (running !== null) return running;
    dropStalePidFile(plan.cluster);
    const problem = await launch(plan, port ?? (await freePort()));
    if (problem === null) continue;
    // Each passes: another process took the port or started the server, or leftovers of a killed one are still ending.
    const passing = /could not bind|Address already in use|lock file|pre-existing shared memory/.test(problem);
    if (!passing || patience.over) throw new EmbeddedPostgresError(problem);
    await pause(100);
  }
}

/** Whether this very server still runs (another process with its id does not count). */
export function isRunning(cluster: Cluster, pid: number): boolean {
  return commandOf(pid)?.includes(` -D ${cluster.data} `) ?? false;
}

/** Ends the server of the cluster as PostgreSQL's "fast" shutdown does, if one runs, and waits until it is gone. */
export async function stopPostmaster(cluster: Cluster): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    const pid = readPidFile(cluster)?.pid;
    if (pid === undefined || !isRunning(cluster, pid)) return;
    process.kill(pid, signal);
    const patience = span(STOP_PATIENCE_MS);
    while (isRunning(cluster, pid) && !patience.over) await pause(POLL_MS);
  }
  throw new EmbeddedPostgresError(`the server in ${cluster.folder} does not stop`);
}

/** Waits while a server starts or stops; then the ready one, or `null`. */
async function settledPostmaster({ cluster, progress }: PostmasterPlan): Promise<Postmaster | null> {
  const tell = tellSometimes(progress);
  for (;;) {
    const file = readPidFile(cluster);
    if (file === null || !isRunning(cluster, file.pid)) return null;
    if (file.ready) return file;
    tell();
    await pause(POLL_MS);
  }
}

function tellSometimes(progress: (line: string) => void): () => void {
  let quiet = span(QUIET_MS);
  return () => {
    if (!quiet.over) return;
    progress('waiting for PostgreSQL, which puts its data in order');
    quiet = span(QUIET_MS);
  };
}

/** Line 1 is the process id, 4 the port, 8 the state (PostgreSQL's miscadmin.h). */
function readPidFile(cluster: Cluster): PidFile | null {
  try {
    const lines = fs.readFileSync(join(cluster.data, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * PostgreSQL itself refuses to start while any process has the id in a `postmaster.pid` left by a crash, be it a zombie or a
 * stranger. The file also guards against servers of the same data that still end: it goes only when there is none.
 */
function dropStalePidFile(cluster: Cluster): void {
  const file = join(cluster.data, 'postmaster.pid');
  if (!fs.existsSync(file) || someProcess((command) => belongsTo(cluster, command))) return;
  fs.rmSync(file, { force: true });
}

function belongsTo(cluster: Cluster, command: string): boolean {
  return command.includes(` -D ${cluster.data} `) || command.startsWith(`postgres: ${cluster.name}: `);
}

/** Starts a server; `null` once it is ready, else the reason why it ended. */
async function launch(plan: PostmasterPlan, port: number): Promise<string | null> {
  const { cluster, binaries, owner } = plan;
  const log = openLog(cluster, owner);
  const child = spawn(binaries.postgres, ['-D', cluster.data, ...serverOptions(plan, port)], {
    ...owner,
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', log.file, log.file],
    // A process group of its own: Ctrl-C reaches the application, which drains and then stops the server.
    detached: true,
  });
  fs.closeSync(log.file);
  child.unref();
  let problem = (): string | null => null;
  child.once('error', (error) => (problem = () => `${binaries.postgres} did not run (${error.message})`));
  // Read while we wait and not in the listener: the server may end long after, when its log is gone.
  child.once('exit', () => (problem = () => lastFatal(cluster, log.from)));
  const tell = tellSometimes(plan.progress);
  for (;;) {
    const found = problem();
    if (found !== null) return found;
    const file = readPidFile(cluster);
    if (file?.pid === child.pid && file?.ready === true) return null;
    tell();
    await pause(POLL_MS);
  }
}

function serverOptions({ cluster, settings }: PostmasterPlan, port: number): readonly string[] {
  const all: Record<string, string> = {
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Rows and parameters are personal data: neither details nor statements go to the log.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    ...settings,
    // Shown in the command lines of all the server's processes: how they are known when their parent is gone.
    cluster_name: cluster.name,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

// A file and no pipe: the server must go on writing when we are killed.
function openLog(cluster: Cluster, owner: ServerOwner | null): { file: number; from: number } {
  const size = fs.statSync(cluster.log, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT_BYTES) fs.renameSync(cluster.log, `${cluster.log}.old`);
  const file = fs.openSync(cluster.log, 'a', 0o600);
  if (owner !== null) fs.fchownSync(file, owner.uid, owner.gid);
  return { file, from: fs.fstatSync(file).size };
}

function lastFatal(cluster: Cluster, from: number): string {
  const lines = fs.readFileSync(cluster.log).subarray(from).toString('utf8').trim().split('\n');
  const fatal = lines.filter((line) => /FATAL|PANIC|could not|error while/.test(line));
  return `the server ended at once: ${(fatal.length > 0 ? fatal : lines.slice(-3)).join(' ')} (${cluster.log})`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
