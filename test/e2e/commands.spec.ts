import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '#app/platform/clock.js';
import { CURRENT_SCHEMA, startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { VERIFICATIONS } from '../support/verification-requests.js';

const ROOT = join(import.meta.dirname, '..', '..');
const HOUR = 3_600_000;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** One of the project's commands in a process of its own: in production, and told of nothing but the database. */
function command(
  name: 'api-key' | 'main' | 'migrate',
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Ended> {
  const env = { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [`dist/src/${name}.js`, ...args], { cwd: ROOT, env }, (failure, out, error) => {
      resolve({ code: failure === null ? 0 : Number(failure.code), out, error });
    });
  });
}

describe('npm run api-key', () => {
  const organization = ['--organization', randomUUID()];
  let app: TestApp;

  beforeAll(async () => {
    // The command has the machine's time.
    app = await startTestApp({ clock: new ScriptedClock(new SystemClock().now()) });
  });
  afterAll(() => app.close());

  const run = (...args: string[]): Promise<Ended> => command('api-key', args, { DATABASE_URL: app.database.appUrl });
  const create = async (...args: string[]): Promise<{ id: string; key: string }> => {
    const { code, out, error } = await run('create', ...organization, '--label', 'Ada', ...args);
    expect([code, error]).toEqual([0, '']);
    const [, id = '', key = ''] = /^id +([0-9a-f-]{36})\nkey +(sk_(?:test|live)_[\w-]{43})\n$/.exec(out) ?? [];
    return { id, key };
  };
  const status = async (key: string): Promise<number> => (await app.call({ key }, 'GET', VERIFICATIONS)).status;

  it('makes a key that works until it is revoked', async () => {
    const { id, key } = await create('--live');
    expect(key).toMatch(/^sk_live_/);
    expect(await status(key)).toBe(200);
    expect((await run('revoke', ...organization, '--id', id)).out).toBe('no such key, or revoked before\n');
    expect((await run('revoke', ...organization, '--id', id, '--live')).out).toBe('revoked\n');
    app.clock.advance(1_001);
    expect(await status(key)).toBe(401);
  });

  it('makes a key that ends on its day', async () => {
    const [day, moment, ever] = [
      await create('--expires', '1'),
      await create('--expires', new Date(Date.now() + 12 * HOUR).toISOString()),
      await create(),
    ];
    const statuses = (): Promise<number[]> => Promise.all([day, moment, ever].map(({ key }) => status(key)));
    expect(await statuses()).toEqual([200, 200, 200]);
    app.clock.advance(13 * HOUR);
    expect(await statuses()).toEqual([200, 401, 200]);
    app.clock.advance(12 * HOUR);
    expect(await statuses()).toEqual([401, 401, 200]);
  });

  it.each([
    ['no command', [], 'npm run api-key -- create'],
    ['no label', ['create', ...organization], 'npm run api-key -- create'],
    ['no organization', ['create', '--label', 'Ada'], 'npm run api-key -- create'],
    ['a scope that is none', ['create', ...organization, '--label', 'Ada', '--scope', 'all'], 'unknown scope: all'],
    [
      'a day that is over',
      ['create', ...organization, '--label', 'Ada', '--expires', '2020-01-01T00:00:00Z'],
      '--expires',
    ],
    ['no days', ['create', ...organization, '--label', 'Ada', '--expires', '0'], '--expires'],
    ['no time', ['create', ...organization, '--label', 'Ada', '--expires', 'tomorrow'], '--expires'],
  ])('is refused with %s', async (_, args, said) => {
    const { code, out, error } = await run(...args);
    expect([code, out]).toEqual([1, '']);
    expect(error).toContain(said);
    expect(error).not.toContain('    at ');
  });
});

describe('npm run migrate', () => {
  it('needs to know the database and nothing else', async () => {
    const database = await createTestDatabase();
    const environment = { DATABASE_URL: database.appUrl, DATABASE_MIGRATION_URL: database.adminUrl };
    expect((await command('migrate', [], environment)).out).toMatch(/^migrated: .*\nthe schema is up to date\n$/);
    expect((await command('migrate', [], environment)).out).toBe('the schema is up to date\n');
    await database.drop();
  });

  it.each([
    ['DATABASE_URL is missing', {}],
    ['DATABASE_URL must be a postgres:// URL', { DATABASE_URL: `mysql://${randomBytes(4).toString('hex')}` }],
  ])('says in so many words that %s', async (fault, environment) => {
    const { code, error } = await command('migrate', [], environment);
    expect([code, error]).toEqual([1, `The configuration has a fault:\n  - ${fault}\n`]);
  });
});

describe('npm start', () => {
  const SECRETS = {
    KEY_RING: `ring:${randomBytes(32).toString('base64')}`,
    CURSOR_SECRET: randomBytes(32).toString('base64'),
  };
  const start = (environment: NodeJS.ProcessEnv): Promise<Ended> =>
    command('main', [], { PORT: '0', LOG_LEVEL: 'error', ...environment });

  it.each([
    [
      'SANDBOX_URL must be an http:// or https:// URL without credentials, query and fragment',
      { SANDBOX_URL: 'http://user:canary@127.0.0.1:4010', SANDBOX_API_KEY: 'key' },
    ],
    ['SANDBOX_API_KEY must be plain text', { SANDBOX_URL: 'http://127.0.0.1:4010', SANDBOX_API_KEY: 'can\nary' }],
    [
      'PROVIDER_CONNECTIONS.middesk.callback_token must have letters, digits and . _ ~ + = - alone',
      {
        PROVIDER_CONNECTIONS: JSON.stringify({
          middesk: { credentials: { api_key: 'k' }, callback_token: 'canary/'.repeat(6), callback_secrets: ['s'] },
        }),
      },
    ],
  ])('says in so many words that %s', async (fault, environment) => {
    const given = { ...SECRETS, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', ...environment };
    const { code, error } = await start(given);
    expect([code, error]).toEqual([1, `The configuration has a fault:\n  - ${fault}\n`]);
  });

  it.each([
    ['is no address of this machine', '192.0.2.1'],
    ['is not known', '999.1.2.3'],
  ])('says that HOST %s where it can not listen there', async (fault, host) => {
    const database = await createTestDatabase(CURRENT_SCHEMA);
    const { code, error } = await start({ ...SECRETS, DATABASE_URL: database.directUrl, HOST: host });
    expect([code, error.split('\n').length]).toEqual([1, 3]);
    expect(error).toContain(`The configuration has a fault:\n  - HOST ${fault}`);
    await database.drop();
  });

  it('says which file of secrets is damaged', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cv-commands-'));
    writeFileSync(join(folder, 'development.json'), '{"canary"');
    const { code, error } = await start({ NODE_ENV: 'development', DATA_FOLDER: folder });
    expect([code, error]).toEqual([
      1,
      `${folder}/development.json is no JSON. Repair it, or remove it to get new secrets: what the old ones encrypted is lost.\n`,
    ]);
    rmSync(folder, { recursive: true });
  });
});
