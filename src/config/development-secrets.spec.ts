import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTypeScript } from '../../test/support/typescript-process.js';
import { DevelopmentSecretsError, loadDevelopmentSecrets } from './development-secrets.js';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('development secrets', () => {
  let home: string;
  let folder: string;
  let file: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'cv-secrets-'));
    folder = join(home, 'data');
    file = join(folder, 'development.json');
  });

  afterEach(() => rmSync(home, { recursive: true }));

  it('have the forms that the service reads', () => {
    const secrets = loadDevelopmentSecrets(folder);
    expect(secrets.organizationId).toMatch(UUID_V7);
    expect(secrets.liveKey).toMatch(/^sk_live_[A-Za-z0-9_-]{43}$/);
    expect(secrets.testKey).toMatch(/^sk_test_[A-Za-z0-9_-]{43}$/);
    expect(secrets.keyRing).toMatch(/^[a-z0-9-]{1,32}:[A-Za-z0-9+/]{43}=$/);
    expect(Buffer.from(secrets.cursorSecret, 'base64')).toHaveLength(32);
  });

  it('are the same at every call and differ between folders', () => {
    const secrets = loadDevelopmentSecrets(folder);
    expect(loadDevelopmentSecrets(folder)).toEqual(secrets);
    const others = Object.values(loadDevelopmentSecrets(join(home, 'other')));
    expect(others.filter((value) => Object.values(secrets).includes(value))).toEqual([]);
  });

  it("are nobody else's to read, and leave no other file behind", () => {
    loadDevelopmentSecrets(folder);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual(['development.json']);
  });

  it.each([
    [0o644, 0o755, 0o600, 0o711],
    [0o666, 0o777, 0o600, 0o711],
    [0o600, 0o700, 0o600, 0o700],
    [0o400, 0o1777, 0o400, 0o1777],
  ])('are made so where file and folder were %o and %o', (fileMode, folderMode, fileAfter, folderAfter) => {
    const secrets = loadDevelopmentSecrets(folder);
    chmodSync(file, fileMode);
    chmodSync(folder, folderMode);
    expect(loadDevelopmentSecrets(folder)).toEqual(secrets);
    expect([statSync(file).mode & 0o7777, statSync(folder).mode & 0o7777]).toEqual([fileAfter, folderAfter]);
  });

  it('are one set for processes that make the first call together', async () => {
    const code = `
      const { loadDevelopmentSecrets } = await import(src + 'config/development-secrets.ts');
      console.log(JSON.stringify(loadDevelopmentSecrets(${JSON.stringify(folder)})));`;
    const answers = await Promise.all(Array.from({ length: 4 }, () => startTypeScript(code).answer()));
    const kept = loadDevelopmentSecrets(folder);
    expect(answers).toEqual([kept, kept, kept, kept]);
  });

  it('are refused where their folder can not be made', () => {
    writeFileSync(folder, 'a file');
    const load = (): unknown => loadDevelopmentSecrets(folder);
    expect(load).toThrow(DevelopmentSecretsError);
    expect(load).toThrow(`${file} can't be made (EEXIST)`);
  });

  it.each([
    ['no JSON', (text: string) => text.slice(0, -10), 'is no JSON'],
    ['an empty file', () => '', 'is no JSON'],
    ['a short key', (text: string) => text.replace(/sk_live_./, 'sk_live_'), 'is wrong in liveKey'],
    ['no key ring', (text: string) => text.replace('"keyRing"', '"ring"'), 'is wrong in keyRing'],
  ])('are refused when damaged: %s', (_name, damage, problem) => {
    const { liveKey } = loadDevelopmentSecrets(folder);
    writeFileSync(file, damage(readFileSync(file, 'utf8')));
    const load = (): unknown => loadDevelopmentSecrets(folder);
    expect(load).toThrow(DevelopmentSecretsError);
    expect(load).toThrow(`${file} ${problem}`);
    expect(load).not.toThrow(liveKey.slice(10));
  });
});
