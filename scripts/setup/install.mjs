import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { SetupError, say } from './say.mjs';

const STAMP = join('node_modules', '.setup-stamp');
const PINNED_NODE = join('node_modules', 'node', 'bin', 'node');
const TELL_EVERY_MS = 10_000;

/** Makes `node_modules` what package-lock.json says, unless it is; returns the path of the project's own Node. */
export async function install(root, tell = say) {
  const wanted = stampOf(root);
  if (!isInstalled(root, wanted)) {
    tell('Installing packages (npm ci); the first time takes about a minute');
    rmSync(join(root, STAMP), { force: true });
    await npmCi(root, tell);
  }
  if (readOrNull(join(root, STAMP)) !== wanted) {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(join(root, STAMP), wanted);
  }
  const node = join(root, PINNED_NODE);
  if (!existsSync(node)) throw new SetupError(noNode());
  return node;
}

function noNode() {
  return [
    `This project runs on its own Node 24, and ${PINNED_NODE} is missing: npm ran no install scripts`,
    '("ignore-scripts" in your npm configuration, or a policy on install scripts). Fetch it once with',
    '',
    '    npm rebuild node --ignore-scripts=false',
    '',
    'and repeat your command.',
  ].join('\n');
}

function stampOf(root) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { dependencies, devDependencies, peerDependencies, optionalDependencies, overrides, allowScripts } = manifest;
  const lists = [dependencies, devDependencies, peerDependencies, optionalDependencies, overrides, allowScripts];
  const lock = readFileSync(join(root, 'package-lock.json'));
  const machine = `${process.platform} ${process.arch}`;
  return createHash('sha256').update(lock).update(JSON.stringify(lists)).update(machine).digest('hex');
}

/** By our stamp, or, when somebody else called npm, by npm's own record of what lies in node_modules. */
function isInstalled(root, wanted) {
  if (readOrNull(join(root, STAMP)) === wanted) return true;
  const record = readOrNull(join(root, 'node_modules', '.package-lock.json'));
  if (record === null) return false;
  const there = JSON.parse(record).packages;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    // Packages for other platforms are not there.
    return there[path] === undefined ? optional === true || devOptional === true : there[path].version === version;
  });
}

async function npmCi(root, tell) {
  const { command, args, env } = npm(root);
  const options = ['ci', '--include=dev', '--no-audit', '--no-fund', '--progress=false', '--loglevel=error'];
  const began = performance.now();
  const ticker = setInterval(
    () => tell(`  still installing, ${Math.round((performance.now() - began) / 1000)} s`),
    TELL_EVERY_MS,
  );
  try {
    const child = spawn(command, [...args, ...options], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (status) => resolve(status ?? 1));
    });
    if (code !== 0) throw new SetupError('npm ci failed: see above. Nothing else was done.', code);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new SetupError('npm was not found: call this through npm, e.g. `npm start`.');
  } finally {
    clearInterval(ticker);
  }
}

/** The npm that called us, on the Node that it runs on: ours in node_modules goes away while npm replaces it. */
function npm(root) {
  const bin = join(root, 'node_modules', '.bin');
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== bin);
  // With NODE_ENV=production or an inherited `omit`, npm would leave out what builds and runs the embedded database.
  const { NODE_ENV: _env, npm_config_omit: _omit, npm_config_production: _production, ...rest } = process.env;
  const env = { ...rest, PATH: path.join(delimiter) };
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const called =
    script !== undefined && node !== undefined && /^npm(-cli)?\.c?js$/.test(basename(script)) && existsSync(node);
  return called && !node.startsWith(root) ? { command: node, args: [script], env } : { command: 'npm', args: [], env };
}

function readOrNull(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
