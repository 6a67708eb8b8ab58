import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { VendorAid } from './vendor-aid.js';

const vendors = fileURLToPath(new URL('../vendors/', import.meta.url));

/** The vendors that can be played for a developer, in the order of their ports: whatever stands as `*.aid.ts` in a vendor's folder. */
export const AIDS: readonly VendorAid[] = (
  await Promise.all(
    globSync('*/*.aid.ts', { cwd: vendors }).map(async (path) => {
      const module = `../vendors/${path.replace(/ts$/, 'js')}`;
      const found = (await import(module)) as Readonly<Record<string, VendorAid>>;
      return Object.values(found);
    }),
  )
)
  .flat()
  .sort((one, other) => one.port - other.port);
