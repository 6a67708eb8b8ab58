import { randomBytes } from 'node:crypto';
import { createDataSource } from '#app/database/data-source.js';
import { Database } from '#app/database/index.js';
import { rotateKeys, type Rotated, type RotationOptions } from '#app/rotation/index.js';
import { KeyRing, Vault } from '#app/vault/index.js';
import type { TestApp } from './app.js';

/** A fresh key under a name, as `KEY_RING` has it. */
export function ringKey(id: string): string {
  return `${id}:${randomBytes(32).toString('base64')}`;
}

/** The vault of a ring. */
export function vaultOf(...keys: readonly string[]): Vault {
  return new Vault(KeyRing.parse(keys.join(',')));
}

/** Opens the doors that a command of its own would, for as long as `work` takes. */
export async function withDoors<Result>(
  app: Pick<TestApp, 'database'>,
  work: (database: Database) => Promise<Result>,
  Doors: typeof Database = Database,
): Promise<Result> {
  const source = await createDataSource({ url: app.database.appUrl, poolSize: 1, entities: [] }).initialize();
  return work(new Doors(source, { namedStatements: false })).finally(() => source.destroy());
}

/** Rotates as the command does, over connections of its own; `change` replaces options. */
export function rotate(
  app: Pick<TestApp, 'database'>,
  vault: Vault,
  change: Partial<RotationOptions> = {},
): Promise<Rotated> {
  return withDoors(app, (database) => rotateKeys({ database, vault, say: () => undefined, ...change }));
}

/** How many keys of which table a key wraps: `['data_keys new 3', ..]`. */
export async function wrappings(app: Pick<TestApp, 'sql'>): Promise<string[]> {
  const counted = await app.sql<{ line: string }>(
    ['data_keys', 'provider_connections', 'callback_inbox']
      .map(
        (
          table,
        ) => `select concat_ws(' ', '${table}', ring_key_id, count(*)) as line from customer_verifications.${table}
          where wrapped_key is not null group by ring_key_id`,
      )
      .join(' union all ')
      .concat(' order by 1'),
  );
  return counted.map(({ line }) => line);
}
