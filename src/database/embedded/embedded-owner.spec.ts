import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openForAll, reachableBy, serverOwner } from './embedded-owner.js';

const STRANGER = { uid: 54321, gid: 54321 };

describe('the owner of an embedded server', () => {
  let home: string;
  let file: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'cv-owner-'));
    mkdirSync(join(home, 'inner'));
    file = join(home, 'inner', 'file');
    writeFileSync(file, '');
    openForAll(home);
  });

  afterEach(() => rmSync(home, { recursive: true }));

  it('reaches a file behind folders that all may pass', () => {
    chmodSync(home, 0o711);
    expect(reachableBy(file, STRANGER)).toBe(true);
  });

  it.each([
    ['a closed folder on the way', '', 0o700],
    ['a closed folder around it', 'inner', 0o700],
    ['its own mode', 'inner/file', 0o600],
  ])('is kept from a file by %s', (_name, path, mode) => {
    chmodSync(join(home, path), mode);
    expect(reachableBy(file, STRANGER)).toBe(false);
  });

  it('counts as the owner of what it owns', () => {
    chmodSync(home, 0o700);
    const { uid, gid } = statSync(home);
    expect(reachableBy(join(home, 'inner'), { uid, gid })).toBe(true);
  });

  it('is the user himself, but never root', () => {
    const root = process.getuid?.() === 0;
    expect(serverOwner(join(home, 'absent'))).toEqual(root ? { uid: 65534, gid: 65534 } : null);
    expect(serverOwner(home)).toEqual(root ? { uid: 65534, gid: 65534 } : null);
  });
});
