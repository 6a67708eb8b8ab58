import type { JsonObject } from '../../../src/platform/json.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply } from '../played-vendor.js';

/** What of an answer a test decides. A number without an entry is not registered. */
export interface HmrcVatEntry {
  readonly name?: string;
  /** Members of the answer that are others than they should be. */
  readonly change?: JsonObject;
  /** An error in place of an answer. */
  readonly error?: { readonly status: number; readonly code: string; readonly message?: string };
  /** False: the contract does not know such an answer. */
  readonly documented?: false;
}

/** The service on loopback, with one application: what the register holds is put there. */
export interface HmrcVatVendor extends PlayedVendor {
  readonly credentials: { readonly client_id: string; readonly client_secret: string };
  /** Whoever asks with a number of the organization's own must stand there too. */
  put(vrn: string, entry?: HmrcVatEntry): void;
  /** Ends all tokens. */
  revoke(): void;
  /** How often a token was asked for, and how often a number. */
  counts(): { readonly tokens: number; readonly lookUps: number };
}

const TOKEN_PATH = '/oauth/token';
const LOOK_UP = '/organisations/vat/check-vat-number/lookup';

/** Starts a service whose register is empty. */
export async function startHmrcVatVendor(lifeSeconds = 14_400): Promise<HmrcVatVendor> {
  const credentials = { client_id: 'canary-client-7c1d', client_secret: 'canary-secret-90aa' };
  const entries = new Map<string, HmrcVatEntry>();
  const tokens = new Set<string>();
  let issued = 0;
  const lookUp = (request: ArrivedRequest, { target = '', requester }: Readonly<Record<string, string>>): Reply =>
    turnedAway(request, tokens) ?? answerTo({ target, requester, entries });
  const vendor = await playVendor({
    contract: 'hmrc-vat.openapi.yaml',
    routes: {
      [`POST ${TOKEN_PATH}`]: ({ form, headers }) => {
        const refused = tokenRefusal({ form, headers, credentials });
        if (refused) return refused;
        const token = `canary-token-${String((issued += 1))}`;
        tokens.add(token);
        const body = { access_token: token, token_type: 'bearer', expires_in: lifeSeconds, scope: 'read:vat' };
        return { status: 200, body, documented: false };
      },
      [`GET ${LOOK_UP}/:target`]: lookUp,
      [`GET ${LOOK_UP}/:target/:requester`]: lookUp,
    },
  });
  const count = (isIt: (path: string) => boolean): number => vendor.requests.filter(({ path }) => isIt(path)).length;
  return {
    ...vendor,
    credentials,
    put: (vrn, entry = {}) => void entries.set(vrn, entry),
    revoke: () => {
      tokens.clear();
    },
    counts: () => ({ tokens: count((path) => path === TOKEN_PATH), lookUps: count((path) => path !== TOKEN_PATH) }),
  };
}

interface TokenRequest extends Pick<ArrivedRequest, 'form' | 'headers'> {
  readonly credentials: HmrcVatVendor['credentials'];
}

function tokenRefusal({ form, headers, credentials }: TokenRequest): Reply | null {
  const wanted = { ...credentials, grant_type: 'client_credentials', scope: 'read:vat' };
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const names = [...form.keys()].sort().join();
  if (!isForm || names !== Object.keys(wanted).sort().join())
    return { status: 400, body: { error: 'invalid_request' }, documented: false };
  const isOurs = Object.entries(wanted).every(([name, value]) => form.get(name) === value);
  return isOurs ? null : { status: 401, body: { error: 'invalid_client' }, documented: false };
}

function turnedAway({ headers }: ArrivedRequest, tokens: ReadonlySet<string>): Reply | null {
  const token = headers['authorization']?.replace(/^Bearer /, '') ?? '';
  if (!tokens.has(token)) return undocumented(401, 'INVALID_CREDENTIALS');
  return headers['accept'] === 'application/vnd.hmrc.2.0+json' ? null : undocumented(406, 'ACCEPT_HEADER_INVALID');
}

interface LookUp {
  readonly target: string;
  readonly requester: string | undefined;
  readonly entries: ReadonlyMap<string, HmrcVatEntry>;
}

function answerTo({ target, requester, entries }: LookUp): Reply {
  if (!isVrn(target)) return problem(400, 'INVALID_REQUEST', badFormat('targetVrn'));
  if (requester !== undefined && !isVrn(requester)) return problem(400, 'INVALID_REQUEST', badFormat('requesterVrn'));
  if (requester !== undefined && !entries.has(requester))
    return problem(403, 'INVALID_REQUEST', 'requesterVrn does not match a registered company');
  const entry = entries.get(target);
  if (!entry) return problem(404, 'NOT_FOUND', 'targetVrn does not match a registered company');
  const documented = entry.documented === false ? { documented: false as const } : {};
  if (entry.error) {
    const { status, code, message = 'Something' } = entry.error;
    return { ...problem(status, code, message), ...documented };
  }
  const address = { line1: '131B Barton Hamlet', postcode: 'SW97 5CK', countryCode: 'GB' };
  const consulted = requester === undefined ? {} : { requester, consultationNumber: 'ypAeKRPlW' };
  const body = {
    target: { name: entry.name ?? 'Credite Sberger Donal Inc.', vatNumber: target, address },
    ...consulted,
    processingDate: '2026-01-31T12:43:17+00:00',
    ...entry.change,
  };
  return { status: 200, body, ...documented };
}

function isVrn(text: string): boolean {
  return /^(\d{9}|\d{12})$/.test(text);
}

function badFormat(name: string): string {
  return `Invalid ${name} - Vrn parameters should be 9 or 12 digits`;
}

function problem(status: number, code: string, message: string): Reply {
  return { status, body: { code, message } };
}

function undocumented(status: number, code: string): Reply {
  return { ...problem(status, code, 'Turned away'), documented: false };
}
