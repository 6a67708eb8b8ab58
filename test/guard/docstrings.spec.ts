import ts from 'typescript';
import { projectFiles } from './project-files.js';
import { parse, placeOf } from './typescript-source.js';

function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function nameOf(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText()).join(', ');
  return (statement as ts.DeclarationStatement).name?.getText() ?? 'default';
}

/** Overloads of a function share the docstring of the first. */
function isLaterOverload(statement: ts.Statement, previous: ts.Statement | undefined): boolean {
  return (
    ts.isFunctionDeclaration(statement) &&
    previous !== undefined &&
    ts.isFunctionDeclaration(previous) &&
    previous.name?.text === statement.name?.text
  );
}

/** Exported declarations without a docstring, or with one of hardly a word. */
function undocumented(file: ts.SourceFile): string[] {
  return file.statements
    .filter((statement, index) => isExported(statement) && !isLaterOverload(statement, file.statements[index - 1]))
    .filter((statement) => {
      const text = ts
        .getJSDocCommentsAndTags(statement)
        .map((part) => part.getText())
        .join(' ');
      return text.replace(/[\s/*]+/g, ' ').trim().length < 12;
    })
    .map((statement) => `${placeOf(statement)} ${nameOf(statement)}`);
}

describe('docstrings', () => {
  it('state the promise of every exported name in src', () => {
    const sources = projectFiles().filter((path) => /^src\/.*\.ts$/.test(path) && !path.endsWith('.spec.ts'));
    expect(sources.flatMap((path) => undocumented(parse(path)))).toEqual([]);
  });

  it.each([
    ['export class Row {}', 'Row'],
    ['export interface Row {}', 'Row'],
    ['export type Row = string;', 'Row'],
    ['export const row = 1;', 'row'],
    ['export async function row() {}', 'row'],
    ['// A comment is not a docstring.\nexport function row() {}', 'row'],
    ['/** Row. */\nexport class Row {}', 'Row'],
    ['@Entity()\nexport class Row {}', 'Row'],
  ])('are missed on %j', (text, name) => {
    expect(undocumented(parse('sample.ts', text))).toEqual([
      expect.stringMatching(new RegExp(`^sample\\.ts:\\d+ ${name}$`)),
    ]);
  });

  it.each([
    '/** The row as it stands in the table. */\nexport class Row {}',
    '/** The row as it stands in the table. */\n@Entity()\nexport class Row {}',
    '/** Reads one row, or all of them. */\nexport function row(id: string): void;\nexport function row(): void {}',
    "export { Row } from './row.js';",
    'class Row {}',
  ])('are not asked for on %j', (text) => {
    expect(undocumented(parse('sample.ts', text))).toEqual([]);
  });
});
