import { basename, dirname } from 'node:path';
import { projectFiles, textOf } from './project-files.js';

const TOP_LEVEL = new Set(
  'src test migrations docs bench scripts .ci nest-cli.json package.json package-lock.json tsconfig.json ormconfig.ts .env.example README.md .gitignore .npmrc'.split(
    ' ',
  ),
);
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.[a-z]+$/;
const MIGRATION = /^\d{13}-[a-z0-9]+(-[a-z0-9]+)*\.ts$/;
/** Words that name no thing: as a part of a name, and as the whole of one. */
const EMPTY_PART = /^(utils?|helpers?|common|misc|impl)$/;
const EMPTY_NAME = /^(types?|shared|constants|interfaces|managers?)$/;
const FILES_IN_A_FOLDER = 15;

/** What the content of a file says about its role: the suffix is what tools and readers go by. */
const ROLE_BY_CONTENT: readonly (readonly [pattern: RegExp, suffix: string])[] = [
  [/^@Module\(/m, '.module.ts'],
  [/^@Controller\(/m, '.controller.ts'],
  [/^@Entity\(/m, '.entity.ts'],
  [/^@Catch\(/m, '.filter.ts'],
  [/\bimplements (\w+, )*CanActivate\b/, '.guard.ts'],
  [/\bimplements (\w+, )*ProviderAdapter\b/, '.adapter.ts'],
  [/\bimplements (\w+, )*PipeTransform\b/, '.pipe.ts'],
  [/\bimplements (\w+, )*NestInterceptor\b/, '.interceptor.ts'],
  [/\bcreateParamDecorator\(/, '.decorator.ts'],
  [/^ +@(Is[A-Z]|Length\(|Matches\(|Min\(|Max\(|Allow\(|Validate)/m, '.dto.ts'],
];

function isCode(path: string): boolean {
  return /^(src|test|bench|migrations|scripts)\//.test(path);
}

function saysNothing(path: string): boolean {
  const names = [...dirname(path).split('/').slice(1), ...basename(path).split('.').slice(0, -1)];
  return names.some((name) => EMPTY_NAME.test(name) || name.split('-').some((part) => EMPTY_PART.test(part)));
}

function nameFaults(path: string): string[] {
  const name = basename(path);
  const faults: string[] = [];
  if (dirname(path) === 'migrations' && name !== 'index.ts' && !MIGRATION.test(name))
    faults.push('is not <milliseconds>-<what-it-does>.ts');
  if (isCode(path) && name !== 'README.md' && !NAME.test(name)) faults.push('is not kebab-case');
  if (isCode(path) && saysNothing(path)) faults.push('says nothing');
  return faults.map((fault) => `${path} ${fault}`);
}

function folderFaults(paths: readonly string[]): string[] {
  const files = new Map<string, number>();
  for (const path of paths.filter((file) => /^(src|test|scripts)\//.test(file) && !/\.spec\.ts$/.test(file))) {
    files.set(dirname(path), (files.get(dirname(path)) ?? 0) + 1);
  }
  return [...files]
    .filter(([, count]) => count > FILES_IN_A_FOLDER)
    .map(([folder, count]) => `${folder} holds ${String(count)} files`);
}

function layoutFaults(paths: readonly string[]): string[] {
  const top = new Set(paths.map((path) => path.split('/')[0] ?? ''));
  return [
    ...[...top].filter((name) => !TOP_LEVEL.has(name)).map((name) => `${name} does not belong at the top`),
    ...paths.flatMap(nameFaults),
    ...folderFaults(paths),
  ];
}

function roleFaults(path: string, text: string): string[] {
  if (!path.startsWith('src/') || path.endsWith('.spec.ts')) return [];
  return ROLE_BY_CONTENT.filter(([pattern, suffix]) => pattern.test(text) && !path.endsWith(suffix)).map(
    ([, suffix]) => `${path} should end in ${suffix}`,
  );
}

describe('the layout', () => {
  it('has only known names at the top, telling kebab-case names, and folders of at most 15 files and their specs', () => {
    expect(layoutFaults(projectFiles())).toEqual([]);
  });

  it('names files by the role that their content plays', () => {
    const sources = projectFiles().filter((path) => path.endsWith('.ts'));
    expect(sources.flatMap((path) => roleFaults(path, textOf(path)))).toEqual([]);
  });

  it.each([
    ['jest.config.mjs', 'jest.config.mjs does not belong at the top'],
    ['src/verifications/verificationWire.ts', 'src/verifications/verificationWire.ts is not kebab-case'],
    ['src/verifications/verification_wire.ts', 'src/verifications/verification_wire.ts is not kebab-case'],
    ['src/verifications/verifications.impl.ts', 'src/verifications/verifications.impl.ts says nothing'],
    ['src/verifications/utils.ts', 'src/verifications/utils.ts says nothing'],
    ['src/verifications/date-helpers.ts', 'src/verifications/date-helpers.ts says nothing'],
    ['src/common/text.ts', 'src/common/text.ts says nothing'],
    ['migrations/first.ts', 'migrations/first.ts is not <milliseconds>-<what-it-does>.ts'],
  ])('finds the fault in %s', (path, fault) => {
    expect(layoutFaults([path])).toEqual([fault]);
  });

  it('finds a folder that has grown too large, not counting specs', () => {
    const files = Array.from({ length: 16 }, (_, index) => `src/events/part-${String(index)}.ts`);
    expect(layoutFaults(files)).toEqual(['src/events holds 16 files']);
    expect(layoutFaults([...files.slice(1), 'src/events/part-1.spec.ts'])).toEqual([]);
  });

  it.each([
    ['src/a/a.ts', '@Module({})\nexport class A {}', '.module.ts'],
    ['src/a/a.service.ts', 'export class A {\n  @IsUUID()\n  a!: string;\n}', '.dto.ts'],
    ['src/a/a.ts', 'export class A implements CanActivate {}', '.guard.ts'],
    ['src/providers/a/a.ts', 'export class A implements ProviderAdapter {}', '.adapter.ts'],
  ])('finds the wrong name of %s holding %j', (path, text, suffix) => {
    expect(roleFaults(path, text)).toEqual([`${path} should end in ${suffix}`]);
  });
});
