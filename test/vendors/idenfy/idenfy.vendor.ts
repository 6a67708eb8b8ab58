import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { RawDelivery } from '../../../src/providers/provider-adapter.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';
import { type IdenfyEntry, type KeptSession, newsOf, sentReference, sentToken, statusOf } from './idenfy.session.js';

/** How the vendor is played. */
export interface IdenfyPlay {
  readonly key: string;
  readonly secret: string;
  /** True: it erases sessions that are still open, too, as it would once they have run out. */
  readonly erasesOpen?: boolean;
}

/** iDenfy on loopback. It has no contract to be held to here, so it refuses itself whatever is not documented. */
export interface IdenfyVendor extends PlayedVendor {
  /** What becomes of that session: the customer tries, the machine or somebody decides. */
  change(scanRef: string, entry: IdenfyEntry): void;
  /** How many sessions were made for our reference. */
  billed(clientId: string): number;
  /** The callback about that session as it stands, signed. */
  callback(scanRef: string, secret: string): RawDelivery;
}

/** Starts a vendor that has no session. */
export async function startIdenfyVendor(play: IdenfyPlay): Promise<IdenfyVendor> {
  const account = new Account(play);
  const known = `Basic ${Buffer.from(`${play.key}:${play.secret}`).toString('base64')}`;
  const bound = (route: Route): Route => {
    return (request, params) =>
      request.headers['authorization'] === known ? route(request, params) : refusal(401, 'UNAUTHORIZED');
  };
  const vendor = await playVendor({
    routes: {
      'POST /api/v2/token': bound((request) => account.create(request)),
      'POST /api/v2/status': bound((request) =>
        account.about(request, (one) => ({ status: 200, body: statusOf(one) })),
      ),
      'POST /api/v2/delete': bound((request) => account.about(request, (one) => account.erase(one))),
      'GET /kyc/identifications/': bound((request) => account.list(request)),
    },
  });
  return {
    ...vendor,
    change: (scanRef, entry) => void (account.kept(scanRef).entry = entry),
    billed: (clientId) => account.sessions.filter(({ sent }) => sent.clientId === clientId).length,
    callback: (scanRef, secret) => signed(Buffer.from(JSON.stringify(newsOf(account.kept(scanRef)))), secret),
  };
}

/** The request that brings a body. */
export function signed(body: Buffer, secret: string): RawDelivery {
  return { headers: { 'idenfy-signature': createHmac('sha256', secret).update(body).digest('hex') }, body };
}

class Account {
  readonly sessions: KeptSession[] = [];

  constructor(private readonly play: IdenfyPlay) {}

  create({ json }: ArrivedRequest): Reply {
    const sent = sentToken.safeParse(json);
    if (!sent.success) return refusal(400, 'BAD_VALUE');
    const { clientId, tokenType, expiryTime, firstName = null, lastName = null } = sent.data;
    const isOpen = this.sessions.some((one) => one.sent.clientId === clientId && stateOf(one) === 'ACTIVE');
    if (isOpen) return refusal(409, 'VALIDATION_ERROR');
    const session = { scanRef: randomUUID(), sent: sent.data, entry: {} };
    this.sessions.push(session);
    const authToken = randomBytes(20).toString('hex');
    const body = {
      message: 'Token created successfully',
      ...{ authToken, redirectUrl: `https://ivs.idenfy.com/api/v2/redirect?authToken=${authToken}` },
      ...{ scanRef: session.scanRef, clientId, tokenType, expiryTime, digitString: null },
      ...{ firstName: firstName?.toUpperCase() ?? null, lastName: lastName?.toUpperCase() ?? null },
    };
    return { status: 201, body };
  }

  about({ json }: ArrivedRequest, answer: (session: KeptSession) => Reply): Reply {
    const sent = sentReference.safeParse(json);
    if (!sent.success) return refusal(400, 'MISSING_VALUE');
    const session = this.sessions.find(({ scanRef }) => scanRef === sent.data.scanRef);
    return session ? answer(session) : refusal(400, 'TOKEN_NOT_VALID');
  }

  erase(session: KeptSession): Reply {
    if (stateOf(session) === 'ACTIVE' && this.play.erasesOpen !== true) return refusal(400, 'PARTNER_ERROR');
    session.entry = { status: stateOf(session) === 'EXPIRED' ? 'EXPIRED-DELETED' : 'DELETED' };
    return { status: 200 };
  }

  list({ query }: ArrivedRequest): Reply {
    const found = this.sessions.toReversed().filter(({ sent }) => sent.clientId === query.get('clientId'));
    const results = found.slice(0, Number(query.get('perPage') ?? 20)).map((session) => {
      return { scanRef: session.scanRef, status: stateOf(session), suspected: false };
    });
    return { status: 200, body: { count: found.length, next: null, previous: null, results } };
  }

  kept(scanRef: string): KeptSession {
    const session = this.sessions.find((one) => one.scanRef === scanRef);
    if (session === undefined) throw new Error('no such session');
    return session;
  }
}

function stateOf({ entry }: KeptSession): string {
  return entry.status ?? 'ACTIVE';
}

function refusal(status: number, identifier: string): Reply {
  return {
    status,
    body: { message: 'Words about Canary-Erika', identifier, documentation: '', severity: 'NOT_SEVERE' },
  };
}
