import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the build itself: a build made meanwhile points `dist` at another. */
export const DIST = realpathSync(fileURLToPath(new URL('../../../dist', import.meta.url)));

/** A module of the service as built, by its path below `dist`. */
export function built(path) {
  return import(`file://${join(DIST, path)}`);
}
