import { chmodSync, lchownSync, lstatSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, join } from 'node:path';

/** The user that the server runs as when we are root, whom PostgreSQL refuses. */
export interface ServerOwner {
  readonly uid: number;
  readonly gid: number;
}

// `nobody`: on every Linux with a passwd file, and owner of no file of value.
const NOBODY: ServerOwner = { uid: 65534, gid: 65534 };

/**
 * Whom the server runs as: `null` for ourselves, unless we are root. Root runs it as the user to whom an existing
 * `folder` belongs, so that the person who made the data can still use it afterwards.
 */
export function serverOwner(folder: string): ServerOwner | null {
  if (process.getuid?.() !== 0) return null;
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats === undefined || stats.uid === 0 ? NOBODY : { uid: stats.uid, gid: stats.gid };
}

/** Whether `owner` may read the file, or pass through the folder, at `path`: judged by the modes on the way there. */
export function reachableBy(path: string, owner: ServerOwner): boolean {
  let at = realpathSync(path);
  const target = statSync(at);
  if (!allows(target, owner, target.isDirectory() ? 1 : 4)) return false;
  while (at !== dirname(at)) {
    at = dirname(at);
    if (!allows(statSync(at), owner, 1)) return false;
  }
  return true;
}

function allows(stats: Stats, owner: ServerOwner, bit: number): boolean {
  const shift = stats.uid === owner.uid ? 6 : stats.gid === owner.gid ? 3 : 0;
  return ((stats.mode >> shift) & bit) !== 0;
}

/** A folder of root's that every user can go through and that outlives a restart. Made if absent. */
export function systemFolder(): string {
  const folder = '/var/lib/customer-verifications';
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  return folder;
}

/** Gives `path` and all below it to `owner`. Links are not followed. */
export function giveTo(owner: ServerOwner, path: string): void {
  lchownSync(path, owner.uid, owner.gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveTo(owner, join(path, name));
}

/** Lets everyone read `path` and all below it, and run what its owner can run. */
export function openForAll(path: string): void {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return;
  const runnable = (stats.mode & 0o100) !== 0;
  chmodSync(path, runnable ? 0o755 : 0o644);
  if (stats.isDirectory()) for (const name of readdirSync(path)) openForAll(join(path, name));
}
