import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, removeEmbeddedPostgres, startEmbeddedPostgres } from '#app/database/embedded/index.js';
import { SystemClock } from '#app/platform/clock.js';
import { pause, within } from '#app/platform/deadline.js';
import { FetchHttp } from '#app/platform/http.js';
import { wiredAdapters } from '#app/providers/provider-registry.js';
import { LEASE_MS } from '#app/work/index.js';
import { AIDS } from '../aid/aids.js';
import type { VendorAid } from '../aid/vendor-aid.js';
import { killService, type ServiceProcess, startService } from '../support/peers/service-process.js';
import { type HeldVendor, startHeldVendor } from '../support/played/held-vendor.js';

type Shown = Readonly<Record<string, unknown>>;

/** More than it takes on a quiet machine; a failure says what did not happen within it. */
const SOON_MS = 20_000;
/** The dead process's lease, the next look, and the question. */
const TAKEN_OVER_MS = LEASE_MS + SOON_MS;

const clock = new SystemClock();
const PERSONAL: ReadonlySet<string> = new Set(['identity', 'age', 'screening']);

/** The vendors who check people and keep what they were asked: where asking again is all there is, nothing is left behind. */
const ADAPTERS = wiredAdapters({ clock, http: new FetchHttp() }, 'all').filter(
  ({ testOnly, connectionForm, capabilities, checks }) =>
    !testOnly &&
    connectionForm !== null &&
    capabilities.fetch !== 'rerun' &&
    checks.some(({ verificationType }) => PERSONAL.has(verificationType)),
);
const EXPERIMENTAL_PROVIDERS = ADAPTERS.filter(({ experimental }) => experimental)
  .map(({ provider }) => provider)
  .join();

/** What becomes of a start whose answer nobody got, as the adapter says that its vendor lets itself be asked. */
const ROWS = ADAPTERS.map((adapter) => {
  const { find, idempotentStart, callbacks } = adapter.capabilities;
  const recovers = find || idempotentStart;
  return { provider: adapter.provider, recovers, callbacks, givesPages: 'customerAction' in adapter };
});
const RECOVERED = ROWS.filter(({ recovers, callbacks }) => recovers && callbacks);
const ANSWERED = ROWS.filter(({ recovers, callbacks }) => recovers && !callbacks);
const LOST = ROWS.filter(({ recovers }) => !recovers);

interface Crash {
  readonly aid: VendorAid;
  readonly held: HeldVendor;
  /** The verification whose start was under way. */
  id: string;
}

describe('a process that is killed after the vendor made the session, and before that was stored', () => {
  let folder: string;
  let server: EmbeddedPostgres;
  let database: pg.Client;
  let crashes: ReadonlyMap<string, Crash> = new Map();
  let service: ServiceProcess;
  /** What the first process left behind: rows here, and sessions and requests at the vendors. */
  let left: readonly Shown[];
  let made: ReadonlyMap<string, number>;
  let asked: ReadonlyMap<string, number>;
  const running: ServiceProcess[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cv-crash-'));
    // Root's database runs as somebody else, who must be able to pass.
    chmodSync(folder, 0o711);
    server = await startEmbeddedPostgres({ dataFolder: folder, settings: { fsync: 'off' } });
    database = new pg.Client({ connectionString: server.ownerUrl });
    await database.connect();
    const known = AIDS.filter(({ provider }) => ROWS.some((row) => row.provider === provider));
    const started = known.map(async (aid): Promise<[string, Crash]> => {
      return [aid.provider, { aid, held: await startHeldVendor(aid, clock), id: '' }];
    });
    crashes = new Map(await Promise.all(started));
    service = await start();
    await Promise.all([...crashes.values()].map(begin));
    await killService(service);
    left = await rows();
    made = atVendors(({ held, id }) => held.vendor.billed(id));
    asked = atVendors(({ held }) => held.vendor.requests.length);
    for (const { held } of crashes.values()) held.lose();
    service = await start();
  }, 60_000);
  afterAll(async () => {
    await Promise.all(running.map(killService));
    await Promise.all([...crashes.values()].map(({ held }) => held.close()));
    await database.end();
    await server.stop();
    await removeEmbeddedPostgres(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<ServiceProcess> => {
    const connections = [...crashes].map(([provider, { held }]) => [provider, held.connection] as const);
    const PROVIDER_TEST_CONNECTIONS = JSON.stringify(Object.fromEntries(connections));
    const started = await startService({ DATA_FOLDER: folder, PROVIDER_TEST_CONNECTIONS, EXPERIMENTAL_PROVIDERS });
    running.push(started);
    return started;
  };
  const call = async (method: string, path: string, body?: object) => {
    const { url, key } = service;
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', prefer: 'respond-async' };
    const response = await fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: response.status, body: (await response.json()) as { data: Shown; code?: string } };
  };
  /** Resolves when the vendor has made the session and its answer is on the way. */
  const begin = async (crash: Crash): Promise<void> => {
    const created = Promise.withResolvers<string>();
    const onTheWay = crash.held.holdStartOf(created.promise).then(() => true);
    const { provider, check } = crash.aid;
    const { status, body } = await call('POST', '/v1/verifications', { customer_id: randomUUID(), provider, ...check });
    expect([provider, status]).toEqual([provider, 202]);
    crash.id = String(body.data['id']);
    created.resolve(crash.id);
    expect([provider, await within(SOON_MS, onTheWay)]).toEqual([provider, true]);
  };
  const crashAt = (provider: string): Crash => {
    const crash = crashes.get(provider);
    if (!crash) throw new Error(`${provider} was not played`);
    return crash;
  };
  const atVendors = (count: (crash: Crash) => number): ReadonlyMap<string, number> =>
    new Map([...crashes].map(([provider, crash]) => [provider, count(crash)]));
  const rows = async (): Promise<Shown[]> => {
    const found = await database.query<Shown>(
      `select provider, status, provider_reference as reference, lease_until > clock_timestamp() as leased
       from customer_verifications.verifications order by provider collate "C"`,
    );
    return found.rows;
  };
  /** The verification once it is as wanted; null where that takes too long. */
  const shownOnce = async (
    id: string,
    isWanted: (shown: Shown) => boolean,
    milliseconds = SOON_MS,
  ): Promise<Shown | null> => {
    const deadline = AbortSignal.timeout(milliseconds);
    while (!deadline.aborted) {
      const { data } = (await call('GET', `/v1/verifications/${id}`)).body;
      if (isWanted(data)) return data;
      await pause(50);
    }
    return null;
  };
  const callBack = async ({ held, aid }: Crash, reference: string): Promise<unknown[]> => {
    const { headers, body } = held.approve(reference);
    const answer = await fetch(`${service.url}${held.callbackPath}`, {
      ...{ method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: new Uint8Array(body) },
    });
    await answer.arrayBuffer();
    return [aid.provider, answer.status];
  };
  /** The address of the page; a vendor that is asked too often lets us wait for it. */
  const pageOf = async (id: string): Promise<unknown> => {
    const deadline = AbortSignal.timeout(SOON_MS);
    while (!deadline.aborted) {
      const { status, body } = await call('POST', `/v1/verifications/${id}/customer-action`);
      if (status === 200) return (body as { customer_action?: { url: unknown } }).customer_action?.url;
      await pause(100);
    }
    return null;
  };

  it('was at each vendor who checks people, and left a session there and a claim without a reference here', () => {
    expect(running[0]?.child.signalCode).toBe('SIGKILL');
    expect(made).toEqual(new Map(ROWS.map(({ provider }) => [provider, 1])));
    const claimed = ROWS.map(({ provider }) => ({ provider, status: 'pending', reference: null, leased: true }));
    expect(left).toEqual(claimed.sort((one, other) => (one.provider < other.provider ? -1 : 1)));
  });

  it.each(RECOVERED)(
    'is followed by one who finds the session at $provider again, and brings it to its end',
    async ({ provider, givesPages }) => {
      const crash = crashAt(provider);
      const { aid, held, id } = crash;
      const found = await shownOnce(id, (shown) => shown['provider_reference'] !== null, TAKEN_OVER_MS);
      expect(found).toMatchObject({ status: 'pending', reason: 'awaiting_customer' });
      if (givesPages) expect(await pageOf(id)).toMatch(/^https?:\/\/./);
      expect(await callBack(crash, String(found?.['provider_reference']))).toEqual([provider, 200]);
      const decided = await shownOnce(id, ({ status }) => status !== 'pending');
      expect(Object.values(aid.outcomes)).toContainEqual([decided?.['status'], decided?.['reason']]);
      expect(decided).toMatchObject({ status: 'verified', provider_reference: found?.['provider_reference'] });
      expect(held.vendor.billed(id)).toBe(1);
    },
    TAKEN_OVER_MS + 3 * SOON_MS,
  );

  it.each(ANSWERED)(
    'is followed by one who finds what $provider has answered, and asks it for nothing anew',
    async ({ provider }) => {
      const { aid, held, id } = crashAt(provider);
      const found = await shownOnce(id, ({ status }) => status !== 'pending', TAKEN_OVER_MS);
      expect(Object.values(aid.outcomes)[0]).toEqual([found?.['status'], found?.['reason']]);
      expect(found?.['provider_reference']).toEqual(expect.stringMatching(/./));
      expect(held.vendor.billed(id)).toBe(1);
    },
    TAKEN_OVER_MS + SOON_MS,
  );

  it.each(LOST)(
    'is followed by one who leaves $provider alone, which can neither be asked for the session nor know it again',
    async ({ provider }) => {
      const { held, id } = crashAt(provider);
      const taken = await shownOnce(id, ({ reason }) => reason !== null, TAKEN_OVER_MS);
      expect(taken).toMatchObject({ status: 'pending', reason: 'start_outcome_unknown', provider_reference: null });
      const { status, body } = await call('POST', `/v1/verifications/${id}/recheck`);
      expect([status, body.code]).toEqual([422, 'CHECK_NOT_SUPPORTED']);
      expect([held.vendor.billed(id), held.vendor.requests.length]).toEqual([1, asked.get(provider)]);
    },
    TAKEN_OVER_MS + SOON_MS,
  );
});
