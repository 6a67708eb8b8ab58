import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../src/platform/clock.js';
import type { JsonObject } from '../../../src/platform/json.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';

/** What has become of an execution, as far as a test decides it. */
export interface ExecutionEntry {
  readonly status?: string;
  /** The decision's type; left out: there is none yet. */
  readonly decision?: string;
  /** Decisions of steps, each `type LABEL`, by the step's name. */
  readonly steps?: Readonly<Record<string, readonly string[]>>;
  readonly completedAt?: string;
  /** Members of the answer that are others than they should be. */
  readonly change?: JsonObject;
}

/** The service on loopback, with one client. It has no contract to be held to, so it refuses itself what it does not know. */
export interface JumioVendor extends PlayedVendor {
  readonly credentials: { readonly client_id: string; readonly client_secret: string };
  /** What is known of that execution from now on. */
  change(reference: string, entry: ExecutionEntry): void;
  /** Ends all tokens. */
  revoke(): void;
  /** How many executions were begun with that reference. */
  billed(customerInternalReference: string): number;
  /** How often a token was asked for, and how often anything else. */
  counts(): { readonly tokens: number; readonly others: number };
}

/** Who must be named in every request. */
export const USER_AGENT = 'Canary-Company Verifications/1.0';

const TOKEN_PATH = '/oauth2/token';

const sentJourney = z.strictObject({
  customerInternalReference: z.string().min(1).max(100),
  userReference: z.string().min(1).max(100),
  workflowDefinition: z.strictObject({
    key: z.int().min(1),
    credentials: z
      .array(
        z.strictObject({
          category: z.literal('ID'),
          country: z.strictObject({ values: z.array(z.string().length(3)).min(1) }).optional(),
          type: z
            .strictObject({ values: z.array(z.enum(['ID_CARD', 'DRIVING_LICENSE', 'PASSPORT', 'VISA'])).min(1) })
            .optional(),
        }),
      )
      .optional(),
  }),
  tokenLifetime: z.string().regex(/^\d+[smhd]$/),
  web: z
    .strictObject({
      successUrl: z.url().max(255).optional(),
      errorUrl: z.url().max(255).optional(),
      locale: z.string().max(5).optional(),
    })
    .optional(),
});

interface KeptExecution {
  readonly account: string;
  readonly execution: string;
  readonly sent: z.output<typeof sentJourney>;
  readonly createdAt: string;
  entry: ExecutionEntry;
}

/** Starts a service without any account. */
export async function startJumioVendor(clock: Clock, lifeSeconds = 3_600): Promise<JumioVendor> {
  const credentials = { client_id: 'canary-client-2b9e', client_secret: 'canary-secret-77d0' };
  const pair = Buffer.from(`${credentials.client_id}:${credentials.client_secret}`).toString('base64');
  const executions: KeptExecution[] = [];
  const tokens = new Set<string>();
  let issued = 0;
  const named =
    (route: Route): Route =>
    (request, params) =>
      request.headers['user-agent'] === USER_AGENT
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
        return { status: 200, body: { access_token: token, expires_in: lifeSeconds, token_type: 'Bearer' } };
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

function createdOf({ account, execution, createdAt }: Omit<KeptExecution, 'entry'>): JsonObject {
  return {
    timestamp: createdAt,
    account: { id: account },
    web: { href: `https://canary-company.web.amer-1.jumio.ai/web/v4/app?authorizationToken=canary-jwt-${execution}` },
    sdk: { token: 'canary-sdk-jwt' },
    workflowExecution: {
      id: execution,
      credentials: [
        {
          id: randomUUID(),
          category: 'ID',
          allowedChannels: ['WEB', 'API', 'SDK'],
          api: { token: 'canary-api-jwt', parts: { front: 'https://api.amer-1.jumio.ai/api/v1/canary/parts/FRONT' } },
        },
      ],
    },
  };
}

function shown({ account, execution, sent, createdAt, entry }: KeptExecution): JsonObject {
  const { status = 'INITIATED', decision, steps = {}, completedAt, change } = entry;
  const capabilities = Object.entries(steps).map(([name, all]) => [name, all.map((one) => stepOf(name, one))] as const);
  const label = decision ?? '';
  return {
    workflow: {
      id: execution,
      status,
      definitionKey: String(sent.workflowDefinition.key),
      userReference: sent.userReference,
      customerInternalReference: sent.customerInternalReference,
    },
    account: { id: account },
    createdAt,
    ...(completedAt !== undefined && { startedAt: createdAt, completedAt }),
    ...(decision !== undefined && { decision: { type: decision, details: { label }, risk: { score: 40 } } }),
    credentials: [
      { id: randomUUID(), category: 'ID', parts: [{ classifier: 'FRONT', href: 'https://x.example/FRONT' }] },
    ],
    capabilities: Object.fromEntries(capabilities),
    steps: { href: `https://retrieval.amer-1.jumio.ai/api/v1/accounts/${account}/steps` },
    ...change,
  };
}

function stepOf(name: string, said: string): JsonObject {
  const [type = '', label = ''] = said.split(' ');
  const read = {
    type: 'PASSPORT',
    subType: 'E_PASSPORT',
    issuingCountry: 'DEU',
    firstName: 'Canary-Erika',
    lastName: 'Canary-Mustermann',
    dateOfBirth: '1964-08-12',
    documentNumber: 'CANARY01X00T47',
  };
  return { id: randomUUID(), decision: { type, details: { label } }, data: name === 'extraction' ? read : {} };
}
