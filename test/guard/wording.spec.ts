import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectFiles, projectRoot, textOf } from './project-files.js';
import { commentsIn, parse } from './typescript-source.js';

/** What a text of the product does not say. Written so that no pattern matches itself. */
const UNWANTED: readonly (readonly [fault: string, pattern: RegExp])[] = [
  ['names a path of one machine', /(?<![\w.@:/-])\/(?:work|home|Users)\/[\w.-]|(?<![\w.])[A-Z]:\\{1,2}Users/],
  ['names a ticket', /\b(?:issue|ticket|sprint|milestone) ?#?\d+\b/i],
  [
    'tells how it was written',
    /\b(?:this|previous|next|last|earlier) session\b|\b(?:AI|LLM)[- ](?:assistant|generated|written|model)|\bas requested\b|[C]o-authored-by:/i,
  ],
  ['leaves work undone', /\b(?:[T]ODO|[F]IXME|[X]XX|[H]ACK|[W]IP)\b/],
  ['stands in for a text', /\blorem [i]psum\b|\bplaceholder text\b/i],
  ['holds a private key', /-----[B]EGIN (?:[A-Z]+ )?PRIVATE KEY/],
  ['names a package registry', /https?:\/\/(?:[\w-]+\.)*(?:registry|npmjs|artifactory|nexus|verdaccio)\.[\w.-]+/i],
];

const SUPPRESSION =
  /^(?:\/\/|\/\*) *(?:eslint-disable(?:-next-line|-line)?|@ts-(?:expect-error|ignore|nocheck)|prettier-ignore|(?:istanbul|c8|v8) ignore)\b(.*)/;
const README_LINES = 200;

function wordingFaults(path: string, text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      UNWANTED.filter(([, pattern]) => pattern.test(line)).map(([fault]) => `${path}:${String(index + 1)} ${fault}`),
    );
}

/** A suppression names its rule where there are several, and its reason in at least two words, on its own line. */
function suppressionFaults(path: string, text: string): string[] {
  return commentsIn(parse(path, text)).flatMap((comment) => {
    const found = SUPPRESSION.exec(comment.text);
    if (found === null) return [];
    const [whole, rest = ''] = found;
    const reason = whole.includes('eslint-') ? / [@\w/-]+(?:, [@\w/-]+)* -- \w+\W+\w+/ : /^[ :-]+\w+\W+\w+/;
    return reason.test(rest) ? [] : [`${path}:${String(comment.line)} gives no reason for the suppression`];
  });
}

/** Relative links of a Markdown file that lead nowhere. */
function deadLinks(path: string, text: string): string[] {
  const targets = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !existsSync(join(projectRoot, dirname(path), target)))
    .map((target) => `${path} links to ${target}`);
}

describe('the wording', () => {
  const texts = projectFiles().filter(
    (path) =>
      /\.(ts|mjs|cjs|js|json|md|sql|html|ya?ml|example)$|^\.ci\/run$|^\.(gitignore|npmrc)$/.test(path) &&
      path !== 'package-lock.json',
  );

  it('speaks of the product alone', () => {
    expect(texts.flatMap((path) => wordingFaults(path, textOf(path)))).toEqual([]);
  });

  it('gives a reason for every suppression', () => {
    const code = texts.filter((path) => /\.(ts|mjs|cjs)$/.test(path));
    expect(code.flatMap((path) => suppressionFaults(path, textOf(path)))).toEqual([]);
  });

  it('fits the README into 200 lines', () => {
    const lines = textOf('README.md').split('\n').length;
    expect(lines).toBeGreaterThan(20);
    expect(lines).toBeLessThan(README_LINES);
  });

  it('links to what is there', () => {
    expect(texts.filter((path) => path.endsWith('.md')).flatMap((path) => deadLinks(path, textOf(path)))).toEqual([]);
  });

  it.each([
    ['// see /wor' + 'k/main/src', 'names a path of one machine'],
    ['// see C:\\Use' + 'rs\\me', 'names a path of one machine'],
    ['// fixes issue' + ' #12', 'names a ticket'],
    ['// left for the next sess' + 'ion', 'tells how it was written'],
    ['// TO' + 'DO: more', 'leaves work undone'],
    ['-----BEG' + 'IN RSA PRIVATE KEY-----', 'holds a private key'],
    ['"https://registry.' + 'example.com/a.tgz"', 'names a package registry'],
  ])('has a fault in %j', (text, fault) => {
    expect(wordingFaults('a.md', text)).toEqual([`a.md:1 ${fault}`]);
  });

  it.each([
    'a framework of ours',
    'the vendor issues 2 numbers',
    'https://example.com/home/page',
    'curl http://localhost:3000/v1/work/x',
    'a session of the vendor',
  ])('has none in %j', (text) => {
    expect(wordingFaults('a.md', text)).toEqual([]);
  });

  it.each([
    '// eslint-disable-next-line no-console',
    '/* eslint-disable */',
    '/* eslint-disable -- because I say so */',
    'run(); // eslint-disable-line no-console -- why',
    '// @ts-expect-error',
    '// prettier-ignore',
  ])('lacks a reason in %j', (text) => {
    expect(suppressionFaults('a.ts', text)).toEqual(['a.ts:1 gives no reason for the suppression']);
  });

  it.each([
    '// eslint-disable-next-line no-console -- the first lines come before the logger',
    '/* eslint-disable max-lines, no-console -- one table, read from top to bottom */',
    '// @ts-expect-error: the types of pg lack this option',
    '// @ts-expect-error a conflict is no refusal',
    '// prettier-ignore - a matrix is read by its columns',
    '/* eslint-enable max-lines */',
    "const text = '// eslint-disable';",
    'const text = `${one} // @ts-expect-error`;',
  ])('lacks none in %j', (text) => {
    expect(suppressionFaults('a.ts', text)).toEqual([]);
  });

  it('has a fault in a link that leads nowhere', () => {
    expect(
      deadLinks('docs/a.md', '[a](../package.json), [b](nowhere.md#part), [c](https://example.com), [d](#here)'),
    ).toEqual(['docs/a.md links to nowhere.md']);
  });
});
