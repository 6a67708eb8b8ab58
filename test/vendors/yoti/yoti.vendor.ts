import { randomUUID } from 'node:crypto';
import { type Clock, epochMilliseconds } from '../../../src/platform/clock.js';
import type { RawDelivery } from '../../../src/providers/provider-adapter.js';
import { playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';
import { endOf, type KeptSession, newsOf, resultOf, sentSession, type YotiEntry } from './yoti.session.js';
import { type NotificationKey, type NotificationStyle, signedNotification } from './yoti.signing.js';

/** Yoti's age verification on loopback. It publishes no contract, so it refuses itself whatever is not documented. */
export interface YotiVendor extends PlayedVendor {
  /** What becomes of that session: the customer tries, or does not. */
  change(id: string, entry: YotiEntry): void;
  /** How many sessions were made for our reference. */
  billed(referenceId: string): number;
  /** The notification about that session, signed with the key. */
  notification(id: string, key: NotificationKey, style?: NotificationStyle): RawDelivery;
}

/** How the vendor is played. */
export interface YotiPlay {
  readonly sdkId: string;
  readonly apiKey: string;
  readonly clock: Clock;
}

/** Starts a vendor that has no session. */
export async function startYotiVendor({ sdkId, apiKey, clock }: YotiPlay): Promise<YotiVendor> {
  const sessions: KeptSession[] = [];
  /** 401 for an account that nobody has, 403 for a wrong key: as the vendor tells them apart. */
  const bound =
    (route: Route): Route =>
    (request, params) => {
      if (request.headers['yoti-sdk-id'] !== sdkId) return refusal(401);
      return request.headers['authorization'] === `Bearer ${apiKey}` ? route(request, params) : refusal(403);
    };
  const vendor = await playVendor({
    routes: {
      'POST /api/v1/sessions': bound(({ json }) => {
        const sent = sentSession.safeParse(json);
        if (!sent.success) return refusal(400);
        const session = { id: randomUUID(), sdkId, createdAt: clock.now(), sent: sent.data, entry: {} };
        sessions.push(session);
        return { status: 200, body: { id: session.id, status: 'PENDING', expires_at: endOf(session) } };
      }),
      'GET /api/v1/sessions/:id/result': bound((_request, { id }) => {
        const session = sessions.find((one) => one.id === id);
        return session ? { status: 200, body: resultOf(session) } : refusal(404);
      }),
    },
  });
  const sessionOf = (id: string): KeptSession => {
    const session = sessions.find((one) => one.id === id);
    if (!session) throw new Error('no such session');
    return session;
  };
  return {
    ...vendor,
    change: (id, entry) => void (sessionOf(id).entry = entry),
    billed: (reference) => sessions.filter(({ sent }) => sent.reference_id === reference).length,
    notification: (id, key, style) => {
      const seconds = Math.floor(epochMilliseconds(clock.now()) / 1000);
      return signedNotification(newsOf(sessionOf(id), seconds), key, style);
    },
  };
}

function refusal(status: number): Reply {
  return { status, body: { error: 'Words', message: 'Words' } };
}
