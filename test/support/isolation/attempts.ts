import { randomBytes, randomUUID } from 'node:crypto';
import { InboxRepository } from '#app/callbacks/index.js';
import { ConnectionsRepository } from '#app/connections/index.js';
import { requestContext, SCOPES } from '#app/context/index.js';
import { VerificationsService } from '#app/verifications/index.js';
import type { TestApp, TestRequest, TestTenant } from '../app.js';

/** Every table with rows of tenants. */
export const TENANT_TABLES = [
  ...(['verifications', 'events', 'event_streams', 'evidence', 'data_keys'] as const),
  ...(['idempotency_records', 'api_keys', 'provider_connections', 'callback_inbox'] as const),
] as const;

/** Somebody who has things, and somebody who should never learn of them. */
export interface World {
  readonly app: TestApp;
  readonly owner: TestTenant;
  readonly intruder: TestTenant;
  readonly customerId: string;
  /** A verified verification of the owner's, with evidence, and one that waits for its customer. */
  readonly decided: string;
  readonly waiting: string;
  /** The key of the request that made the verified one. */
  readonly idempotencyKey: string;
}

/** Who the intruder is: of another organization, or in the other one of the owner's two worlds. */
export type Intruder = 'another organization' | 'the live mode of the same organization';

const VAT = { provider: 'offline', verification_type: 'business_entity', input: { vat_number: 'DE143454214' } };

/** Makes an owner with verifications, and an intruder with some too: a policy that hides everything would pass otherwise. */
export async function makeWorld(app: TestApp, kind: Intruder): Promise<World> {
  const owner = await app.tenant();
  const same = kind === 'another organization' ? {} : { organizationId: owner.organizationId, livemode: true };
  const intruder = await app.tenant(same);
  const world = { app, owner, intruder, customerId: randomUUID(), idempotencyKey: randomUUID() };
  const decided = await create(world, owner, VAT);
  const letter = { provider: 'letter', verification_type: 'address' };
  const waiting = await create({ ...world, idempotencyKey: randomUUID() }, owner, letter, false);
  await create({ ...world, customerId: randomUUID(), idempotencyKey: randomUUID() }, intruder, VAT);
  for (const tenant of [owner, intruder]) await connect(app, tenant);
  return { ...world, decided, waiting };
}

/** A connection of the tenant's own, and a callback that came by it. */
async function connect(app: TestApp, { organizationId, livemode }: TestTenant): Promise<void> {
  const scope = { organizationId, livemode };
  const now = app.clock.now();
  const secrets = { credentials: { api_key: randomUUID() }, callbackSecrets: [randomUUID()] };
  const connection = { ...secrets, settings: {}, callbackToken: randomUUID() };
  const by = { actorId: 'key:test', at: now };
  await app.nest.get(ConnectionsRepository, { strict: false }).change(scope, 'sandbox', by, () => connection);
  const hints = [{ eventId: randomUUID(), reference: randomUUID() }];
  const delivery = { scope, provider: 'sandbox', digest: randomBytes(32), hints, receivedAt: now };
  await app.nest.get(InboxRepository, { strict: false }).add(delivery);
}

async function create(
  { app, customerId, idempotencyKey }: Pick<World, 'app' | 'customerId' | 'idempotencyKey'>,
  tenant: TestTenant,
  check: object,
  wait = true,
): Promise<string> {
  const headers = { 'idempotency-key': idempotencyKey, ...(wait ? {} : { prefer: 'respond-async' }) };
  const body = { customer_id: customerId, ...check };
  const answer = await app.call(tenant, 'POST', '/v1/verifications', { body, headers });
  if (answer.status !== (wait ? 201 : 202)) throw new Error(`the world can't be made: ${answer.text}`);
  return answer.body.data.id as string;
}

/** An attempt of the intruder's: what came of it, and what comes of the same attempt at nothing. */
type Attempt = (world: World) => Promise<readonly [seen: unknown, ofNothing: unknown]>;

/** The same request at the owner's verification and at one that nobody has. */
function at(which: 'decided' | 'waiting', method: string, tail = '', request: TestRequest = {}): Attempt {
  return async ({ app, intruder, ...world }) => {
    const seen = [];
    for (const id of [world[which], randomUUID()]) {
      const answer = await app.call(intruder, method, `/v1/verifications/${id}${tail}`, request);
      const text = answer.text.replaceAll(id, '<id>').replace(/"request_id":"[^"]+"/, '');
      seen.push({ status: answer.status, text, etag: answer.headers.get('etag') });
    }
    return [seen[0], seen[1]];
  };
}

/** A list, by what should and by what can't be found: organizations are what tells them apart. */
function listed(query: (world: World) => string): Attempt {
  return async (world) => {
    const { app, intruder } = world;
    const { body } = await app.call(intruder, 'GET', `/v1/verifications?limit=100&${query(world)}`);
    const strangers = (body.data as { id: string }[]).filter(({ id }) => [world.decided, world.waiting].includes(id));
    return [strangers, []];
  };
}

const KEY = { 'idempotency-key': 'one-key' };
const FAILED = { status: 'failed', reason: 'none of my business' };

/** Every way in which one tenant could reach for another's. */
export const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  'list everything': listed(() => ''),
  "list the owner's customer": listed(({ customerId }) => `customer_id=${customerId}`),
  'list by status': listed(() => 'status=verified'),
  'list by type': listed(() => 'verification_type=address'),
  'list by customer, status, type and time': listed(
    ({ customerId }) =>
      `customer_id=${customerId}&status=verified&verification_type=business_entity&occurred_after=2000-01-01T00:00:00Z&occurred_before=2100-01-01T00:00:00Z`,
  ),
  get: at('decided', 'GET'),
  'get with a guessed version': at('decided', 'GET', '', { headers: { 'if-none-match': '"2"' } }),
  history: at('decided', 'GET', '/history'),
  evidence: at('decided', 'GET', '/evidence'),
  override: at('decided', 'PATCH', '', { body: FAILED }),
  'override of the same status': at('decided', 'PATCH', '', { body: { status: 'verified' } }),
  'override with a guessed version': at('decided', 'PATCH', '', { body: FAILED, headers: { 'if-match': '"2"' } }),
  'override with a wrong version': at('decided', 'PATCH', '', { body: FAILED, headers: { 'if-match': '"77"' } }),
  'override with a key': at('waiting', 'PATCH', '', { body: FAILED, headers: KEY }),
  "the customer's action": at('waiting', 'POST', '/customer-action'),
  // A key of its own: one that another world has used is answered before the verification is looked for.
  "the customer's action with a key": (world) => {
    const headers = { 'idempotency-key': `action-${world.idempotencyKey}` };
    return at('waiting', 'POST', '/customer-action', { headers })(world);
  },
  "the customer's action of a decided one": at('decided', 'POST', '/customer-action'),
  recheck: at('decided', 'POST', '/recheck'),
  'recheck of a waiting one': at('waiting', 'POST', '/recheck'),
  'recheck with a key': at('decided', 'POST', '/recheck', { headers: { 'idempotency-key': 'recheck-key' } }),
  "the owner's create repeated with its key": async ({ app, intruder, idempotencyKey, customerId, decided }) => {
    const request = { body: { customer_id: customerId, ...VAT }, headers: { 'idempotency-key': idempotencyKey } };
    const first = await app.call(intruder, 'POST', '/v1/verifications', request);
    const again = await app.call(intruder, 'POST', '/v1/verifications', request);
    const own = { status: 201, id: first.body.data?.id as unknown, isTheOwners: false };
    const id = again.body.data?.id as unknown;
    return [{ status: again.status, id, isTheOwners: id === decided }, own];
  },
  'current in process': async ({ app, intruder, customerId }) => {
    const service = app.nest.get(VerificationsService, { strict: false });
    return [await service.current(contextOf(intruder), customerId, 'business_entity'), null];
  },
};

/** Makes one attempt; the answer says what leaked or what of the owner's changed, null where all is well. */
export async function leakOf(world: World, attempt: Attempt): Promise<string | null> {
  const before = await footprint(world);
  const [seen, ofNothing] = (await attempt(world)).map((part) => JSON.stringify(part));
  if (seen !== ofNothing) return `seen ${String(seen)}, of nothing ${String(ofNothing)}`;
  return (await footprint(world)) === before ? null : "the owner's rows changed";
}

/** All that the database holds of the owner, but how long a process has its work in hand: heartbeats go on meanwhile. */
async function footprint({ app, owner }: World): Promise<string> {
  const rows = TENANT_TABLES.map((table) =>
    app.sql(
      `select '${table}' as name, (to_jsonb(t) - 'lease_until')::text as row from customer_verifications.${table} t
       where organization_id = $1 and livemode = $2 order by 2`,
      [owner.organizationId, owner.livemode],
    ),
  );
  return JSON.stringify(await Promise.all(rows));
}

function contextOf({ organizationId, livemode, keyId }: TestTenant): Parameters<VerificationsService['current']>[0] {
  const actor = { id: `key:${keyId}`, principalId: 'test' };
  return requestContext({ organizationId, livemode, actor, scopes: SCOPES, requestId: 'test' });
}
