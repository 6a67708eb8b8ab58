import { dirname, join } from 'node:path';
import ts from 'typescript';
import { projectRoot, textOf } from './project-files.js';

const DOCUMENT = 'docs/adding-a-provider.md';

/** The files that the document has a reader write: each stands below the path that names it. */
function exampleFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [, before = '', code = ''] of textOf(DOCUMENT).matchAll(/([^`]*(?:`[^`]+`[^`]*)*?)```ts\n(.*?)```/gs)) {
    const [named] =
      before
        .trim()
        .split('\n\n')
        .at(-1)
        ?.match(/(?<=^`)(src|test)\/[^`]+\.ts(?=`)/) ?? [];
    if (named !== undefined) files.set(join(projectRoot, named), code);
  }
  return files;
}

/** What the compiler says of the files where they would stand, by the project's own options. */
function faultsOf(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(projectRoot, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, projectRoot);
  const host = ts.createCompilerHost(options);
  const [exists, read] = [host.fileExists.bind(host), host.readFile.bind(host)];
  const folders = new Set([...files.keys()].map((path) => dirname(path)));
  host.directoryExists = (path) => folders.has(path) || ts.sys.directoryExists(path);
  host.fileExists = (path) => files.has(path) || exists(path);
  host.readFile = (path) => files.get(path) ?? read(path);
  const program = ts.createProgram([...files.keys()], { ...options, noEmit: true }, host);
  const found = [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  return found.map(({ file, messageText }) => {
    return `${file?.fileName.slice(projectRoot.length + 1) ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

describe(`the example in ${DOCUMENT}`, () => {
  it('is an adapter with its door, its vendor and its contract', () => {
    expect([...exampleFiles().keys()].map((path) => path.split('/').at(-1)).sort()).toEqual([
      'example-register.adapter.ts',
      'example-register.contract.spec.ts',
      'example-register.vendor.ts',
      'index.ts',
    ]);
  });

  it('compiles where the reader puts it', () => {
    expect(faultsOf(exampleFiles())).toEqual([]);
  });

  it('would not with another seam', () => {
    const changed = [...exampleFiles()].map(([path, code]) => [path, code.replaceAll('description', 'note')] as const);
    expect(faultsOf(new Map(changed))).not.toEqual([]);
  });
});
