import type { Clock } from '../../../src/platform/clock.js';
import { observationOfFault } from '../../../src/providers/fault-observation.js';
import type { Connection, ProviderAdapter } from '../../../src/providers/provider-adapter.js';
import type { Reason } from '../../../src/providers/reasons.js';
import { answering, type Script, startScriptedVendor } from '../scripted-vendor.js';
import type { ContractBench, ContractNetwork, ContractProbe, ContractVendor } from './contract-bench.js';

/** What stands in place of a verification's id where there is none. */
const TRIAL = 'connection-test';

/** What a trial of the connection finds wrong with it; null: it works. */
export async function reasonOfTrial(
  adapter: ProviderAdapter,
  connection: Connection,
  clock: Clock,
): Promise<Reason | null> {
  if (adapter.probe === undefined) throw new Error(`${adapter.provider} can't be tried`);
  try {
    await adapter.probe({ connection, idempotencyKey: TRIAL, signal: AbortSignal.timeout(5_000) });
    return null;
  } catch (error) {
    return observationOfFault(error, clock.now()).reason;
  }
}

/** What an adapter says of a connection before anybody is checked by it, in each way that the vendor can be asked. */
export function describeProbes(bench: ContractBench): void {
  const { adapter, contract } = bench;
  const { network } = contract;
  const ways = network?.probes ?? [];

  it('declares how its connection is tried, if it has one', () => {
    const isCalled = adapter.connectionForm !== null;
    const declared = [network !== undefined, adapter.probe !== undefined, ways.length > 0];
    expect(declared).toEqual([isCalled, isCalled, isCalled]);
  });

  if (network === undefined) return;
  for (const way of ways) {
    describe(`tries a connection${way.name === undefined ? '' : ` ${way.name}`}`, () => {
      describeTrial(bench, network, way);
      describeFaults(bench, network, way);
    });
  }
}

function describeTrial({ adapter, clock }: ContractBench, network: ContractNetwork, way: ContractProbe): void {
  const { asked, wrong } = way;
  let vendor: ContractVendor;
  let connection: Connection;
  beforeEach(async () => {
    vendor = await network.start(clock);
    connection = connectedBy(way, vendor.connection);
  });
  afterEach(() => vendor.close());

  it('that works, asked afresh each time, about nobody and for nothing', async () => {
    const before = arrivedAt(vendor).length;
    const said = [await reasonOfTrial(adapter, connection, clock), await reasonOfTrial(adapter, connection, clock)];
    expect(said).toEqual([null, null]);
    expect(arrivedAt(vendor).slice(before)).toEqual([...asked, ...asked]);
    expect(vendor.billed?.(TRIAL) ?? 0).toBe(0);
  });

  it('whose credentials, if it has any, the vendor does not know, also after right ones', async () => {
    expect(wrong !== undefined).toBe(Object.keys(connection.credentials).length > 0);
    if (wrong === undefined) return;
    expect(await reasonOfTrial(adapter, connection, clock)).toBeNull();
    expect(await reasonOfTrial(adapter, { ...connection, credentials: wrong }, clock)).toBe('provider_auth_failed');
  });
}

function describeFaults({ adapter, clock }: ContractBench, network: ContractNetwork, way: ContractProbe): void {
  const { down = 'provider_unavailable', busy = 'provider_throttled' } = way;
  const { elsewhere = answering(404, { message: 'no Route matched' }) } = way;

  it.each<[string, Script, Reason]>([
    ['is down', answering(503), down],
    ['wants to be left alone', answering(429), busy],
    ['is another', elsewhere, 'provider_endpoint_gone'],
    ['speaks otherwise', answering(200, '<html>'), 'provider_response_unrecognised'],
  ])('whose vendor %s, asking once', async (_vendor, script, reason) => {
    const played = await startScriptedVendor(script);
    const connection = connectedBy(way, network.connectionTo(played.url));
    const said = await reasonOfTrial(adapter, connection, clock).finally(() => played.close());
    expect(said).toBe(reason);
    expect(played.requests).toHaveLength(1);
  });
}

function connectedBy({ settings, credentials }: ContractProbe, connection: Connection): Connection {
  return {
    ...connection,
    settings: { ...connection.settings, ...settings },
    credentials: credentials ?? connection.credentials,
  };
}

/** What arrived there: method, path below the vendor's address, query. */
function arrivedAt({ connection, requests }: ContractVendor): string[] {
  if (requests === undefined) throw new Error('a vendor under contract tells what it is asked: `requests`');
  const { base_url: url } = connection.settings;
  const base = typeof url === 'string' ? new URL(url).pathname.replace(/\/$/, '') : '';
  return requests.map(({ method, target }) => {
    return `${method} ${target.startsWith(base) ? target.slice(base.length) : target}`;
  });
}
