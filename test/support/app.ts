import 'reflect-metadata';
import { createHash, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import pg from 'pg';
import { pino } from 'pino';
import type { DataSource } from 'typeorm';
import { ApiKeysRepository, newApiKey, presentedKey } from '#app/access/index.js';
import { AppModule, type AppSettings } from '#app/app.module.js';
import { APP_OPTIONS, setUp } from '#app/app.setup.js';
import { type Scope, SCOPES } from '#app/context/index.js';
import { createDataSource } from '#app/database/data-source.js';
import { Database } from '#app/database/index.js';
import { PinoLogger } from '#app/logging/index.js';
import { ENTITIES, grantToApplication, migrate } from '#app/schema/index.js';
import { ExpirySweep } from '#app/verifications/sweep/expiry-sweep.js';
import { WorkLoop } from '#app/work/index.js';
import { CallbackLoop } from '#app/callbacks/index.js';
import { BEHIND_POOLER, createTestDatabase, type TestDatabase, type TestSchema } from './database.js';
import { UnfilteredDatabase } from './isolation/unfiltered-database.js';
import { ScriptedClock } from './scripted-clock.js';

/** The present schema, as migrations make it. */
export const CURRENT_SCHEMA: TestSchema = {
  key: 'current',
  migrate: (ownerUrl) => migrate(ownerUrl, ownerUrl, () => undefined),
  grant: (ownerUrl, role) => withDataSource(ownerUrl, (dataSource) => grantToApplication(dataSource, role)),
};

/** What a test changes about the application. */
export interface TestAppOptions extends Partial<
  Pick<
    AppSettings,
    'connections' | 'testConnections' | 'options' | 'adapters' | 'customers' | 'namedStatements' | 'work' | 'keyRing'
  >
> {
  /** A database of another application of the same test, shared; the first one drops it. */
  readonly database?: TestDatabase;
  /** Stands in for the doors, e.g. without the application's own filter. */
  readonly doors?: (dataSource: DataSource) => Database;
  readonly clock?: ScriptedClock;
}

/** One key's view of the application. */
export interface TestTenant {
  readonly organizationId: string;
  readonly livemode: boolean;
  readonly keyId: string;
  readonly key: string;
}

/** The real application on a free port, with a database of its own. */
export interface TestApp {
  readonly url: string;
  readonly clock: ScriptedClock;
  readonly database: TestDatabase;
  readonly nest: NestExpressApplication;
  /** Every line that was logged, as JSON text. */
  readonly logs: string[];
  /** A new organization's test key, or what is asked for. */
  tenant(wanted?: { organizationId?: string; livemode?: boolean; scopes?: readonly Scope[] }): Promise<TestTenant>;
  /** One HTTP call; JSON is sent unless `body` is text or bytes. */
  call(
    tenant: Pick<TestTenant, 'key'> | null,
    method: string,
    path: string,
    request?: TestRequest,
  ): Promise<TestAnswer>;
  /** SQL behind row-level security's back. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Does all the work that is due, as a worker would at its next look. */
  work(): Promise<void>;
  close(): Promise<void>;
}

/** What a test sends. */
export interface TestRequest {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back; `body` is parsed JSON, null where there is none. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
export interface TestAnswer<Body = any> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

/** Starts the application as built, over a fresh copy of the present schema. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { connections = {}, options: patience = {}, namedStatements = !BEHIND_POOLER, work = 'off' } = options;
  const doors = options.doors ?? doorsOfTheRun();
  const clock = options.clock ?? new ScriptedClock();
  const database = options.database ?? (await createTestDatabase(CURRENT_SCHEMA));
  const dataSource = await createDataSource({ url: database.appUrl, poolSize: 10, entities: ENTITIES }).initialize();
  const settings: AppSettings = {
    ...{
      clock,
      dataSource,
      namedStatements,
      connections: options.testConnections ? connections : asLive(connections),
      testConnections: options.testConnections ?? connections,
      options: patience,
      work,
      listenUrl: database.directUrl,
    },
    ...(options.adapters ? { adapters: options.adapters } : {}),
    ...(options.customers ? { customers: options.customers } : {}),
    // The same in every application over one database, as in processes of one deployment.
    keyRing: options.keyRing ?? `test:${secretOf('ring', database)}`,
    cursorSecret: secretOf('cursors', database),
  };
  const building = Test.createTestingModule({ imports: [AppModule.forRoot(settings)] });
  const module = await (doors ? building.overrideProvider(Database).useValue(doors(dataSource)) : building).compile();
  const logs: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void logs.push(line) });
  const nest = module.createNestApplication<NestExpressApplication>({ ...APP_OPTIONS, logger: new PinoLogger(logger) });
  setUp(nest, logger);
  await nest.listen(0, '127.0.0.1');
  const { port } = nest.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}`;
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 2 });
  // A connection that ends itself may still be cut by the dropping of its database.
  admin.on('error', () => undefined);
  return {
    ...{ url, clock, database, nest, logs },
    tenant: (wanted) => makeTenant(new Database(dataSource, { namedStatements: false }), clock, wanted),
    call: (tenant, method, path, request) => call(tenant, method, `${url}${path}`, request),
    sql: async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
      (await admin.query<Row>(text, values)).rows,
    work: () =>
      workAll(
        [WorkLoop, CallbackLoop].map((loop) => nest.get<WorkLoop>(loop, { strict: false })),
        nest.get(ExpirySweep, { strict: false }),
      ),
    close: async () => {
      await nest.close();
      await dataSource.destroy();
      await admin.end();
      if (!options.database) await database.drop();
    },
  };
}

function secretOf(use: string, { name }: TestDatabase): string {
  return createHash('sha256').update(`${use} ${name}`).digest('base64');
}

async function makeTenant(
  database: Database,
  clock: ScriptedClock,
  wanted: Parameters<TestApp['tenant']>[0] = {},
): Promise<TestTenant> {
  const { organizationId = randomUUID(), livemode = false, scopes = SCOPES } = wanted;
  const key = newApiKey(livemode);
  const keyId = randomUUID();
  const presented = presentedKey(key);
  if (!presented) throw new Error('a new key is not a key');
  const stored = { organizationId, ...presented, id: keyId, principalId: 'test', label: 'Test', scopes };
  await new ApiKeysRepository(database).add({ ...stored, createdAt: clock.now() });
  return { organizationId, livemode, keyId, key };
}

async function call(
  tenant: Pick<TestTenant, 'key'> | null,
  method: string,
  url: string,
  { body, headers = {} }: TestRequest = {},
): Promise<TestAnswer> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(tenant ? { authorization: `Bearer ${tenant.key}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text === '' ? null : JSON.parse(text) };
}

/** `npm run test:unfiltered` runs every test without the application's own filter: then row-level security alone keeps tenants apart. */
function doorsOfTheRun(): TestAppOptions['doors'] {
  if (process.env['CV_TEST_DOORS'] !== 'unfiltered') return undefined;
  return (dataSource) => new UnfilteredDatabase(dataSource, { namedStatements: !BEHIND_POOLER });
}

async function workAll(loops: readonly WorkLoop[], sweep: ExpirySweep): Promise<void> {
  await sweep.sweep();
  // Until no loop has anything left: what one does may be what makes another's row due.
  for (let taken = 1; taken > 0;) {
    taken = 0;
    for (const loop of loops) {
      taken += await loop.look();
      await loop.settled();
    }
  }
}

async function withDataSource(url: string, work: (dataSource: DataSource) => Promise<void>): Promise<void> {
  const dataSource = await createDataSource({ url, poolSize: 1, entities: [] }).initialize();
  await work(dataSource).finally(() => dataSource.destroy());
}

/** The same for live keys, whose callbacks come by an address of their own. */
function asLive(connections: AppSettings['connections']): AppSettings['connections'] {
  const entries = Object.entries(connections).map(([provider, connection]) => {
    const { callbackToken: token } = connection;
    return [provider, token === undefined ? connection : { ...connection, callbackToken: `${token}-live` }] as const;
  });
  return Object.fromEntries(entries);
}
