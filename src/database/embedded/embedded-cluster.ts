import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './embedded-binaries.js';
import { EmbeddedPostgresError } from './embedded-errors.js';
import { giveTo, reachableBy, systemFolder } from './embedded-owner.js';
import type { ServerOwner } from './embedded-owner.js';
import { someProcess } from './embedded-processes.js';

/** A data folder that `initdb` has made, with what belongs to it. */
export interface Cluster {
  /** Holds all of the below; removing it removes the data. */
  readonly folder: string;
  /** PostgreSQL's own data folder. */
  readonly data: string;
  readonly log: string;
  readonly users: string;
  /** Tells this cluster's processes from others'. */
  readonly name: string;
  readonly passwords: Passwords;
}

interface Passwords {
  readonly superuser: string;
  readonly application: string;
}

/**
 * The cluster of `<dataFolder>/postgres`, made at the first call. Where `owner` can't go there, that name is a link to a
 * folder of the system. Two processes may call this together: both get the same cluster.
 */
export async function openCluster(
  dataFolder: string,
  owner: ServerOwner | null,
  binaries: PostgresBinaries,
  { progress = () => undefined, sync = true }: { progress?: (line: string) => void; sync?: boolean } = {},
): Promise<Cluster> {
  const folder = locate(dataFolder, owner);
  if (!fs.existsSync(folder)) {
    progress('making a PostgreSQL database (the first time only)');
    await create(folder, owner, binaries.initdb, sync ? [] : ['--no-sync']);
  }
  const data = join(folder, 'cluster');
  try {
    const made = fs.readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
    if (made !== binaries.major) {
      throw new EmbeddedPostgresError(
        `the data in ${folder} is of version ${made}, the program of ${binaries.major}; move the folder away to start empty`,
      );
    }
    const { name, ...passwords } = JSON.parse(fs.readFileSync(join(folder, 'server.json'), 'utf8')) as Passwords & {
      name: string;
    };
    return { folder, data, log: join(folder, 'server.log'), users: join(folder, 'users'), name, passwords };
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    throw new EmbeddedPostgresError(`${folder} can't be read or is damaged (${(error as Error).message})`, {
      cause: error,
    });
  }
}

/** Where the cluster of `dataFolder` lies or will lie: `<dataFolder>/postgres` itself, or what that links to. */
function locate(dataFolder: string, owner: ServerOwner | null): string {
  fs.mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const place = join(fs.realpathSync(dataFolder), 'postgres');
  if (fs.lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true) return fs.readlinkSync(place);
  if (owner === null || fs.existsSync(place)) return place;
  // Passing through tells nobody what is inside, and the files there are closed themselves.
  fs.chmodSync(dataFolder, fs.statSync(dataFolder).mode | 0o011);
  return reachableBy(dataFolder, owner) ? place : linkElsewhere(place);
}

function linkElsewhere(place: string): string {
  const prefix = `data-${createHash('sha256').update(place).digest('hex').slice(0, 12)}-`;
  const elsewhere = join(systemFolder(), `${prefix}${randomBytes(4).toString('hex')}`);
  try {
    fs.symlinkSync(elsewhere, place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return fs.readlinkSync(place);
  }
  // What the same place linked to before was given up when somebody removed the link.
  for (const name of fs.readdirSync(systemFolder())) {
    const left = join(systemFolder(), name);
    const given = name.startsWith(prefix) && left !== elsewhere && !someProcess((command) => command.includes(left));
    if (given) fs.rmSync(left, { recursive: true, force: true });
  }
  return elsewhere;
}

// Made under another name and moved into place whole: a start that was killed half-way, or beside another, leaves no ruin.
async function create(
  folder: string,
  owner: ServerOwner | null,
  program: string,
  options: readonly string[],
): Promise<void> {
  const fresh = join(dirname(folder), `.${basename(folder)}-${process.pid}-${randomBytes(4).toString('hex')}`);
  const passwordFile = join(fresh, 'password');
  const passwords: Passwords = { superuser: secret(), application: secret() };
  const name = `cv_${randomBytes(6).toString('hex')}`;
  try {
    fs.mkdirSync(join(fresh, 'users'), { recursive: true, mode: 0o700 });
    fs.writeFileSync(passwordFile, passwords.superuser, { mode: 0o600 });
    fs.writeFileSync(join(fresh, 'server.json'), JSON.stringify({ name, ...passwords }), { mode: 0o600 });
    if (owner !== null) giveTo(owner, fresh);
    await initdb(program, owner, ['-D', join(fresh, 'cluster'), `--pwfile=${passwordFile}`, ...options]);
    fs.rmSync(passwordFile);
    fs.renameSync(fresh, folder);
  } catch (error) {
    fs.rmSync(fresh, { recursive: true, force: true });
    // Somebody else's was in place first: theirs is used.
    if (!fs.existsSync(folder)) throw error;
  }
}

async function initdb(program: string, owner: ServerOwner | null, options: readonly string[]): Promise<void> {
  const access = ['-U', 'postgres', '-A', 'scram-sha-256', '-E', 'UTF8', '--no-instructions'];
  // The built-in locale sorts alike on every machine.
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  try {
    await promisify(execFile)(program, [...access, ...locale, ...options], {
      ...owner,
      cwd: '/',
      env: { LC_ALL: 'C', TZ: 'UTC' },
    });
  } catch (error) {
    const failure = error as NodeJS.ErrnoException & { stderr?: string };
    throw new EmbeddedPostgresError(initdbProblem(failure, program), { cause: error });
  }
}

function initdbProblem(error: NodeJS.ErrnoException & { stderr?: string }, program: string): string {
  const said = error.stderr?.trim() ?? '';
  if (said.includes('could not look up effective user ID')) {
    return `user id ${process.getuid?.() ?? ''} has no entry in /etc/passwd, without which PostgreSQL makes no database`;
  }
  if (error.code === 'ENOENT' && fs.existsSync(program)) {
    return 'its programs need glibc, which this system (Alpine?) lacks';
  }
  return said === '' ? `${program} did not run (${error.message})` : said.split('\n').slice(0, 3).join(' ');
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}
