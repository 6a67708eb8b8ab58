import ts from 'typescript';
import { textOf } from './project-files.js';

/** The syntax tree of a text, parents set. `path` is only shown in faults. */
export function parse(path: string, text: string = textOf(path)): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
}

/** `node` and everything below it. */
export function* below(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* below(child);
}

/** The comments of a file with the line that each begins in, in order. */
export function commentsIn(file: ts.SourceFile): { line: number; text: string }[] {
  const ranges = new Map<number, ts.CommentRange>();
  for (const token of [...below(file)].filter((node) => node.getChildCount() === 0)) {
    const before = ts.getLeadingCommentRanges(file.text, token.getFullStart()) ?? [];
    const behind = ts.getTrailingCommentRanges(file.text, token.getEnd()) ?? [];
    for (const range of [...before, ...behind]) ranges.set(range.pos, range);
  }
  return [...ranges.values()]
    .sort((one, other) => one.pos - other.pos)
    .map(({ pos, end }) => ({
      line: file.getLineAndCharacterOfPosition(pos).line + 1,
      text: file.text.slice(pos, end),
    }));
}

/** Where `node` stands, as `path:line`. */
export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${file.fileName}:${String(file.getLineAndCharacterOfPosition(node.getStart()).line + 1)}`;
}
