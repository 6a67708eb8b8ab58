import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../src/platform/clock.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';
import { type KeptRecord, type RecordEntry, sentQuestion, shown } from './trulioo.record.js';

export type { RecordEntry } from './trulioo.record.js';

/** The one application and the one key. */
export type TruliooCredentials = Readonly<Record<'client_id' | 'client_secret' | 'api_key', string>>;

/** The service on loopback, by both APIs, with one application and one key. It has no contract to be held to, so it refuses itself what it does not know. */
export interface TruliooVendor extends PlayedVendor {
  readonly credentials: TruliooCredentials;
  /** What the sources find of whoever has that family name. */
  put(familyName: string, entry: RecordEntry): void;
  /** Ends all tokens. */
  revoke(): void;
  /** How often the sources were asked with that reference. */
  billed(customerReference: string): number;
  /** How often a token was asked for, and how often anything else. */
  counts(): { readonly tokens: number; readonly others: number };
}

const OF_TESTS: TruliooCredentials = {
  client_id: 'canary-client-9c4a',
  client_secret: 'canary-secret-1be2',
  api_key: 'canary-key-5e7f',
};

/** How long a token holds. */
const LIFE_SECONDS = 3_600;

const TOKEN_PATH = '/connect/token';
/** Starts a service whose sources agree with everybody. */
export async function startTruliooVendor(clock: Clock, credentials = OF_TESTS): Promise<TruliooVendor> {
  const entries = new Map<string, RecordEntry>();
  const records: KeptRecord[] = [];
  const tokens = new Set<string>();
  let issued = 0;
  const authorized =
    (route: Route): Route =>
    (request, params) => {
      const { authorization, 'x-trulioo-api-key': key } = request.headers;
      const isOld = params['mode'] !== undefined;
      const isKnown = isOld ? key === credentials.api_key : tokens.has(authorization?.replace(/^Bearer /, '') ?? '');
      return isKnown ? route(request, params) : { status: isOld ? 403 : 401, body: { Message: 'Unauthorized' } };
    };
  const verify = authorized(({ json }: ArrivedRequest): Reply => {
    const sent = sentQuestion.safeParse(json);
    if (!sent.success) return { status: 400, body: { Message: 'BadRequest' } };
    const entry = entries.get(sent.data.DataFields.PersonInfo.FirstSurName) ?? {};
    const kept = { id: randomUUID(), transaction: randomUUID(), sent: sent.data, at: clock.now().slice(0, 19), entry };
    records.push(kept);
    return { status: 200, body: shown(kept) };
  });
  const read = authorized((_request, { id }) => {
    const kept = records.find((one) => one.id === id);
    if (!kept) return { status: 400, body: { Message: 'Transaction not available' } };
    return {
      status: 200,
      body: { ...shown(kept), InputFields: [{ FieldName: 'FirstSurName', Value: 'Canary-Stated' }] },
    };
  });
  const greet = authorized(() => ({ status: 200, body: '"Hello Canary Napi User"' }));
  const vendor = await playVendor({
    routes: {
      [`POST ${TOKEN_PATH}`]: ({ headers, form }) => {
        const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
        const { client_id, client_secret, grant_type, scope } = Object.fromEntries(form);
        if (!isForm || grant_type !== 'client_credentials' || scope !== 'napi.api')
          return { status: 400, body: { error: 'invalid_request' } };
        if (client_id !== credentials.client_id || client_secret !== credentials.client_secret)
          return { status: 400, body: { error: 'invalid_client' } };
        const token = `canary-token-${String((issued += 1))}`;
        tokens.add(token);
        return { status: 200, body: { access_token: token, expires_in: LIFE_SECONDS, token_type: 'Bearer', scope } };
      },
      'POST /v3/verifications/verify': verify,
      'POST /:mode/verifications/v1/verify': verify,
      'GET /v3/verifications/transactionrecord/:id': read,
      'GET /:mode/verifications/v1/transactionrecord/:id': read,
      'GET /v3/connection/testauthentication': greet,
      'GET /:mode/connection/v1/testauthentication': greet,
    },
  });
  const count = (isIt: (path: string) => boolean): number => vendor.requests.filter(({ path }) => isIt(path)).length;
  return {
    ...vendor,
    credentials,
    put: (familyName, entry) => void entries.set(familyName, entry),
    revoke: () => {
      tokens.clear();
    },
    billed: (ours) => records.filter(({ sent }) => sent.CustomerReferenceID === ours).length,
    counts: () => ({ tokens: count((path) => path === TOKEN_PATH), others: count((path) => path !== TOKEN_PATH) }),
  };
}
