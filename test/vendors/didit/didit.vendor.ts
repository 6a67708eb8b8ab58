import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { type Clock, epochMilliseconds, type Instant } from '../../../src/platform/clock.js';
import type { JsonObject } from '../../../src/platform/json.js';
import type { RawDelivery } from '../../../src/providers/provider-adapter.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';
import {
  createdOf,
  decisionOf,
  type DiditEntry,
  isUnfinished,
  type KeptSession,
  pageOf,
  sentSession,
  statusOf,
} from './didit.session.js';

/** Didit on loopback. It refuses itself whatever is not documented: no contract of the vendor's stands behind it. */
export interface DiditVendor extends PlayedVendor {
  /** What becomes of that session: the customer goes on, somebody decides in the console. */
  change(id: string, entry: DiditEntry): void;
  /** Publishes the workflows anew: what is begun from then on is of their next version, and a session of an older one is handed back to nobody. */
  publish(): void;
  /** How many sessions were made for our reference. */
  billed(vendorData: string): number;
  /** The webhook about that session, signed as it is sent now. */
  callback(id: string, secret: string, type?: string): RawDelivery;
}

/** How the vendor is played. */
export interface DiditPlay {
  readonly key: string;
  readonly clock: Clock;
  /** Of which mode the application is; `live` unless told. */
  readonly environment?: 'live' | 'sandbox';
}

/** Starts a vendor that has no session. */
export async function startDiditVendor(play: DiditPlay): Promise<DiditVendor> {
  const application = new Application(play);
  // It knows no 401.
  const bound = (route: Route): Route => {
    return (request, params) =>
      request.headers['x-api-key'] === play.key
        ? route(request, params)
        : refusal(403, 'You do not have permission to perform this action.');
  };
  const about = (answer: (session: KeptSession) => Reply): Route => {
    return bound((_request, { id = '' }) => {
      const session = application.find(id);
      return session ? answer(session) : refusal(404, 'Not found.');
    });
  };
  const vendor = await playVendor({
    routes: {
      'POST /v3/session/': bound((request) => application.create(request)),
      'GET /v3/sessions/': bound((request) => application.list(request)),
      'GET /v3/session/:id/decision/': about((session) => ({ status: 200, body: decisionOf(session) })),
      'DELETE /v3/session/:id/delete/': about((session) => {
        session.isDeleted = true;
        return { status: 204 };
      }),
    },
  });
  const known = (id: string): KeptSession => {
    const session = application.find(id);
    if (!session) throw new Error('no such session');
    return session;
  };
  return {
    ...vendor,
    change: (id, entry) => void (known(id).entry = entry),
    publish: () => void (application.version += 1),
    billed: (reference) => application.sessions.filter(({ sent }) => sent.vendor_data === reference).length,
    callback: (id, secret, type = 'status.updated') => {
      const at = play.clock.now();
      return signed(Buffer.from(JSON.stringify(eventOf(known(id), { type, at }))), secret, at);
    },
  };
}

/** The body of a webhook about the session, its members in alphabetical order. */
function eventOf(session: KeptSession, { type, at }: { readonly type: string; readonly at: Instant }): JsonObject {
  const status = statusOf(session);
  const isDecided = ['Approved', 'Declined', 'In Review', 'Abandoned'].includes(status);
  return {
    application_id: '7b1c6c2e-2d0a-4c8e-9f51-0b6f1a2c3d4e',
    created_at: secondsOf(at),
    ...(isDecided && { decision: decisionOf(session) }),
    environment: session.environment,
    event_id: randomUUID(),
    session_id: session.id,
    session_kind: 'user',
    status,
    timestamp: secondsOf(at),
    vendor_data: session.sent.vendor_data ?? null,
    webhook_type: type,
    workflow_id: session.sent.workflow_id,
  };
}

/** The request that brings a body, with the signature over its bytes. */
export function signed(body: Buffer, secret: string, at: Instant): RawDelivery {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return { headers: { 'x-signature': signature, 'x-timestamp': String(secondsOf(at)) }, body };
}

function secondsOf(at: Instant): number {
  return Math.floor(epochMilliseconds(at) / 1000);
}

class Application {
  readonly sessions: KeptSession[] = [];
  version = 3;

  constructor(private readonly play: DiditPlay) {}

  find(id: string): KeptSession | undefined {
    return this.sessions.find((one) => one.id === id && !one.isDeleted);
  }

  create({ json }: ArrivedRequest): Reply {
    const sent = sentSession.safeParse(json);
    if (!sent.success) return { status: 400, body: { workflow_id: ['This field is required.'] } };
    const { workflow_id: workflow, vendor_data: ours, callback = null } = sent.data;
    const alike = this.sessions.filter((one) => one.sent.vendor_data === ours && one.sent.workflow_id === workflow);
    const unfinished = alike.find((one) => one.version === this.version && !one.isDeleted && isUnfinished(one));
    if (ours !== undefined && unfinished) {
      unfinished.callback = callback;
      return { status: 201, body: createdOf(unfinished) };
    }
    const session: KeptSession = {
      ...{ id: randomUUID(), number: this.sessions.length + 1, token: randomBytes(9).toString('base64url') },
      createdAt: this.play.clock.now(),
      ...{ environment: this.play.environment ?? 'live', version: this.version },
      ...{ sent: sent.data, arrived: json as JsonObject, callback, entry: {}, isDeleted: false },
    };
    this.sessions.push(session);
    return { status: 201, body: createdOf(session) };
  }

  list({ query }: ArrivedRequest): Reply {
    const ours = query.get('vendor_data');
    const found = this.sessions.filter((one) => !one.isDeleted && (ours === null || one.sent.vendor_data === ours));
    const results = found
      .toReversed()
      .slice(0, Number(query.get('limit') ?? 50))
      .map((session) => ({
        session_id: session.id,
        session_kind: 'user',
        session_number: session.number,
        session_url: pageOf(session),
        status: statusOf(session),
        vendor_data: session.sent.vendor_data ?? null,
        created_at: session.createdAt,
        full_name: 'Canary-Erika Canary-Mustermann',
      }));
    return { status: 200, body: { count: found.length, next: null, previous: null, results } };
  }
}

function refusal(status: number, detail: string): Reply {
  return { status, body: { detail } };
}
