import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../src/platform/json.js';
import type { RawDelivery } from '../../../src/providers/provider-adapter.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';
import { attemptsOf, decisionOf, type KeptSession, sentSession, type VeriffEntry } from './veriff.session.js';

/** Veriff on loopback. Its contract here was written by hand, so it refuses itself whatever is not documented. */
export interface VeriffVendor extends PlayedVendor {
  /** What becomes of that session: the customer tries, somebody decides in the portal. */
  change(id: string, entry: VeriffEntry): void;
  /** How many sessions were made for our reference. */
  billed(vendorData: string): number;
  /** The callback about that session, signed by its integration. */
  callback(id: string, kind: VeriffNews, secret: string): RawDelivery;
}

/** A kind of callback: of the decision, or of an event. */
export type VeriffNews = 'decision' | 'started' | 'submitted';

/** How the vendor is played. */
export interface VeriffPlay {
  /** The secrets of the integrations, by their keys. */
  readonly integrations: Readonly<Record<string, string>>;
  /** True: it deletes sessions when it is asked to. */
  readonly deletes?: boolean;
}

/** Starts a vendor that has no session. */
export async function startVeriffVendor(play: VeriffPlay): Promise<VeriffVendor> {
  const sessions: KeptSession[] = [];
  const secretOf = (key: string): string | null =>
    Object.hasOwn(play.integrations, key) ? (play.integrations[key] ?? null) : null;
  /** What a request signs: what it sends, else the id of the session in its path. */
  const bound =
    (route: Route): Route =>
    (request, params) => {
      const secret = secretOf(keyOf(request));
      if (secret === null) return refusal(401, '1102');
      const signed = request.method === 'POST' ? request.body : (params['id'] ?? '');
      return request.headers['x-hmac-signature'] === hmacOf(signed, secret)
        ? route(request, params)
        : refusal(401, '1304');
    };
  const about = (answer: (session: KeptSession) => Reply): Route =>
    bound((request, { id = '' }) => {
      const session = sessions.find((one) => one.id === id && one.key === keyOf(request));
      return session ? answer(session) : refusal(404, '1501', false);
    });
  const vendor = await playVendor({
    contract: 'veriff-handwritten.openapi.json',
    routes: {
      'POST /v1/sessions': bound((request) => created(request, sessions)),
      'GET /v1/sessions/:id/decision': about((session) => decided(session)),
      'GET /v1/sessions/:id/attempts': about((session) => ({ status: 200, body: attemptsOf(session) })),
      'DELETE /v1/sessions/:id': about((session) => {
        if (play.deletes !== true) return refusal(403, '1104', false);
        session.erased = true;
        return { status: 202, body: { status: 'success' } };
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
    billed: (reference) => sessions.filter(({ sent }) => sent.vendorData === reference).length,
    callback: (id, kind, secret) => {
      const session = sessionOf(id);
      const body = Buffer.from(JSON.stringify(newsOf(session, kind)));
      return { headers: signatureHeaders(body, { key: session.key, secret }), body };
    },
  };
}

function created(request: ArrivedRequest, sessions: KeptSession[]): Reply {
  const sent = sentSession.safeParse(request.json);
  if (!sent.success) return refusal(400, '1203');
  const session = { id: randomUUID(), key: keyOf(request), sent: sent.data.verification, entry: {}, erased: false };
  sessions.push(session);
  const sessionToken = `eyJhbGciOiJIUzI1NiJ9.${randomBytes(24).toString('hex')}`;
  const { vendorData } = session.sent;
  const host = 'https://magic.veriff.me';
  const verification = {
    id: session.id,
    url: `${host}/v/${sessionToken}`,
    vendorData,
    host,
    status: 'created',
    sessionToken,
  };
  return { status: 201, body: { status: 'success', verification } };
}

const DECISIONS = ['approved', 'declined', 'resubmission_requested', 'expired', 'abandoned', 'review'];

/** The decision; undocumented where a test had it say what the contract does not know. */
function decided(session: KeptSession): Reply {
  const verification = decisionOf(session);
  const { status = null } = session.entry;
  const isDocumented = status === null || DECISIONS.includes(status);
  const body = { status: 'success', verification };
  return { status: 200, body, ...(!isDocumented && { documented: false as const }) };
}

function newsOf(session: KeptSession, kind: VeriffNews): JsonObject {
  if (kind === 'decision')
    return { status: 'success', verification: decisionOf(session), technicalData: { ip: '192.0.2.7' } };
  return {
    id: session.id,
    attemptId: '5d0e7a52-8f2c-4a8e-9f51-0b6f1a2c3d4e',
    feature: 'selfid',
    code: kind === 'started' ? 7001 : 7002,
    action: kind,
    vendorData: session.sent.vendorData,
    endUserId: null,
  };
}

/** The headers of a callback with the body. */
export function signatureHeaders(
  body: Buffer,
  { key, secret }: { readonly key: string; readonly secret: string },
): Readonly<Record<string, string>> {
  return { 'x-auth-client': key, 'x-hmac-signature': hmacOf(body, secret) };
}

function keyOf({ headers }: ArrivedRequest): string {
  return headers['x-auth-client'] ?? '';
}

function hmacOf(content: string | Buffer, secret: string): string {
  return createHmac('sha256', secret).update(content).digest('hex');
}

function refusal(status: number, code: string, documented?: false): Reply {
  const isDocumented = documented !== false && status !== 401;
  const body = { status: 'fail', code, message: 'Words' };
  return { status, body, ...(!isDocumented && { documented: false as const }) };
}
