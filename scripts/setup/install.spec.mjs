/* global describe, it, expect, beforeEach, afterEach */
/* eslint max-lines-per-function: off -- a describe holds all its tests */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { install } from './install.mjs';

// Stands in for npm: notes how it was called, and installs what the lock file names.
const NPM = `
const fs = require('node:fs');
const { NODE_ENV, npm_config_omit } = process.env;
fs.appendFileSync('calls', JSON.stringify({ args: process.argv.slice(2), NODE_ENV, npm_config_omit }) + '\\n');
if (fs.existsSync('fail')) process.exit(7);
const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
fs.mkdirSync('node_modules/node/bin', { recursive: true });
fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));
if (!fs.existsSync('no-scripts')) fs.writeFileSync('node_modules/node/bin/node', '');
`;

const quietly = () => undefined;

describe('the installation', () => {
  const before = { ...process.env };
  let root;

  const write = (name, content) => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), typeof content === 'string' ? content : JSON.stringify(content));
  };
  const lock = (version) => ({
    packages: {
      '': {},
      'node_modules/one': { version },
      'node_modules/elsewhere': { version: '1.0.0', optional: true },
    },
  });
  const calls = () =>
    existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'cv-install-'));
    write('package.json', { dependencies: { one: '^1.0.0' } });
    write('package-lock.json', lock('1.0.0'));
    write('npm/npm-cli.js', NPM);
    Object.assign(process.env, {
      npm_execpath: join(root, 'npm', 'npm-cli.js'),
      npm_node_execpath: process.execPath,
      NODE_ENV: 'production',
      npm_config_omit: 'dev',
    });
  });

  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    chmodSync(root, 0o700);
    rmSync(root, { recursive: true });
  });

  it('calls npm ci once, with development packages whatever the environment says', async () => {
    const node = await install(root, quietly);
    expect(node).toBe(join(root, 'node_modules', 'node', 'bin', 'node'));
    await install(root, quietly);
    expect(calls()).toHaveLength(1);
    const { args, ...environment } = JSON.parse(calls()[0]);
    expect(args.slice(0, 2)).toEqual(['ci', '--include=dev']);
    expect(environment).toEqual({});
  });

  it.each([
    ['the lock file changes', () => write('package-lock.json', lock('1.0.1')), 2],
    ['a wanted package changes', () => write('package.json', { dependencies: { two: '1' } }), 1],
    ['a script changes', () => write('package.json', { dependencies: { one: '^1.0.0' }, scripts: { x: 'y' } }), 1],
    ['node_modules goes', () => rmSync(join(root, 'node_modules'), { recursive: true }), 2],
  ])('looks again when %s', async (_name, change, count) => {
    await install(root, quietly);
    change();
    await install(root, quietly);
    expect(calls()).toHaveLength(count);
  });

  it.each([
    ['is what the lock file says', '1.0.0', 0],
    ['is older', '0.9.0', 1],
  ])('goes by the record of npm where somebody else installed: what is there %s', async (_name, version, count) => {
    write('node_modules/node/bin/node', '');
    write('node_modules/.package-lock.json', { packages: { 'node_modules/one': { version } } });
    await install(root, quietly);
    expect(calls()).toHaveLength(count);
  });

  it('says what to do when install scripts are off, and finds Node once that is done', async () => {
    write('no-scripts', '');
    await expect(install(root, quietly)).rejects.toThrow('npm rebuild node --ignore-scripts=false');
    write('node_modules/node/bin/node', '');
    await install(root, quietly);
    expect(calls()).toHaveLength(1);
  });

  it('tries again after a failure of npm, whose exit code it passes on', async () => {
    write('fail', '');
    await expect(install(root, quietly)).rejects.toMatchObject({
      message: expect.stringContaining('npm ci failed'),
      exitCode: 7,
    });
    rmSync(join(root, 'fail'));
    await install(root, quietly);
    expect(calls()).toHaveLength(2);
  });
});
