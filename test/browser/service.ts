import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The service in a process of its own, as `npm start` runs it, with a database made for it. */
export interface Service {
  readonly url: string;
  readonly testKey: string;
  stop(): Promise<void>;
}

const BANNER = /serve at +(\S+)[\s\S]*key \(test\) +(\S+)/;

/** Starts it on a free port; resolves when it has said where it serves. */
export async function startService(): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'cv-browser-'));
  // Root's database runs as somebody else, who must be able to pass.
  chmodSync(folder, 0o711);
  const environment = { PATH: process.env['PATH'], DATA_FOLDER: folder, PORT: '0', LOG_LEVEL: 'error' };
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [, url = '', testKey = ''] = await banner(child);
    return { url, testKey, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function banner(child: ChildProcess): Promise<RegExpExecArray> {
  let said = '';
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk);
    const found = BANNER.exec(said);
    if (found) return found;
  }
  throw new Error(`the service ended before it served:\n${said}`);
}
