import ts from 'typescript';
import { projectFiles } from './project-files.js';
import { below, parse, placeOf } from './typescript-source.js';

const SQL =
  /\b(select\s[\s\S]*\bfrom|insert\s+into|update\s+\S+\s+set|delete\s+from|from\s+\S+\s+where|create\s+(table|index|role|database)|alter\s+\w+|set\s+local)\b/i;
const STATUS_UPDATE =
  /\bupdate\s+(?:only\s+)?(?:\w+\.)?(?:verifications|"verifications"|\$\{[^}]+\})\s+(?:as\s+\w+\s+)?set\b(?:(?!\bwhere\b)[\s\S])*?\bstatus\s*=/i;
const WRITERS = /^(save|update|upsert|increment|decrement|softDelete|softRemove|restore)$/;

/** SQL fragments that objects carry: what they hold is a constant of the code. */
const FRAGMENT = /\.ownRows$/;
/** Files that put proven values into a statement, which PostgreSQL takes no parameters for. */
const PROVEN = ['src/database/tenancy.ts'];

/** String and template literals, with the text as it stands in the source. */
function literals(file: ts.SourceFile): (ts.StringLiteralLike | ts.TemplateExpression)[] {
  return [...below(file)].filter((node) => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node));
}

/** The root of `row.customer.id` is `row`; null for what is no such chain. */
function rootOf(expression: ts.Expression): ts.Expression | null {
  if (ts.isCallExpression(expression) && /^(String|Number|JSON\.stringify)$/.test(expression.expression.getText())) {
    const [argument] = expression.arguments;
    return argument === undefined ? null : rootOf(argument);
  }
  if (ts.isNonNullExpression(expression) || ts.isParenthesizedExpression(expression))
    return rootOf(expression.expression);
  if (!ts.isPropertyAccessExpression(expression) && !ts.isElementAccessExpression(expression)) return null;
  let root: ts.Expression = expression;
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root)) root = root.expression;
  return root;
}

/**
 * Values that stand in SQL text. What a statement is put together from are constants and fragments; what comes out of an object
 * (`row.id`), or stands between quotes, is a value and belongs into a parameter.
 */
function interpolatedValues(file: ts.SourceFile): string[] {
  return literals(file).flatMap((node) => {
    if (!ts.isTemplateExpression(node) || !SQL.test(node.getText())) return [];
    return node.templateSpans.flatMap((span, index) => {
      const before = index === 0 ? node.head.text : (node.templateSpans[index - 1]?.literal.text ?? '');
      const root = rootOf(span.expression);
      const fromObject =
        root !== null &&
        root.kind !== ts.SyntaxKind.ThisKeyword &&
        !FRAGMENT.test(span.expression.getText()) &&
        !/^[A-Z][A-Z0-9_]*$/.test(root.getText());
      const quoted =
        /'[^'\s]*$/.test(before.replace(/'[^']*'/g, '')) && !/^[A-Z][A-Z0-9_]*$/.test(span.expression.getText());
      return fromObject || quoted ? [`${placeOf(span)} puts ${span.expression.getText()} into SQL`] : [];
    });
  });
}

/** Places that change a verification's status: by SQL, or by TypeORM's way of writing a `Verification`. */
function statusChanges(file: ts.SourceFile): string[] {
  const bySql = literals(file).filter((node) => STATUS_UPDATE.test(node.getText()));
  const byTypeOrm = [...below(file)].filter(
    (node) =>
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      WRITERS.test(node.expression.name.text) &&
      (/verification/i.test(node.expression.expression.getText()) || node.arguments[0]?.getText() === 'Verification') &&
      file.text.includes("from 'typeorm'"),
  );
  return [...bySql, ...byTypeOrm].map(placeOf);
}

describe('the SQL', () => {
  const sources = projectFiles().filter(
    (path) => /^(src|migrations)\/.*\.ts$/.test(path) && !path.endsWith('.spec.ts'),
  );

  it('takes values as parameters', () => {
    const found = new Map(sources.map((path) => [path, interpolatedValues(parse(path))]));
    expect([...found].flatMap(([path, faults]) => (PROVEN.includes(path) ? [] : faults))).toEqual([]);
    expect(PROVEN.filter((path) => found.get(path)?.length === 0)).toEqual([]);
  });

  it('changes a status in one place, of one row, and in one other, of many', () => {
    const places = sources.filter((path) => path.startsWith('src/')).flatMap((path) => statusChanges(parse(path)));
    expect(places.map((place) => place.replace(/:\d+$/, '')).sort()).toEqual([
      'src/verifications/store/slices.statements.ts',
      'src/verifications/store/verifications.statements.ts',
    ]);
  });

  it.each([
    ['`select * from t where id = ${row.id}`', 'row.id'],
    ["`select * from t where id = '${id}'`", 'id'],
    ["`update t set note = 'x-${note}'`", 'note'],
    ['`delete from t where n = ${String(input.count)}`', 'String(input.count)'],
    ['`set local statement_timeout = ${options[0]!}`', 'options[0]!'],
  ])('has a value in %s', (text, value) => {
    expect(interpolatedValues(parse('a.ts', text))).toEqual([`a.ts:1 puts ${value} into SQL`]);
  });

  it.each([
    '`select ${COLUMNS} from ${TABLE} where id = $1`',
    '`select * from t where ${this.ownRows} and ${filters.join(" and ")} limit $${String(count + 1)}`',
    "`select * from t where kind = 'a' and ${condition}`",
    "`update ${TABLE} set a = ${next()} where state = 'x'`",
    '`select * from t where ${database.ownRows}`',
    '`Hello ${row.name}, from here`',
  ])('has no value in %s', (text) => {
    expect(interpolatedValues(parse('a.ts', text))).toEqual([]);
  });

  it.each([
    ["const a = `update customer_verifications.verifications set status = 'failed'`;", 1],
    ['const a = `with changed as (\n update ${TABLE} set version = 2,\n status = $6 where id = $1)`;', 1],
    ["import { Repository } from 'typeorm';\nawait this.verifications.save(row);", 1],
    ["import { EntityManager } from 'typeorm';\nawait manager.update(Verification, id, row);", 1],
    ["const a = `update verifications set version = 1 where status = 'pending'`;", 0],
    ['const a = `update ${RECORDS} set http_status = 1`;', 0],
    ["import { createHash } from 'node:crypto';\nhash.update(verificationText);", 0],
  ])('changes a status in %j: %i', (text, count) => {
    expect(statusChanges(parse('a.ts', text))).toHaveLength(count);
  });
});
