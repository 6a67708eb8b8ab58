/* global describe, it, expect, beforeEach, afterEach */
/* eslint max-lines-per-function: off -- a describe holds all its tests */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build, holdBuild } from './build.mjs';

// Stands in for the compiler: copies one file to where the configuration points.
const NEST = `
const fs = require('node:fs');
const { compilerOptions } = JSON.parse(fs.readFileSync(process.argv[4], 'utf8'));
fs.mkdirSync(compilerOptions.outDir + '/src', { recursive: true });
fs.copyFileSync('src/main.ts', compilerOptions.outDir + '/src/main.js');
if (fs.readFileSync('src/main.ts', 'utf8') === 'wrong') process.exit(1);
`;

const quietly = () => undefined;

describe('the build', () => {
  let root;

  const write = (name, content) => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  };
  const buildOf = (text) => {
    write('src/main.ts', text);
    return build(root, process.execPath, quietly);
  };
  const built = () => readFileSync(join(root, 'dist', 'src', 'main.js'), 'utf8');

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'cv-build-')));
    mkdirSync(join(root, '.build'));
    write('node_modules/@nestjs/cli/bin/nest.js', NEST);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('points dist at a folder of its own for each state of the sources', () => {
    const one = buildOf('one');
    expect([realpathSync(join(root, 'dist')), built()]).toEqual([one, 'one']);
    const two = buildOf('two');
    expect([realpathSync(join(root, 'dist')), built()]).toEqual([two, 'two']);
    expect(readFileSync(join(one, 'src', 'main.js'), 'utf8')).toBe('one');
    expect(readlinkSync(join(root, 'dist'))).toMatch(/^\.build\//);
  });

  it('compiles nothing that is built already, whatever happened to the tests', () => {
    const one = buildOf('one');
    write('node_modules/@nestjs/cli/bin/nest.js', 'process.exit(1)');
    write('src/main.spec.ts', 'a test');
    expect(buildOf('one')).toBe(one);
  });

  it('leaves dist as it was when the sources do not compile, and no other trace', () => {
    const one = buildOf('one');
    expect(() => buildOf('wrong')).toThrow('The build failed');
    expect(realpathSync(join(root, 'dist'))).toBe(one);
    expect(buildOf('one')).toBe(one);
  });

  it('replaces a dist folder that a compiler made by hand', () => {
    write('dist/src/main.js', 'by hand');
    buildOf('one');
    expect(built()).toBe('one');
  });

  it('removes old builds, but none that a living process runs from', async () => {
    const held = buildOf('held');
    const user = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
    holdBuild(held, user.pid);
    const old = buildOf('old');
    for (const text of ['1', '2', '3']) buildOf(text);
    expect([existsSync(held), existsSync(old)]).toEqual([true, false]);
    const gone = new Promise((resolve) => user.once('exit', resolve));
    user.kill('SIGKILL');
    await gone;
    buildOf('4');
    expect(existsSync(held)).toBe(false);
  });
});
