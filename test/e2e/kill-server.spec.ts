import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..');

describe('a development server that is killed in the middle of its work', () => {
  it('comes back with its database and everything that it had acknowledged', async () => {
    const args = ['scripts/kill-server.mjs', '--rounds', '2', '--creates', '60'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
    expect(stdout.match(/^round \d: .*$/gm)).toHaveLength(2);
    expect(stdout).toMatch(/\n[1-9]\d* acknowledged, \d+ starts at the vendor, 0 faults\n$/);
  }, 180_000);
});
