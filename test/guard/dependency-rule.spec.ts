import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { projectFiles, projectRoot } from './project-files.js';

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

const CONFIG = join(projectRoot, 'scripts/dependency-cruiser.config.cjs');
const CLI = join(projectRoot, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

async function violationsIn(folder: string, roots: readonly string[]): Promise<Violation[]> {
  const run = promisify(execFile);
  const { stdout, stderr } = await run(process.execPath, [CLI, '--config', CONFIG, '--output-type', 'json', ...roots], {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
    // Violations found are exit status 1 too, with the answer in stdout.
  }).catch((error: unknown) => error as { stdout: string; stderr: string });
  if (!stdout.startsWith('{')) throw new Error(stderr);
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

/** One wrong arrow for each rule: [rule, file, what it imports]. Between our own files the import is of a type alone. */
const WRONG: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['no-cycle', 'src/platform/clock.ts', 'src/platform/ids.ts'],
  ['no-unresolvable', 'src/platform/a.ts', './nowhere.js'],
  ['no-undeclared-package', 'src/platform/b.ts', 'undeclared'],
  ['no-dev-package-in-src', 'src/platform/c.ts', 'for-development'],
  ['no-test-in-src', 'src/platform/d.ts', 'test/support/database.ts'],
  ['no-spec-as-module', 'test/e2e/one.spec.ts', 'test/e2e/two.spec.ts'],
  ['test-support-below-tests', 'test/support/rows.ts', 'test/e2e/server.ts'],
  ['platform-below-all', 'src/platform/e.ts', 'src/errors/index.ts'],
  ['errors-on-platform-only', 'src/errors/a.ts', 'src/context/index.ts'],
  ['config-on-platform-only', 'src/config/a.ts', 'src/context/index.ts'],
  ['environment-at-the-root-only', 'src/events/a.ts', 'src/config/env.ts'],
  ['root-on-top', 'src/events/b.ts', 'src/index.ts'],
  ['library-without-root', 'src/index.ts', 'src/app.module.ts'],
  ['seam-on-platform-only', 'src/providers/observation.ts', 'src/errors/index.ts'],
  ['seam-without-vendors', 'src/providers/registry.ts', 'src/providers/alpha/index.ts'],
  ['seam-without-vendors', 'src/providers/vendor/client.ts', 'src/providers/alpha/index.ts'],
  ['seam-on-platform-only', 'src/providers/vendor/tokens.ts', 'src/errors/index.ts'],
  ['vendor-through-its-door', 'src/providers/adapters.ts', 'src/providers/alpha/alpha.adapter.ts'],
  ['vendors-named-by-the-list-only', 'src/verifications/a.ts', 'src/providers/alpha/index.ts'],
  ['vendor-below-the-seam', 'src/providers/alpha/a.ts', 'src/context/index.ts'],
  ['vendor-without-framework', 'src/providers/alpha/b.ts', '@nestjs/common'],
  ['vendor-without-registration-list', 'src/providers/alpha/c.ts', 'src/providers/adapters.ts'],
  ['vendors-apart', 'src/providers/alpha/d.ts', 'src/providers/beta/index.ts'],
  ['feature-through-its-door', 'src/verifications/b.ts', 'src/events/events.service.ts'],
  ['work-below-features', 'src/work/index.ts', 'src/verifications/index.ts'],
  ['database-below-features', 'src/database/index.ts', 'src/verifications/index.ts'],
];

/** Arrows that point the right way. */
const RIGHT: readonly (readonly [from: string, to: string])[] = [
  ['src/main.ts', 'src/config/env.ts'],
  ['src/development.ts', 'src/providers/beta/index.ts'],
  ['src/verifications/c.ts', 'src/work/index.ts'],
  ['src/verifications/d.ts', 'src/providers/registry.ts'],
  ['src/verifications/e.ts', 'src/platform/json.ts'],
  ['src/verifications/f.ts', 'src/verifications/wire.ts'],
  ['src/providers/beta/beta.adapter.ts', 'src/platform/json.ts'],
  ['src/providers/beta/a.ts', 'src/providers/reasons.ts'],
  ['src/providers/beta/c.ts', 'src/providers/vendor/client.ts'],
  ['src/providers/beta/b.ts', 'for-production'],
  ['src/context/a.ts', '@nestjs/common'],
  ['src/verifications/g.spec.ts', 'for-development'],
  ['src/verifications/h.spec.ts', 'test/support/database.ts'],
  ['test/e2e/a.spec.ts', 'test/support/database.ts'],
];

const PACKAGES = {
  dependencies: { 'for-production': '1.0.0' },
  devDependencies: { 'for-development': '1.0.0' },
  peerDependencies: { '@nestjs/common': '1.0.0' },
};

/** The way back of the cycle. */
const BACK = ['src/platform/ids.ts', 'src/platform/clock.ts'] as const;

function specifier(from: string, to: string): string {
  const up = '../'.repeat(from.split('/').length - 1);
  return to.endsWith('.ts') ? `${up === '' ? './' : up}${to.replace(/\.ts$/, '.js')}` : to;
}

async function write(folder: string, path: string, text: string): Promise<void> {
  await mkdir(join(folder, dirname(path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

async function makeTree(folder: string): Promise<void> {
  const arrows = [...WRONG.map(([, from, to]) => [from, to] as const), ...RIGHT, BACK];
  const ends = new Set(arrows.flat().filter((path) => path.endsWith('.ts')));
  for (const path of ends) {
    const imports = arrows
      .filter(([from]) => from === path)
      .map(([, to]) => `import ${to.endsWith('.ts') ? 'type ' : ''}{ x } from '${specifier(path, to)}';\n`);
    await write(folder, path, `${imports.join('')}export const y = x;\n`);
  }
  for (const name of ['for-production', 'for-development', '@nestjs/common', 'undeclared']) {
    await write(
      folder,
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
    );
    await write(folder, `node_modules/${name}/index.js`, '');
  }
  await write(folder, 'package.json', JSON.stringify({ name: 'fixture', type: 'module', ...PACKAGES }));
  await write(
    folder,
    'tsconfig.json',
    JSON.stringify({ compilerOptions: { module: 'nodenext', moduleResolution: 'nodenext' } }),
  );
}

describe('the dependency rule', () => {
  it('holds in this project', async () => {
    const roots = ['src', 'migrations', 'test', 'bench', 'ormconfig.ts'].filter((root) =>
      projectFiles().some((path) => path === root || path.startsWith(`${root}/`)),
    );
    expect(
      (await violationsIn(projectRoot, roots)).map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
    ).toEqual([]);
  });

  describe('on a tree with one wrong arrow of each kind', () => {
    let folder: string;
    let found: Violation[];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'dependency-rule-'));
      await makeTree(folder);
      found = await violationsIn(folder, ['src', 'test']);
    });

    afterAll(() => rm(folder, { recursive: true, force: true }));

    it.each(WRONG)('%s forbids that %s imports %s', (rule, from, to) => {
      const target = to.endsWith('.ts') || to.startsWith('.') ? to : expect.stringContaining(to);
      expect(found).toContainEqual(
        expect.objectContaining({ rule: expect.objectContaining({ name: rule }), from, to: target }),
      );
    });

    it.each(RIGHT)('%s may import %s', (from, to) => {
      expect(found.filter((violation) => violation.from === from && violation.to.includes(to))).toEqual([]);
    });

    it('shows a wrong arrow for every rule that there is', () => {
      const { forbidden } = createRequire(import.meta.url)(CONFIG) as { forbidden: { name: string }[] };
      expect(new Set(WRONG.map(([rule]) => rule))).toEqual(new Set(forbidden.map(({ name }) => name)));
    });
  });
});
