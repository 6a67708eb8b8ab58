import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ScriptedClock } from '../../test/support/scripted-clock.js';
import { instant } from '../platform/clock.js';
import type { JsonObject } from '../platform/json.js';
import { Connections, type DeploymentConnections } from './connections.js';
import type { ConnectionsRepository } from './connections.repository.js';

const settings = z.strictObject({}) as unknown as z.ZodType<JsonObject>;
const form = { settings, credentials: [], deploymentSettings: ['base_url'] };
const played = { provider: 'vendor', connectionForm: { ...form, hasSandbox: true } } as const;
const unplayed = { provider: 'vendor', connectionForm: form } as const;

interface Set {
  readonly own?: JsonObject;
  readonly deployed?: JsonObject;
}

/** The settings that count where that was set up; the deployment's for live and for test keys alike. */
async function counting(
  livemode: boolean,
  { own, deployed }: Set,
  adapter: Parameters<Connections['of']>[1] = played,
): Promise<readonly JsonObject[]> {
  const state = { version: 1, createdAt: instant('2026-01-31T00:00:00.000000Z') };
  const found = own && { settings: own, credentials: {}, callbackSecrets: [], callbackToken: null, ...state };
  const repository: Pick<ConnectionsRepository, 'find'> = { find: () => Promise.resolve(found ?? null) };
  const all = deployed ? { vendor: { settings: deployed, credentials: {} } } : {};
  const deployment: DeploymentConnections = { live: all, test: all };
  const connections = new Connections(repository as ConnectionsRepository, deployment, new ScriptedClock());
  const scope = { organizationId: randomUUID(), livemode };
  return [(await connections.of(scope, adapter)).settings, (await connections.fresh(scope, adapter)).settings];
}

describe('the environment of a connection', () => {
  const [live, sandbox] = [{ environment: 'live' }, { environment: 'sandbox' }];
  it.each<[string, Set]>([
    ['nothing', {}],
    ['the sandbox, by the organization', { own: sandbox }],
    ['the sandbox, by the deployment', { deployed: sandbox }],
    ['the sandbox, by both', { own: sandbox, deployed: sandbox }],
    ['live', { own: live }],
    ['no word of it', { own: {}, deployed: {} }],
  ])('is live for live keys where %s was set up', async (_name, set) => {
    expect(await counting(true, set)).toEqual([live, live]);
  });

  it.each<[string, Set, JsonObject]>([
    ['nothing', {}, sandbox],
    ['no word of it', { own: {}, deployed: {} }, sandbox],
    ['no word of it by the deployment', { deployed: {} }, sandbox],
    ['live, by the organization', { own: live }, live],
    ['live, by the deployment', { deployed: live }, live],
    ['live by the deployment, and nothing by the organization', { own: {}, deployed: live }, live],
    ['live by the deployment, and the sandbox by the organization', { own: sandbox, deployed: live }, sandbox],
  ])('for test keys where %s was set up', async (_name, set, expected) => {
    expect(await counting(false, set)).toEqual([expected, expected]);
  });

  it('leaves all other settings as they count', async () => {
    const set = { own: { mismatch: 'review' }, deployed: { base_url: 'http://vendor', mismatch: 'verified' } };
    const counted = { mismatch: 'review', base_url: 'http://vendor' };
    expect(await counting(true, set)).toContainEqual({ ...counted, ...live });
    expect(await counting(false, set)).toContainEqual({ ...counted, ...sandbox });
  });

  it('is none of a provider without a sandbox', async () => {
    for (const livemode of [true, false]) {
      expect(await counting(livemode, {}, unplayed)).toEqual([{}, {}]);
      const set = { own: {}, deployed: { environment: 'x' } };
      expect(await counting(livemode, set, unplayed)).toEqual([{}, {}]);
    }
  });
});
