import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres } from '#app/database/embedded/index.js';
import { within } from '#app/platform/deadline.js';

const ROOT = join(import.meta.dirname, '..', '..');
const SERVES = /serve at +http:\/\/127\.0\.0\.1:(\d+)[\s\S]*\(live\)/;

describe('a development server', () => {
  let folder: string;
  let child: ChildProcess | undefined;
  let said: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cv-process-'));
    // Root's database runs as somebody else, who must be able to pass.
    chmodSync(folder, 0o711);
    said = '';
  });
  afterEach(async () => {
    if (child?.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await removeEmbeddedPostgres(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (): { process: ChildProcess; ended: Promise<number | null> } => {
    const env = { PATH: process.env['PATH'], DATA_FOLDER: folder, PORT: '0', LOG_LEVEL: 'error' };
    const started = spawn(process.execPath, ['dist/src/main.js'], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    child = started;
    return { process: started, ended: once(started, 'exit').then(([code]) => code as number | null) };
  };
  const saying = async ({ stdout }: ChildProcess, words: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = words.exec(said);
      if (found) return found;
      await once(stdout!, 'data');
    }
  };
  const databaseRuns = (): boolean => existsSync(join(folder, 'postgres', 'cluster', 'postmaster.pid'));
  const databaseIsMade = (): boolean => existsSync(join(folder, 'postgres', 'cluster', 'PG_VERSION'));

  it('leaves no database running when its start fails half-way', async () => {
    mkdirSync(join(folder, 'sandbox-journal.jsonl'));
    expect(await start().ended).toBe(1);
    expect(said).toContain('EISDIR');
    expect([databaseIsMade(), databaseRuns()]).toEqual([true, false]);
  });

  it('leaves no database running when its start is interrupted', async () => {
    const { process: started, ended } = start();
    await saying(started, /migrated/);
    expect(databaseRuns()).toBe(true);
    started.kill('SIGINT');
    expect(await ended).toBe(0);
    expect([databaseIsMade(), databaseRuns()]).toEqual([true, false]);
  });

  it('takes nobody else once it is told to stop, and at a second signal does not wait for who is still sending', async () => {
    const { process: started, ended } = start();
    const [, port] = await saying(started, SERVES);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('POST /v1/verifications HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf');
    const began = performance.now();
    // As Ctrl-C does: once from the terminal, once from whatever started the service.
    started.kill('SIGINT');
    started.kill('SIGTERM');
    await refused(Number(port));
    while ((await within(100, ended)) === null) started.kill('SIGTERM');
    expect(await ended).toBe(0);
    const tookMs = performance.now() - began;
    expect(tookMs).toBeGreaterThan(1_000);
    expect(tookMs).toBeLessThan(10_000);
    expect(databaseRuns()).toBe(false);
    socket.destroy();
  });
});

/** Resolves when nobody listens on the port any more. */
async function refused(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (!connected) return;
  }
}
