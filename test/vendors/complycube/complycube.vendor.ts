import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../../src/platform/clock.js';
import type { JsonObject } from '../../../src/platform/json.js';
import type { RawDelivery } from '../../../src/providers/provider-adapter.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';
import {
  type CheckEntry,
  checksOf,
  clientOf,
  type KeptClient,
  sentClient,
  sentPage,
  type SessionEntry,
  sessionsOf,
} from './complycube.records.js';

/** How the vendor is played. */
export interface ComplyCubePlay {
  readonly key: string;
  readonly clock: Clock;
  /** The id of the first client; left out: any. */
  readonly firstId?: string;
}

/** ComplyCube on loopback. It has no contract to be held to here, so it refuses itself whatever is not documented. */
export interface ComplyCubeVendor extends PlayedVendor {
  /** What was checked of that client: the customer has gone through the page, somebody decides in the portal. */
  check(clientId: string, checks: readonly CheckEntry[]): void;
  /** The same of workflows. */
  run(clientId: string, sessions: readonly SessionEntry[]): void;
  /** Whether a session of a workflow is begun and not over. */
  holdsOpen(clientId: string): boolean;
  /** Shows members of that client otherwise. */
  show(clientId: string, shown: JsonObject): void;
  /** How many clients were made with our reference. */
  billed(externalId: string): number;
  /** How many clients it holds. */
  clients(): number;
  /** The callback of an event with that payload, signed. */
  event(type: string, payload: JsonObject, secret: string): RawDelivery;
}

/** Starts a vendor that knows nobody. */
export async function startComplyCubeVendor(play: ComplyCubePlay): Promise<ComplyCubeVendor> {
  const account = new Account(play);
  const bound = (route: Route): Route => {
    return (request, params) =>
      request.headers['authorization'] === play.key
        ? route(request, params)
        : refusal(401, 'not_authorized', 'Missing authentication details');
  };
  const about = (answer: (client: KeptClient) => Reply): Route => {
    return bound((_request, { id = '' }) => {
      const client = account.clients.find((one) => one.id === id);
      return client ? answer(client) : gone('client', id);
    });
  };
  const vendor = await playVendor({
    basePath: '/v1',
    routes: {
      'POST /clients': bound((request) => account.create(request)),
      'GET /clients': bound((request) => account.search(request)),
      'GET /clients/:id': about((client) => ({ status: 200, body: clientOf(client) })),
      'DELETE /clients/:id': about((client) => account.erase(client)),
      'POST /flow/sessions': bound((request) => account.open(request)),
      'GET /checks': bound((request) => account.list(request, checksOf)),
      'GET /checks/:id': bound((_request, { id = '' }) => account.one(id, 'check', checksOf)),
      'GET /workflowSessions': bound((request) => account.list(request, sessionsOf)),
      'GET /workflowSessions/:id': bound((_request, { id = '' }) => account.one(id, 'workflow session', sessionsOf)),
      'POST /workflowSessions/:id/cancel': bound((_request, { id = '' }) => account.cancel(id)),
    },
  });
  return {
    ...vendor,
    check: (id, checks) => void (account.kept(id).checks = checks),
    run: (id, sessions) => void (account.kept(id).sessions = sessions),
    holdsOpen: (id) => sessionsOf(account.kept(id)).some(({ status }) => status === 'started'),
    show: (id, shown) => void (account.kept(id).shown = shown),
    billed: (externalId) => account.made.filter((one) => one === externalId).length,
    clients: () => account.clients.length,
    event: (type, payload, secret) => {
      const id = randomBytes(12).toString('hex');
      return signed(Buffer.from(JSON.stringify(eventOf(type, payload, id))), secret);
    },
  };
}

/** The body of an event. */
export function eventOf(type: string, payload: JsonObject, id = '5ec5339fbcb4c0000786dcee'): JsonObject {
  return { id, type, resourceType: type.split('.')[0] ?? '', payload, createdAt: '2026-01-31T08:00:00.100Z' };
}

/** The request that brings a body. */
export function signed(body: Buffer, secret: string): RawDelivery {
  return { headers: { 'complycube-signature': createHmac('sha256', secret).update(body).digest('hex') }, body };
}

type Listing = (client: KeptClient) => readonly JsonObject[];

class Account {
  clients: KeptClient[] = [];
  readonly made: string[] = [];

  constructor(private readonly play: ComplyCubePlay) {}

  create({ json }: ArrivedRequest): Reply {
    const sent = sentClient.safeParse(json);
    if (!sent.success) return refusal(400, 'invalid_client', 'Words about Canary-Erika');
    const client: KeptClient = {
      ...{ id: this.#newId(), createdAt: this.play.clock.now(), sent: sent.data },
      ...{ pages: 0, shown: {}, checks: [], sessions: [] },
    };
    this.clients.push(client);
    this.made.push(sent.data.externalId);
    return { status: 201, body: clientOf(client) };
  }

  /** A filter that it does not know finds nothing, as documented; nor does it know one by `externalId`. */
  search({ query }: ArrivedRequest): Reply {
    const filters = [...query].filter(([name]) => name !== 'page' && name !== 'pageSize');
    const found = this.clients.filter(({ sent }) =>
      filters.every(([name, value]) => name.startsWith('metadata.') && sent.metadata[name.slice(9)] === value),
    );
    return paged(found.toReversed().map(clientOf), query);
  }

  erase(client: KeptClient): Reply {
    this.clients = this.clients.filter((one) => one !== client);
    return { status: 204 };
  }

  open({ json }: ArrivedRequest): Reply {
    const sent = sentPage.safeParse(json);
    if (!sent.success) return refusal(400, 'invalid_request', 'Words');
    const client = this.clients.find(({ id }) => id === sent.data.clientId);
    if (client === undefined) return gone('client', sent.data.clientId);
    client.pages += 1;
    const token = `${client.id}-${String(client.pages)}`;
    return { status: 201, body: { redirectUrl: `https://flow.complycube.com/s/${token}` } };
  }

  list({ query }: ArrivedRequest, listing: Listing): Reply {
    const client = this.clients.find(({ id }) => id === query.get('clientId'));
    return paged(client ? listing(client) : [], query);
  }

  one(id: string, kind: string, listing: Listing): Reply {
    const found = this.clients.flatMap(listing).find((one) => one['id'] === id);
    return found ? { status: 200, body: found } : gone(kind, id);
  }

  cancel(id: string): Reply {
    for (const client of this.clients) {
      const session = sessionsOf(client).find((one) => one['id'] === id);
      if (session?.['status'] === 'started') {
        const ids = sessionsOf(client).map((one) => one['id']);
        client.sessions = client.sessions.map((one, at) => (ids[at] === id ? { ...one, status: 'cancelled' } : one));
        return { status: 200, body: { status: 'cancelled' } };
      }
    }
    return refusal(422, 'invalid_request', 'Words');
  }

  #newId(): string {
    const { firstId } = this.play;
    return firstId !== undefined && this.made.length === 0 ? firstId : randomBytes(12).toString('hex');
  }

  kept(id: string): KeptClient {
    const client = this.clients.find((one) => one.id === id);
    if (client === undefined) throw new Error('no such client');
    return client;
  }
}

function paged(items: readonly JsonObject[], query: URLSearchParams): Reply {
  const pageSize = Number(query.get('pageSize') ?? 100);
  const shown = items.slice(0, pageSize);
  const pages = Math.ceil(items.length / pageSize);
  return { status: 200, body: { page: 1, pageSize, totalItems: items.length, pages, items: shown } };
}

function gone(kind: string, id: string): Reply {
  return refusal(404, 'resource_not_found', `Invalid ${kind} id '${id}'`);
}

function refusal(status: number, type: string, message: string): Reply {
  return { status, body: { type, message } };
}
