// Runs the specs of those adapters whose vendors publish a contract, with the played vendors bound to the vendors' own contracts: a request or an answer that those don't
// describe fails. The contracts belong to the vendors and are no part of this project: CONTRACTS names the folder that holds them.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.env['CONTRACTS'] ?? '';

if (folder === '' || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
  process.stderr.write('CONTRACTS must name the folder of the vendors’ contracts\n');
  process.exit(2);
}
const played = resolve(root, 'test', 'vendors');
const vendors = readdirSync(played, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => readFileSync(resolve(played, name, `${name}.vendor.ts`), 'utf8').includes("contract: '"));
if (vendors.length === 0) throw new Error('no vendor names its contract');
const pattern = `src/providers/(${vendors.join('|')}|probes)`;
const args = ['scripts/run.mjs', 'test', '--selectProjects', 'unit', '--', pattern];
const tests = spawn(process.execPath, args, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, CONTRACTS: resolve(folder) },
});
tests.on('exit', (code) => process.exit(code ?? 1));
