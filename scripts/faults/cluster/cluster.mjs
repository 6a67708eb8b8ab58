import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DIST } from './built.mjs';
import { openDatabase } from './database.mjs';
import { startFront } from './front.mjs';
import { Service } from './service.mjs';
import { startTcpProxy } from './tcp-proxy.mjs';
import { startVendorLine } from './vendor-line.mjs';
import { startVendor } from './vendor.mjs';

/** What of the service's own patience is shortened, by its documented variables. */
const PATIENCE = { WAIT_MS: '1000', CALL_DEADLINE_MS: '3000' };

/** As many checks in flight as a failpoint waits for must each get a connection. */
const POOL_SIZE = '30';
const CLOSED_WITHIN_MS = 40_000;

/**
 * @typedef {object} Tenant
 * @property {string} organizationId
 * @property {string} key of its test world
 *
 * @typedef {object} Cluster
 * @property {import('./database.mjs').FaultyDatabase} database
 * @property {import('./tcp-proxy.mjs').SwallowingProxy} proxy between the services and the database
 * @property {import('./vendor.mjs').Vendor} vendor
 * @property {{ url: string, secret: string }} callbacks where the vendor tells of changes, and what it signs with
 * @property {import('./vendor-line.mjs').VendorLine} line between the services and the vendor
 * @property {Service[]} services
 * @property {string} folder
 * @property {() => Promise<Tenant>} tenant a new one
 * @property {() => Promise<void>} close
 */

/**
 * The service as production runs it: so many API and worker processes of one build on one database, each its own process, with one key
 * ring and one cursor secret; beside it the vendor. Everything on loopback, below one folder that goes with it.
 * @param {{ apis: number, workers: number, keep: boolean }} settings
 * @returns {Promise<Cluster>}
 */
export async function openCluster({ apis, workers, keep }) {
  const folder = mkdtempSync(join(tmpdir(), 'cv-faults-'));
  // Root's database runs as somebody else, who must be able to pass.
  chmodSync(folder, 0o711);
  const closing = [['folder', async () => (keep ? undefined : rmSync(folder, { recursive: true, force: true }))]];
  const close = async () => {
    for (let step = closing.pop(); step; step = closing.pop()) await closed(...step);
  };
  const services = [];
  try {
    const database = await openDatabase(folder);
    closing.push(['database', database.close]);
    const front = await startFront(() => chance(services.map(({ url }) => url).filter((url) => url !== null)));
    closing.push(['front', front.close]);
    const callbacks = callbacksAt(front.url);
    const vendor = await startVendor(folder, callbacks);
    closing.push(['vendor', vendor.close]);
    const proxy = await startTcpProxy(database.appUrl);
    closing.push(['proxy', proxy.close]);
    const line = await startVendorLine(vendor.url);
    closing.push(['line to the vendor', line.close]);
    services.push(
      ...servicesOf({ apis, workers }, environmentOf(proxy.url, connectionOf(line.url, vendor, callbacks)), folder),
    );
    closing.push(['services', () => Promise.all(services.map((service) => service.close()))]);
    await Promise.all(services.map((service) => service.start()));
    const tenant = () => newTenant(database.appUrl);
    return { database, proxy, vendor, callbacks, line, services, folder, tenant, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function callbacksAt(front) {
  const [token, secret] = [randomBytes(32).toString('hex'), randomBytes(24).toString('hex')];
  return { url: `${front}/v1/provider-callbacks/sandbox/${token}`, token, secret };
}

/** The deployment's own connection to the vendor. */
function connectionOf(url, { apiKey }, { token, secret }) {
  const connection = { settings: { base_url: url }, credentials: { api_key: apiKey } };
  return { ...connection, callback_token: token, callback_secrets: [secret] };
}

/** Nothing may keep the rest from being closed. */
async function closed(name, step) {
  const over = new AbortController();
  const late = sleep(CLOSED_WITHIN_MS, 'late', { signal: over.signal }).catch(() => undefined);
  const end = await Promise.race([step().catch((error) => error), late]).finally(() => over.abort());
  if (end === 'late' || end instanceof Error) process.stderr.write(`not closed: ${name} (${end.message ?? end})\n`);
}

function environmentOf(databaseUrl, sandbox) {
  return {
    ...PATIENCE,
    NODE_ENV: 'production',
    PORT: '0',
    LOG_LEVEL: 'warn',
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: POOL_SIZE,
    KEY_RING: `faults:${randomBytes(32).toString('base64')}`,
    CURSOR_SECRET: randomBytes(32).toString('base64'),
    PROVIDER_TEST_CONNECTIONS: JSON.stringify({ sandbox }),
  };
}

function servicesOf({ apis, workers }, env, folder) {
  const named = (role, count, more) =>
    Array.from({ length: count }, (_, index) => {
      return new Service({ name: `${role}-${index + 1}`, role, env: { ...env, ...more }, folder });
    });
  return [...named('api', apis, { WORK: 'off' }), ...named('worker', workers, { API: 'off' })];
}

/** One of the list; null of an empty one. */
function chance(list) {
  return list[Math.floor(Math.random() * list.length)] ?? null;
}

/** By the command that operators use. */
async function newTenant(databaseUrl) {
  const organizationId = randomUUID();
  const args = [join(DIST, 'src/api-key.js'), 'create', '--organization', organizationId, '--label', 'Faults'];
  const env = { PATH: process.env.PATH, NODE_ENV: 'production', DATABASE_URL: databaseUrl };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  const [, key] = /^key +(\S+)$/m.exec(stdout) ?? [];
  if (key === undefined) throw new Error('no API key was made');
  return { organizationId, key };
}
