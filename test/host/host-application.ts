import 'reflect-metadata';
import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { runVerificationsMigrations } from 'customer-verifications';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { BEHIND_POOLER, createTestDatabase, type TestDatabase } from '../support/database.js';
import { ScriptedClock } from '../support/scripted-clock.js';
import { HostErrorFilter } from './host-error.filter.js';
import { HostModule, type HostSettings } from './host.module.js';
import { LedgerEvent } from './ledger-event.entity.js';
import { Ledger1700000000000 } from './ledger.migration.js';
import { Payouts } from './payouts.module.js';
import { StaffSessions } from './staff.js';

/** What a test changes about the host. */
export interface HostOptions extends Partial<Omit<HostSettings, 'clock' | 'http'>> {
  readonly poolSize?: number;
  /** Whether the library's routes are served, under `/platform/<path>`; `kyc` unless told. */
  readonly http?: false | { readonly path: string };
  /** Whether the host's parser keeps a body's bytes. */
  readonly rawBody?: boolean;
  /** What else the host does to its application before it starts. */
  readonly setUp?: (nest: NestExpressApplication) => void;
}

/** The running host. */
export interface HostApplication {
  readonly url: string;
  readonly nest: NestExpressApplication;
  readonly dataSource: DataSource;
  readonly database: TestDatabase;
  readonly clock: ScriptedClock;
  readonly sessions: StaffSessions;
  readonly payouts: Payouts;
  /** A session of a new organization. */
  session(): string;
  call(session: string | null, method: string, path: string, body?: string): Promise<HostAnswer>;
  /** Stops the host and drops its database. */
  close(): Promise<void>;
}

/** What came back. */
export interface HostAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly headers: Headers;
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
}

/** The host's own data source: nothing in it was made for the library. */
export function hostDataSource(url: string, poolSize = 4): DataSource {
  const migrations = [Ledger1700000000000];
  return new DataSource({ type: 'postgres', url, poolSize, entities: [LedgerEvent], migrations, logging: false });
}

/** An empty database that belongs to the host's role, which is no superuser. */
export async function createHostDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await admin.query(`alter database "${database.name}" owner to "${database.role}"`);
  await admin.end();
  return database;
}

/** Past a pooler, which hands the lock that migrators wait for to whoever comes next. */
async function migrate(dataSource: DataSource, { directUrl }: TestDatabase): Promise<void> {
  const direct = BEHIND_POOLER ? await hostDataSource(directUrl).initialize() : dataSource;
  await direct.runMigrations();
  await runVerificationsMigrations(direct);
  if (direct !== dataSource) await direct.destroy();
}

/** Starts the host on a free port, over a database where the host's and the library's migrations have run. */
export async function startHost(options: HostOptions = {}): Promise<HostApplication> {
  const { poolSize, http = { path: 'kyc' }, rawBody = false, setUp, manner = 'forRootAsync', ...given } = options;
  const database = await createHostDatabase();
  const dataSource = await hostDataSource(database.appUrl, poolSize).initialize();
  await migrate(dataSource, database);
  const clock = new ScriptedClock();
  const sessions = new StaffSessions();
  const served = http && { ...http, context: sessions.authenticate };
  const keyRing = `host:${randomBytes(32).toString('base64')}`;
  const nest = await NestFactory.create<NestExpressApplication>(
    HostModule.over(dataSource, {
      keyRing,
      namedStatements: !BEHIND_POOLER,
      work: 'off',
      ...given,
      clock,
      http: served,
      manner,
    }),
    { logger: false, rawBody, abortOnError: false },
  );
  nest.setGlobalPrefix('/platform');
  nest.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true, forbidNonWhitelisted: true }));
  nest.useGlobalFilters(new HostErrorFilter());
  setUp?.(nest);
  await nest.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${String((nest.getHttpServer().address() as AddressInfo).port)}`;
  return {
    ...{ url, nest, dataSource, database, clock, sessions, payouts: nest.get(Payouts, { strict: false }) },
    session: () => sessions.open({ name: 'ada', organizationId: randomUUID() }),
    call: (session, method, path, body) => call(`${url}${path}`, session, method, body),
    close: async () => {
      await nest.close();
      await database.drop();
    },
  };
}

async function call(url: string, session: string | null, method: string, sent?: string): Promise<HostAnswer> {
  const cookie: Record<string, string> = session === null ? {} : { cookie: `session=${session}` };
  const content = sent === undefined ? {} : { body: sent };
  const media: Record<string, string> = sent === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers: { ...cookie, ...media }, ...content });
  const text = await response.text();
  const type = response.headers.get('content-type');
  // What is not the host's, nor ours, answers with a page.
  const body: unknown = type?.includes('json') ? JSON.parse(text) : null;
  return { status: response.status, type, headers: response.headers, body };
}
