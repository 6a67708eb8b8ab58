import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * A short run of `npm run test:orders` on the test server, with permutations or races alone: what it printed, and how it ended.
 * The same seed gives the same sets; how races go is never the same.
 */
export async function runOrders(...args: string[]): Promise<{ readonly code: number; readonly stdout: string }> {
  const env = { ...process.env, DATABASE_URL: process.env['CV_TEST_SERVER_URL'] };
  const script = ['scripts/orders.mjs', '--seed', '1', '--rounds', '0', '--races', '0', ...args];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, script, { cwd: ROOT, env });
    return { code: 0, stdout };
  } catch (error) {
    return error as { code: number; stdout: string };
  }
}
