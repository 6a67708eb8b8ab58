import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startTypeScript } from '../../../test/support/typescript-process.js';
import { reachableBy } from './embedded-owner.js';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import type { EmbeddedPostgres } from './embedded-postgres.js';
import { commandOf, incarnationOf } from './embedded-processes.js';
import { pause } from './embedded-waiting.js';

const SETTINGS = { fsync: 'off' };
const NOBODY = { uid: 65534, gid: 65534 };

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  // A server that is killed cuts the line: the query's own error says so.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Asks until there is an answer: for a server that is on its way back. */
async function queryPatiently(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  for (;;) {
    try {
      return await query(url, text);
    } catch {
      await pause(20);
    }
  }
}

const pidFile = (server: EmbeddedPostgres): string => join(server.folder, 'cluster', 'postmaster.pid');
const pidOf = (server: EmbeddedPostgres): number => Number(readFileSync(pidFile(server), 'utf8').split('\n')[0]);

describe('the embedded PostgreSQL', () => {
  let home: string;
  let dataFolder: string;
  let started: EmbeddedPostgres[] = [];

  async function start(settings = SETTINGS): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ dataFolder, settings });
    started.push(server);
    return server;
  }

  async function stopped(): Promise<EmbeddedPostgres> {
    const server = await start();
    await server.stop();
    return server;
  }

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'cv-embedded-'));
    // Root's server runs as somebody else, who must be able to pass.
    chmodSync(home, 0o711);
    dataFolder = join(home, 'data');
    const server = await start();
    await query(server.ownerUrl, `create table kept (value text primary key); insert into kept values ('first')`);
    await server.stop();
  });

  afterEach(async () => {
    for (const server of started) await server.stop();
    started = [];
  });

  afterAll(async () => {
    expect(await removeEmbeddedPostgres(dataFolder)).toBe(true);
    rmSync(home, { recursive: true });
  });

  it('keeps its data between starts and is gone after a stop', async () => {
    const server = await start();
    const pid = pidOf(server);
    expect(await query(server.ownerUrl, 'select value from kept')).toEqual([{ value: 'first' }]);
    await server.stop();
    expect(incarnationOf(pid)).toBeNull();
    await expect(query(server.ownerUrl, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('gives the application a role that is bound by row-level security', async () => {
    const server = await start();
    const rights =
      'select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user';
    expect(await query(server.appUrl, rights)).toEqual([
      { rolname: 'cv_app', rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false },
    ]);
    expect(await query(server.appUrl, 'select current_database() as name')).toEqual([
      { name: 'customer_verifications' },
    ]);
  });

  it('lets nobody in without the password, and listens on the loopback alone', async () => {
    const server = await start();
    const stranger = new URL(server.adminUrl);
    stranger.password = 'guessed';
    await expect(query(stranger.href, 'select 1')).rejects.toThrow('password authentication failed');
    const settings = `select string_agg(setting, '|' order by name) as all from pg_settings
      where name in ('listen_addresses', 'unix_socket_directories', 'fsync')`;
    expect(await query(server.adminUrl, settings)).toEqual([{ all: 'off|127.0.0.1|' }]);
  });

  it('comes back by itself on the same port when it is killed, and with its rows', async () => {
    const server = await start();
    const pid = pidOf(server);
    process.kill(pid, 'SIGKILL');
    expect(await queryPatiently(server.ownerUrl, 'select value from kept')).toEqual([{ value: 'first' }]);
    expect(pidOf(server)).not.toBe(pid);
  });

  it('is started again at once by whoever comes right after it was killed', async () => {
    const server = await start();
    process.kill(pidOf(server), 'SIGKILL');
    const next = await start();
    expect(await query(next.ownerUrl, 'select value from kept')).toEqual([{ value: 'first' }]);
  });

  it('outlives a killed user, and the next one goes on with it', async () => {
    const code = `
      const { startEmbeddedPostgres } = await import(src + 'database/embedded/embedded-postgres.ts');
      const { folder, ownerUrl } = await startEmbeddedPostgres(${JSON.stringify({ dataFolder, settings: SETTINGS })});
      console.log(JSON.stringify({ folder, ownerUrl }));
      process.stdin.resume();`;
    const user = startTypeScript(code);
    const left = (await user.answer()) as EmbeddedPostgres;
    const pid = pidOf(left);
    user.child.kill('SIGKILL');
    expect(await user.ended).toBe('SIGKILL');
    const server = await start();
    expect([server.ownerUrl, pidOf(server)]).toEqual([left.ownerUrl, pid]);
    await server.stop();
    expect(commandOf(pid)).toBeNull();
  });

  it('stays up for the second user when the first one stops, and is not removed under him', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    expect(first.ownerUrl).toBe(second.ownerUrl);
    await first.stop();
    await first.stop();
    expect(await removeEmbeddedPostgres(dataFolder)).toBe(false);
    expect(await query(second.ownerUrl, 'select value from kept')).toEqual([{ value: 'first' }]);
    await second.stop();
    await expect(query(second.ownerUrl, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('starts over a postmaster.pid whose process id now belongs to a stranger', async () => {
    const server = await start();
    const text = readFileSync(pidFile(server), 'utf8').split('\n');
    await server.stop();
    writeFileSync(pidFile(server), [process.pid, ...text.slice(1)].join('\n'));
    const next = await start();
    expect(pidOf(next)).not.toBe(process.pid);
  });

  it('writes neither rows nor statements to its log', async () => {
    const server = await start();
    await query(server.ownerUrl, `insert into kept values ('canary') on conflict do nothing`);
    await expect(query(server.ownerUrl, `insert into kept values ('canary')`)).rejects.toThrow('duplicate key');
    await server.stop();
    const log = readFileSync(join(server.folder, 'server.log'), 'utf8');
    expect(log).toContain('duplicate key');
    expect(log).not.toContain('canary');
  });

  it.each([
    ['before it takes the data folder', { fsync: 'perhaps' }, 'fsync'],
    ['after that', { fsync: 'off', shared_preload_libraries: 'absent' }, 'absent'],
  ])('says what PostgreSQL said when it fails %s', async (_name, settings, word) => {
    await expect(start(settings)).rejects.toThrow(
      new RegExp(`^embedded PostgreSQL: the server ended at once: .*FATAL.*"${word}".* Set DATABASE_URL`),
    );
  });

  it('refuses data of another version and names the folder', async () => {
    const version = join((await stopped()).folder, 'cluster', 'PG_VERSION');
    const own = readFileSync(version, 'utf8');
    writeFileSync(version, '17\n');
    await expect(start()).rejects.toThrow(/the data in .*postgres is of version 17, the program of 18/);
    writeFileSync(version, own);
  });
});

it('two first starts of the embedded PostgreSQL, by an ordinary user, make one database', async () => {
  const home = mkdtempSync(join(tmpdir(), 'cv-embedded-'));
  const code = `
    const { startEmbeddedPostgres, removeEmbeddedPostgres } = await import(src + 'database/embedded/embedded-postgres.ts');
    const { mkdtempSync } = await import('node:fs');
    const dataFolder = mkdtempSync('/tmp/cv-embedded-');
    const [one, two] = await Promise.all([1, 2].map(() => startEmbeddedPostgres({ dataFolder, settings: { fsync: 'off' } })));
    await one.stop();
    await two.stop();
    const removed = await removeEmbeddedPostgres(dataFolder);
    (await import('node:fs')).rmSync(dataFolder, { recursive: true });
    console.log(JSON.stringify({ uid: process.getuid(), same: one.appUrl === two.appUrl, removed }));`;
  // Root plays the ordinary user, where that user can get at the sources.
  const source = fileURLToPath(new URL('embedded-postgres.ts', import.meta.url));
  const asNobody = process.getuid?.() === 0 && reachableBy(source, NOBODY) && reachableBy(process.execPath, NOBODY);
  const uid = asNobody ? NOBODY.uid : process.getuid?.();
  expect(await startTypeScript(code, asNobody ? NOBODY.uid : undefined).answer()).toEqual({
    uid,
    same: true,
    removed: true,
  });
  rmSync(home, { recursive: true });
});
