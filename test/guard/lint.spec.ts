import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { projectRoot, textOf } from './project-files.js';

interface LintResult {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string; readonly severity: number }[];
}

const DOC = '/** A sample that the rules are tried on. */\n';

/** [rule, part of its message, where, text with that one fault] */
const WRONG: readonly (readonly [rule: string, message: string, path: string, text: string])[] = [
  ['@typescript-eslint/no-explicit-any', 'any', 'src/a/any.ts', 'export const sample: any = 1;'],
  [
    '@typescript-eslint/no-floating-promises',
    'Promises',
    'src/a/floating.ts',
    'async function later(): Promise<void> {}\nexport function sample(): void {\n  later();\n}',
  ],
  [
    '@typescript-eslint/no-floating-promises',
    'Promises',
    'src/a/floating.spec.ts',
    "it('waits', () => {\n  expect(Promise.resolve(1)).resolves.toBe(1);\n});",
  ],
  [
    '@typescript-eslint/switch-exhaustiveness-check',
    'not exhaustive',
    'src/a/switch.ts',
    "export function sample(way: 'up' | 'down'): number {\n  switch (way) {\n    case 'up':\n      return 1;\n  }\n  return 0;\n}",
  ],
  [
    '@typescript-eslint/consistent-type-imports',
    'only used as types',
    'src/a/import.ts',
    "import { Stats } from 'node:fs';\nexport type Sample = Stats;",
  ],
  ['@typescript-eslint/naming-convention', 'IRow', 'src/a/name.ts', 'export interface IRow {\n  a: 1;\n}'],
  ['no-restricted-syntax', 'enum', 'src/a/enum.ts', 'export enum Sample {\n  A = 1,\n}'],
  ['no-restricted-syntax', 'Export by name', 'src/a/default.ts', 'export default 1;'],
  ['no-restricted-syntax', 'Clock', 'src/a/now.ts', 'export const sample = Date.now();'],
  ['no-restricted-syntax', 'Clock', 'src/a/date.ts', 'export const sample = String(new Date());'],
  ['no-restricted-syntax', 'microseconds', 'src/a/date-type.ts', 'export interface Sample {\n  at: Date;\n}'],
  ['no-restricted-syntax', 'Clock', 'src/a/performance.ts', 'export const sample = performance.now();'],
  [
    'no-restricted-syntax',
    'src/platform',
    'src/a/timer.ts',
    'export function sample(): void {\n  setTimeout(sample, 1);\n}',
  ],
  [
    'no-restricted-imports',
    'src/platform',
    'src/a/timers.ts',
    "import { setTimeout } from 'node:timers/promises';\nexport const sample = setTimeout;",
  ],
  ['no-restricted-syntax', 'environment', 'src/a/env.ts', 'export const sample = process.env;'],
  ['no-restricted-syntax', 'environment', 'src/a/env-parts.ts', 'const { env } = process;\nexport const sample = env;'],
  [
    'no-restricted-imports',
    'global process',
    'src/a/process.ts',
    "import { env } from 'node:process';\nexport const sample = env;",
  ],
  [
    'no-restricted-syntax',
    'ends the process',
    'src/a/exit.ts',
    'export function sample(): void {\n  process.exit(1);\n}',
  ],
  [
    'no-restricted-syntax',
    'request-scoped',
    'src/a/scope.ts',
    "import { Scope } from '@nestjs/common';\nexport const sample = Scope.REQUEST;",
  ],
  [
    'no-restricted-syntax',
    'into the service',
    'src/a/a.controller.ts',
    'export class Sample {\n  get(a: boolean): number {\n    if (a) return 1;\n    return 2;\n  }\n}',
  ],
  [
    'no-restricted-imports',
    'AppError',
    'src/a/exception.ts',
    "import { NotFoundException } from '@nestjs/common';\nexport const sample = NotFoundException;",
  ],
  [
    'no-restricted-syntax',
    'More than four',
    'src/a/parameters.ts',
    'export function sample(a: 1, b: 1, c: 1, d: 1, e: 1): number[] {\n  return [a, b, c, d, e];\n}',
  ],
  ['no-console', 'console', 'src/a/console.ts', 'export function sample(): void {\n  console.log(1);\n}'],
  ['max-lines', '200', 'src/a/long.ts', `export const sample = [\n${'  1,\n'.repeat(200)}];`],
  [
    'max-lines-per-function',
    '40',
    'src/a/long-function.ts',
    `export function sample(): number[] {\n  return [\n${'    1,\n'.repeat(40)}  ];\n}`,
  ],
  [
    '@typescript-eslint/ban-ts-comment',
    'description',
    'src/a/expect-error.ts',
    '// @ts-expect-error\nexport const sample: string = 1;',
  ],
  ['no-undef', 'nowhere', 'scripts/undefined.mjs', 'console.log(nowhere);'],
];

/** What the same rules let pass: the places made for it. */
const RIGHT: readonly (readonly [path: string, text: string])[] = [
  [
    'src/platform/clock.ts',
    'export const sample = Date.now() + performance.now();\nexport function later(): void {\n  setTimeout(later, 1);\n}',
  ],
  ['src/config/env.ts', 'export const sample = process.env;'],
  ['src/main.ts', 'process.exit(1);'],
  ['ormconfig.ts', 'export default 1;'],
  ['test/e2e/a.spec.ts', "it('reads', () => {\n  expect(process.env['A'] ?? new Date()).toBeInstanceOf(Date);\n});"],
  [
    'src/a/b.service.ts',
    "import { Injectable } from '@nestjs/common';\nimport { C } from './c.js';\n\n@Injectable()\nexport class B {\n  constructor(readonly c: C) {}\n}",
  ],
  [
    'src/a/c.ts',
    'export class C {\n  constructor(\n    readonly a: 1,\n    readonly b: 1,\n    readonly c: 1,\n    readonly d: 1,\n    readonly e: 1,\n  ) {}\n}',
  ],
];

async function lint(folder: string): Promise<LintResult[]> {
  const args = [
    join(projectRoot, 'node_modules/eslint/bin/eslint.js'),
    '--config',
    join(projectRoot, 'scripts/eslint.config.mjs'),
    '--format',
    'json',
    '.',
  ];
  const run = promisify(execFile);
  const { stdout, stderr } = await run(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 })
    // Faults found are exit status 1 too, with the answer in stdout.
    .catch((error: unknown) => error as { stdout: string; stderr: string });
  if (!stdout.startsWith('[')) throw new Error(stderr);
  return JSON.parse(stdout) as LintResult[];
}

describe('the lint rules', () => {
  let folder: string;
  let results: LintResult[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lint-rules-'));
    for (const [path, text] of [...WRONG.map((row) => [row[2], row[3]] as const), ...RIGHT]) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await writeFile(join(folder, path), `${DOC}${text}\n`);
    }
    await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(folder, 'tsconfig.json'), textOf('tsconfig.json'));
    results = await lint(folder);
  }, 60_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  function messagesOf(path: string) {
    return results.find(({ filePath }) => filePath.endsWith(`/${path}`))?.messages ?? [];
  }

  it.each(WRONG)('%s (%s) finds the fault in %s', (rule, message, path) => {
    expect(messagesOf(path)).toContainEqual(
      expect.objectContaining({ ruleId: rule, message: expect.stringContaining(message), severity: 2 }),
    );
  });

  it.each(RIGHT)('find none in %s', (path) => {
    expect(results.some(({ filePath }) => filePath.endsWith(`/${path}`))).toBe(true);
    expect(messagesOf(path)).toEqual([]);
  });
});
