import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../src/platform/clock.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';
import { createdOf, type ExecutionEntry, type KeptExecution, sentJourney, shown } from './jumio.execution.js';

export type { ExecutionEntry } from './jumio.execution.js';

/** The service on loopback, with one client. It has no contract to be held to, so it refuses itself what it does not know. */
export interface JumioVendor extends PlayedVendor {
  readonly credentials: JumioCaller['credentials'];
  /** What is known of that execution from now on. */
  change(reference: string, entry: ExecutionEntry): void;
  /** Ends all tokens. */
  revoke(): void;
  /** How many executions were begun with that reference. */
  billed(customerInternalReference: string): number;
  /** How often a token was asked for, and how often anything else. */
  counts(): { readonly tokens: number; readonly others: number };
}

/** The one client, and who must be named in every request. */
export interface JumioCaller {
  readonly credentials: { readonly client_id: string; readonly client_secret: string };
  readonly userAgent: string;
}

/** Who is named by the caller of tests. */
export const USER_AGENT = 'Canary-Company Verifications/1.0';

const OF_TESTS: JumioCaller = {
  credentials: { client_id: 'canary-client-2b9e', client_secret: 'canary-secret-77d0' },
  userAgent: USER_AGENT,
};

/** How long a token holds. */
const LIFE_SECONDS = 3_600;

const TOKEN_PATH = '/oauth2/token';

/** Starts a service without any account. */
export async function startJumioVendor(clock: Clock, caller: JumioCaller = OF_TESTS): Promise<JumioVendor> {
  const { credentials, userAgent } = caller;
  const pair = Buffer.from(`${credentials.client_id}:${credentials.client_secret}`).toString('base64');
  const executions: KeptExecution[] = [];
  const tokens = new Set<string>();
  let issued = 0;
  const named =
    (route: Route): Route =>
    (request, params) =>
      request.headers['user-agent'] === userAgent
        ? route(request, params)
        : { status: 403, body: { message: 'Forbidden' } };
  const authorized = (route: Route): Route =>
    named((request, params) => {
      const token = request.headers['authorization']?.replace(/^Bearer /, '') ?? '';
      return tokens.has(token) ? route(request, params) : { status: 401, body: { message: 'Unauthorized' } };
    });
  const create = ({ json }: ArrivedRequest): Reply => {
    const sent = sentJourney.safeParse(json);
    if (!sent.success) return { status: 400, body: { message: 'Bad Request' } };
    const kept = { account: randomUUID(), execution: randomUUID(), sent: sent.data, createdAt: timeOf(clock) };
    executions.push({ ...kept, entry: {} });
    return { status: 200, body: createdOf(kept) };
  };
  const vendor = await playVendor({
    routes: {
      [`POST ${TOKEN_PATH}`]: named(({ headers, form }) => {
        const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
        if (!isForm || form.toString() !== 'grant_type=client_credentials')
          return { status: 400, body: { error: 'invalid_request' } };
        if (headers['authorization'] !== `Basic ${pair}`) return { status: 401, body: { error: 'invalid_client' } };
        const token = `canary-token-${String((issued += 1))}`;
        tokens.add(token);
        return { status: 200, body: { access_token: token, expires_in: LIFE_SECONDS, token_type: 'Bearer' } };
      }),
      'POST /api/v1/accounts': authorized(create),
      'GET /api/v1/accounts/:account/workflow-executions/:execution': authorized((_request, { account, execution }) => {
        const found = executions.find((one) => one.account === account && one.execution === execution);
        return found ? { status: 200, body: shown(found) } : { status: 404, body: { message: 'Not Found' } };
      }),
      'DELETE /api/v1/accounts/:account': authorized((_request, { account }) => {
        const index = executions.findIndex((one) => one.account === account);
        if (index === -1) return { status: 404, body: { message: 'Not Found' } };
        executions.splice(index, 1);
        return { status: 200 };
      }),
    },
  });
  const count = (isIt: (path: string) => boolean): number => vendor.requests.filter(({ path }) => isIt(path)).length;
  return {
    ...vendor,
    credentials,
    change: (reference, entry) => {
      for (const one of executions) if (`${one.account}/${one.execution}` === reference) one.entry = entry;
    },
    revoke: () => {
      tokens.clear();
    },
    billed: (ours) => executions.filter(({ sent }) => sent.customerInternalReference === ours).length,
    counts: () => ({ tokens: count((path) => path === TOKEN_PATH), others: count((path) => path !== TOKEN_PATH) }),
  };
}

function timeOf(clock: Clock): string {
  return `${clock.now().slice(0, 23)}Z`;
}
