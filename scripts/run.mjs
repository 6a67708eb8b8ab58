// Sets the project up (packages, its own Node, a build) as far as needed, then does what package.json's scripts ask for.
// Runs before anything is installed, on any Node from 20 on: no dependencies here or in ./setup.
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, holdBuild } from './setup/build.mjs';
import { become } from './setup/child.mjs';
import { install } from './setup/install.mjs';
import { withLock } from './setup/lock.mjs';
import { SetupError, say } from './setup/say.mjs';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

// What each command runs on the project's Node once it is set up; `dist` is the real folder of the build.
const COMMANDS = {
  start: (dist, args) => ({
    args: ['--enable-source-maps', join(dist, 'src', 'main.js'), ...args],
    // Compiled code of the last start: a third of the time that imports take.
    env: { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled') },
  }),
  test: (_dist, args) => ({ args: [...JEST, '--config', 'test/jest.config.mjs', ...args], env: { NODE_ENV: 'test' } }),
  check: (_dist, args) => ({ args: ['scripts/check.mjs', ...args], env: { NODE_ENV: 'test' } }),
  node: (_dist, args) => ({ args: ['--enable-source-maps', ...args] }),
};

async function main([name = 'start', ...args]) {
  const [major] = process.versions.node.split('.');
  if (Number(major) < 20) throw new SetupError(`Node 20 or newer is needed to begin with; this is ${major}.`);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined && name !== 'build') throw new SetupError(`unknown command: ${name}`, 2);
  const { node, dist } = await setUp();
  if (command === undefined) return;
  const { args: all, env } = command(dist, args);
  become(node, all, { cwd: root, env: { ...process.env, ...env }, started: (pid) => holdBuild(dist, pid) });
}

function setUp() {
  const waiting = (pid) => say(`Waiting for another set-up of this project (process ${pid})`);
  const work = async () => {
    const node = await install(root);
    const dist = build(root, node);
    holdBuild(dist);
    return { node, dist };
  };
  return withLock(join(root, '.build', 'lock'), work, waiting);
}

main(process.argv.slice(2)).catch((error) => {
  say(error instanceof SetupError ? error.message : error.stack);
  process.exitCode = error.exitCode ?? 1;
});
