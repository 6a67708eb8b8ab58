import pg from 'pg';

/**
 * Databases of tests are called `cv_test_...` and carry a comment, `{ host, pid, incarnation, run }`, that says which run made
 * them. Nothing without both is ever dropped, nor what belongs to a role that isn't ours. Each may have a role of its own name.
 */
async function listTestDatabases(client) {
  const { rows } = await client.query(
    `select datname as name, shobj_description(oid, 'pg_database') as owner
       from pg_database where datname like 'cv\\_test\\_%' and pg_has_role(datdba, 'MEMBER')`,
  );
  return rows.flatMap(({ name, owner }) => {
    try {
      return [{ name, owner: JSON.parse(owner) }];
    } catch {
      return [];
    }
  });
}

async function drop(client, name) {
  await client.query(`drop database if exists "${name}" with (force)`);
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name]);
  if (rowCount === 1) await client.query(`drop role "${name}"`);
}

async function connected(url, work) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Drops what is left of one run's databases and roles. */
export function dropDatabasesOf(url, { run }) {
  return connected(url, async (client) => {
    for (const { name, owner } of await listTestDatabases(client)) if (owner?.run === run) await drop(client, name);
  });
}

/** Drops what runs on this host left behind whose process is gone; another host's runs can't be judged from here. */
export function dropOrphanedDatabases(url, host, incarnationOf) {
  return connected(url, async (client) => {
    for (const { name, owner } of await listTestDatabases(client)) {
      const orphaned = owner?.host === host && owner.incarnation !== incarnationOf(owner.pid);
      // Another run may be clearing up the same one.
      if (orphaned) await drop(client, name).catch(() => undefined);
    }
  });
}
