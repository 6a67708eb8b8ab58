import { execFileSync } from 'node:child_process';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { projectFiles, projectRoot } from './project-files.js';
import { below, parse, placeOf } from './typescript-source.js';

const TEST = /^(it|test)$/;
const SWITCHED = /^(skip|only|todo|failing|skipIf|runIf)$/;
const SWITCHED_WORD = /^(xit|xtest|xdescribe|fit|fdescribe)$/;
const ASSERTION = /^(expect|assert)/;

/** The word that a call begins with: `it` of `it.each(rows)(name, body)`. */
function headOf(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  if (ts.isCallExpression(expression) || ts.isPropertyAccessExpression(expression))
    return headOf(expression.expression);
  if (ts.isTaggedTemplateExpression(expression)) return headOf(expression.tag);
  return '';
}

function calls(node: ts.Node): ts.CallExpression[] {
  return [...below(node)].filter(ts.isCallExpression);
}

/** The last name of what is called: `expect` of `expect(x)`, `assert` of `fc.assert(..)`. */
function calledName({ expression }: ts.CallExpression): string {
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text;
  return ts.isIdentifier(expression) ? expression.text : '';
}

/** The names of the file's own functions that assert something, directly or through one another. */
function assertingFunctions(file: ts.SourceFile): Set<string> {
  const asserting = new Set<string>();
  const bodies = [...below(file)].flatMap((node): { name: string; body: ts.Node }[] => {
    if (ts.isFunctionDeclaration(node) && node.name) return [{ name: node.name.text, body: node }];
    if (!ts.isVariableDeclaration(node) || !node.initializer || !ts.isArrowFunction(node.initializer)) return [];
    return [{ name: node.name.getText(), body: node }];
  });
  for (let before = -1; before !== asserting.size;) {
    before = asserting.size;
    for (const { name, body } of bodies) if (asserts(body, asserting)) asserting.add(name);
  }
  return asserting;
}

function asserts(node: ts.Node, asserting: ReadonlySet<string>): boolean {
  return calls(node).some((call) => ASSERTION.test(calledName(call)) || asserting.has(calledName(call)));
}

/** A call with a name and a body: `it('..', () => ..)`, `it.each(rows)('..', (row) => ..)`. */
function testsIn(file: ts.SourceFile): { call: ts.CallExpression; title: string; body: ts.Expression | undefined }[] {
  return calls(file)
    .filter(
      (call) => TEST.test(headOf(call.expression)) && call.arguments.length > 0 && !/^each$/.test(calledName(call)),
    )
    .map((call) => ({ call, title: call.arguments[0]?.getText() ?? '', body: call.arguments[1] }));
}

function matchersIn(body: ts.Node): string[] {
  return calls(body)
    .filter((call) => headOf(call.expression) === 'expect' && ts.isPropertyAccessExpression(call.expression))
    .map(calledName);
}

function testFaults(file: ts.SourceFile): string[] {
  const asserting = assertingFunctions(file);
  const faults = testsIn(file).flatMap(({ call, title, body }) => {
    const found: string[] = [];
    if (body === undefined || !asserts(body, asserting)) found.push('asserts nothing');
    if (/should be defined/.test(title)) found.push('should say what it is about');
    const matchers = body ? matchersIn(body) : [];
    if (matchers.length > 0 && matchers.every((name) => name === 'toBeDefined'))
      found.push('asks only whether something is defined');
    return found.map((fault) => `${placeOf(call)} ${fault}`);
  });
  const switched = [...below(file)]
    .filter(
      (node) =>
        (ts.isPropertyAccessExpression(node) &&
          SWITCHED.test(node.name.text) &&
          /^(it|test|describe)$/.test(headOf(node.expression))) ||
        (ts.isIdentifier(node) && SWITCHED_WORD.test(node.text)),
    )
    .map((node) => `${placeOf(node)} switches tests off`);
  return [...faults, ...switched];
}

/** A spec without a test of its own hands over to a shared suite, which is then what it imports and calls. */
function isEmpty(file: ts.SourceFile): boolean {
  return testsIn(file).length === 0 && !calls(file).some((call) => /(suite|contract)$/i.test(calledName(call)));
}

/** The files that one of the configurations in test/ runs. */
function listedByJest(): string[] {
  const configs = projectFiles().filter((path) => /^test\/[\w-]+\.config\.mjs$/.test(path));
  return configs.flatMap((config) => {
    const args = [join(projectRoot, 'node_modules/jest/bin/jest.js'), '--listTests', '--config', config];
    const listed = execFileSync(process.execPath, args, { cwd: projectRoot, encoding: 'utf8' });
    return listed.split('\n').map((path) => relative(projectRoot, path));
  });
}

describe('the tests', () => {
  const specs = projectFiles().filter((path) => path.endsWith('.spec.ts'));

  it('all assert something and none is switched off', () => {
    expect(specs.flatMap((path) => testFaults(parse(path)))).toEqual([]);
    expect(specs.filter((path) => isEmpty(parse(path)))).toEqual([]);
  });

  it('are all run by a configuration of Jest', () => {
    const listed = new Set(listedByJest());
    expect(specs.filter((path) => !listed.has(path))).toEqual([]);
  });

  it('stand in a .spec.ts, or in a suite that specs share', () => {
    const others = projectFiles().filter((path) => /^(src|test)\/.*\.(ts|mjs)$/.test(path) && !specs.includes(path));
    const suites = others.filter((path) => testsIn(parse(path)).length > 0);
    expect(suites.filter((path) => !/^test\/support\/([\w-]+\/)?[\w-]*(suite|contract)[\w-]*\.ts$/.test(path))).toEqual(
      [],
    );
    expect(suites.flatMap((path) => testFaults(parse(path)))).toEqual([]);
  });

  it.each([
    ["it('a', () => { run(); });", 'asserts nothing'],
    ["it.each([1])('a', (n) => { run(n); });", 'asserts nothing'],
    ["it('should be defined', () => { expect(a).toBe(1); });", 'should say what it is about'],
    ["it('a', () => { expect(a).toBeDefined(); });", 'asks only whether something is defined'],
    ["it.only('a', () => { expect(a).toBe(1); });", 'switches tests off'],
    ["describe.skip('a', () => {});", 'switches tests off'],
    ["it.skip.each([1])('a', () => { expect(a).toBe(1); });", 'switches tests off'],
    ["xit('a', () => { expect(a).toBe(1); });", 'switches tests off'],
  ])('have a fault in %j', (text, fault) => {
    expect(testFaults(parse('a.spec.ts', text))).toEqual([`a.spec.ts:1 ${fault}`]);
  });

  it.each([
    "it('a', () => { expect(a).toBe(1); });",
    "it('a', async () => { await request(app).get('/').expect(200); });",
    "it('a', () => { fc.assert(law); });",
    "it('a', () => { law(); }); function law() { same(); } function same() { expect(1).toBe(1); }",
    "it.each([1])('a', (n) => { expect(n).toBe(1); });",
    "it.each`a ${1}`('a', (n) => { expect(n).toBe(1); });",
  ])('have no fault in %j', (text) => {
    expect(testFaults(parse('a.spec.ts', text))).toEqual([]);
  });

  it.each([
    ["describe('a', () => {});", true],
    ['describeAdapterContract(new A());', false],
    ["it('a', () => { expect(a).toBe(1); });", false],
  ])('are missing in %j: %s', (text, empty) => {
    expect(isEmpty(parse('a.spec.ts', text))).toBe(empty);
  });
});
