import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { identityOf, isAlive } from './processes.mjs';
import { SetupError, say } from './say.mjs';

const INPUTS = [
  'src',
  'migrations',
  'ormconfig.ts',
  'tsconfig.json',
  'nest-cli.json',
  'package.json',
  'package-lock.json',
];
const SETUP_INPUTS = ['scripts/tsconfig.build.json', 'scripts/setup/build.mjs'];
const KEEP = 3;

/**
 * Compiles the project into `.build/<hash of what goes in>`, unless it is there, and points `dist` at it. Returns the folder;
 * it stays while a process that {@link holdBuild} named is alive, whatever is built meanwhile.
 */
export function build(root, node, tell = say) {
  const hash = hashInputs(root);
  const folder = join(root, '.build', hash);
  if (!existsSync(folder)) {
    tell('Building');
    compile(root, node, hash);
  }
  pointDist(root, hash);
  prune(root, hash);
  return folder;
}

/** Keeps a build from being removed while the process `pid` lives. */
export function holdBuild(folder, pid = process.pid) {
  mkdirSync(`${folder}.held`, { recursive: true });
  writeFileSync(join(`${folder}.held`, identityOf(pid)), '');
}

function compile(root, node, hash) {
  const fresh = join(root, '.build', `${hash}.${process.pid}.part`);
  const config = `${fresh}.json`;
  rmSync(fresh, { recursive: true, force: true });
  const compilerOptions = { rootDir: '..', outDir: fresh };
  writeFileSync(config, JSON.stringify({ extends: '../scripts/tsconfig.build.json', compilerOptions }));
  try {
    const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
    const { status } = spawnSync(node, [nest, 'build', '--path', relative(root, config)], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    if (status !== 0) throw new SetupError('The build failed: see above.');
    renameSync(fresh, join(root, '.build', hash));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(config, { force: true });
  }
}

function hashInputs(root) {
  const hash = createHash('sha256');
  const add = (path) => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    if (stats === undefined || path.endsWith('.spec.ts')) return;
    if (stats.isDirectory()) for (const name of readdirSync(join(root, path)).sort()) add(`${path}/${name}`);
    else hash.update(`${path}\0${stats.size}\0`).update(readFileSync(join(root, path)));
  };
  [...INPUTS, ...SETUP_INPUTS].forEach(add);
  return hash.digest('hex').slice(0, 16);
}

/** `dist` changes in one step, so that no reader ever finds it missing. */
function pointDist(root, hash) {
  const dist = join(root, 'dist');
  const fresh = join(root, '.build', `dist.${process.pid}`);
  rmSync(fresh, { force: true });
  symlinkSync(join('.build', hash), fresh);
  // A compiler that somebody called by hand leaves a folder of this name.
  if (lstatSync(dist, { throwIfNoEntry: false })?.isDirectory() === true) rmSync(dist, { recursive: true });
  renameSync(fresh, dist);
}

function prune(root, current) {
  // We hold the lock: an unfinished build is one that was killed.
  for (const name of readdirSync(join(root, '.build'))) {
    if (/\.part(\.json)?$|^dist\./.test(name)) rmSync(join(root, '.build', name), { recursive: true, force: true });
  }
  const builds = readdirSync(join(root, '.build')).filter((name) => /^[0-9a-f]{16}$/.test(name) && name !== current);
  const age = (name) => statSync(join(root, '.build', name)).mtimeMs;
  const old = builds.sort((one, other) => age(other) - age(one)).slice(KEEP - 1);
  for (const name of old) {
    const folder = join(root, '.build', name);
    if (isHeld(folder)) continue;
    rmSync(folder, { recursive: true, force: true });
    rmSync(`${folder}.held`, { recursive: true, force: true });
  }
}

function isHeld(folder) {
  if (!existsSync(`${folder}.held`)) return false;
  const holders = readdirSync(`${folder}.held`);
  for (const holder of holders) if (!isAlive(holder)) rmSync(join(`${folder}.held`, holder), { force: true });
  return holders.some(isAlive);
}
