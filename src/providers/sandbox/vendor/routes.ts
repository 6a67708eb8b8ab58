import type { IncomingHttpHeaders } from 'node:http';
import { addMilliseconds } from '../../../platform/clock.js';
import type { JsonObject } from '../../../platform/json.js';
import { REASONS } from '../../reasons.js';
import { isFault, type FaultPlace, type FaultScenario } from '../sandbox.scenarios.js';
import type { StoredCheck } from './check.record.js';
import { READ_CALL, type CheckStore } from './check.store.js';
import type { HostedLinks } from './links.js';
import { donePage, gonePage, hostedPage } from './hosted.page.js';
import { problem, REFUSING_FAULTS, type Reply } from './replies.js';
import { checkRequest, decisionRequest } from './requests.js';

/** A request, read whole. */
export interface VendorRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a route works with. */
export interface VendorState {
  readonly store: CheckStore;
  readonly links: HostedLinks;
  readonly apiKey: string;
  /** Where the vendor is reached, for its links. */
  readonly baseUrl: () => string;
}

type Handler = (state: VendorState, request: VendorRequest, id: string) => Omit<Reply, 'call'>;

const CHECK = /^\/v1\/checks\/(sbx_[0-9a-f]{24})$/;

/** Method, path, name in the journal, handler; whatever stands below `/v1` wants the API key. */
const ROUTES: readonly (readonly [string, RegExp, string, Handler])[] = [
  ['POST', /^\/v1\/checks$/, 'POST /v1/checks', start],
  ['GET', /^\/v1\/checks$/, 'GET /v1/checks', find],
  ['GET', CHECK, READ_CALL, withCheck(read)],
  ['DELETE', CHECK, 'DELETE /v1/checks/{id}', withCheck(redact)],
  ['POST', /^\/v1\/checks\/(sbx_[0-9a-f]{24})\/link$/, 'POST /v1/checks/{id}/link', withCheck(link)],
  ['POST', /^\/v1\/checks\/(sbx_[0-9a-f]{24})\/decision$/, 'POST /v1/checks/{id}/decision', withCheck(decide)],
  ['GET', /^\/v1\/journal$/, 'GET /v1/journal', journal],
  ['GET', /^\/hosted\/([\w-]{32})$/, 'GET /hosted/{token}', showHosted],
  ['POST', /^\/hosted\/([\w-]{32})$/, 'POST /hosted/{token}', answerHosted],
];

/** Answers one request. Throws for nothing that a client sends. */
export function answer(state: VendorState, request: VendorRequest): Reply {
  const { pathname } = request.url;
  if (pathname.startsWith('/v1/') && request.headers.authorization !== `Bearer ${state.apiKey}`) {
    return { status: 401, body: problem('invalid_api_key'), call: 'unauthorized' };
  }
  for (const [method, path, call, handler] of ROUTES) {
    const match = method === request.method ? path.exec(pathname) : null;
    if (match !== null) return { ...handler(state, request, match[1] ?? ''), call };
  }
  return { status: 404, body: problem('no_such_route'), call: 'unknown' };
}

function start(state: VendorState, { headers, body }: VendorRequest): Omit<Reply, 'call'> {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || key === '' || key.length > 255) return refuse(400, 'idempotency_key_required');
  const parsed = checkRequest.safeParse(jsonOf(body));
  if (!parsed.success) return refuse(400, 'invalid_request');
  const { client_reference: clientReference, scenario, fault_at, fault_times } = parsed.data;
  const fault = strike(state.store, { clientReference, scenario, fault_at, fault_times }, 'start');
  if (fault !== undefined && REFUSING_FAULTS.has(fault)) return { ...refuse(503, 'refused'), clientReference, fault };
  const started = state.store.start(key, parsed.data);
  if (started === null) return { ...refuse(409, 'idempotency_key_reused'), clientReference };
  const { check, replayed } = started;
  return { ...about(check), status: replayed ? 200 : 201, body: wire(state, check), ...(fault && { fault }) };
}

function read(state: VendorState, check: StoredCheck): Omit<Reply, 'call'> {
  const { client_reference: clientReference, script } = check;
  const fault = strike(state.store, { clientReference, ...script }, 'fetch');
  // A fault in reading is none in deciding: the check moves on behind it.
  const found = state.store.read(check.id) ?? check;
  return { ...about(found), status: 200, body: wire(state, found, false), ...(fault && { fault }) };
}

function find({ store, ...state }: VendorState, { url }: VendorRequest): Omit<Reply, 'call'> {
  const clientReference = url.searchParams.get('client_reference');
  if (clientReference === null) return refuse(400, 'client_reference_required');
  const data = store.find(clientReference).map((check) => wire({ store, ...state }, check, false));
  return { status: 200, body: { data }, clientReference };
}

function link(state: VendorState, check: StoredCheck): Omit<Reply, 'call'> {
  if (check.status !== 'awaiting_customer') return { ...refuse(409, 'no_customer_action'), ...about(check) };
  return { ...about(check), status: 200, body: { link: linkOf(state, check) } };
}

function decide(state: VendorState, check: StoredCheck, { body }: VendorRequest): Omit<Reply, 'call'> {
  const parsed = decisionRequest.safeParse(jsonOf(body));
  if (!parsed.success) return { ...refuse(400, 'invalid_request'), ...about(check) };
  const { status, code, decided_at: decidedAt } = parsed.data;
  const decided = state.store.decide(check, { status, code, ...(decidedAt !== undefined && { decidedAt }) });
  return { ...about(check), status: 200, body: wire(state, decided, false) };
}

function redact({ store }: VendorState, check: StoredCheck): Omit<Reply, 'call'> {
  store.redact(check);
  return { ...about(check), status: 204, body: null };
}

function journal({ store }: VendorState, { url }: VendorRequest): Omit<Reply, 'call'> {
  const after = Number(url.searchParams.get('after') ?? 0);
  return { status: 200, body: { entries: store.journal(after) as unknown as JsonObject[] } };
}

function showHosted({ store, links }: VendorState, _request: VendorRequest, token: string): Omit<Reply, 'call'> {
  const check = store.get(links.checkIdOf(token) ?? '');
  if (check === undefined) return { status: 404, body: gonePage() };
  return {
    ...about(check),
    status: 200,
    body: check.status === 'awaiting_customer' ? hostedPage(check) : donePage(check.status),
  };
}

const CODES: ReadonlySet<string> = new Set(REASONS.negative.map((reason) => reason.toUpperCase()));

function answerHosted({ store, links }: VendorState, { body }: VendorRequest, token: string): Omit<Reply, 'call'> {
  const check = store.get(links.checkIdOf(token) ?? '');
  if (check === undefined) return { status: 404, body: gonePage() };
  // Pressed twice, or decided elsewhere meanwhile: the first decision stands.
  if (check.status !== 'awaiting_customer') return { ...about(check), status: 409, body: donePage(check.status) };
  const form = new URLSearchParams(body);
  const status = form.get('decision');
  if (status !== 'approved' && status !== 'declined') return { ...about(check), status: 400, body: hostedPage(check) };
  const code = form.get('code') ?? '';
  store.decide(check, { status, code: status === 'approved' ? null : CODES.has(code) ? code : 'PROVIDER_REJECTED' });
  return { ...about(check), status: 200, body: donePage(status) };
}

function withCheck(
  handler: (state: VendorState, check: StoredCheck, request: VendorRequest) => Omit<Reply, 'call'>,
): Handler {
  return (state, request, id) => {
    const check = state.store.get(id);
    return check === undefined ? refuse(404, 'no_such_check') : handler(state, check, request);
  };
}

interface FaultScript extends Pick<StoredCheck['script'], 'scenario' | 'fault_at' | 'fault_times'> {
  readonly clientReference: string;
}

function strike(store: CheckStore, script: FaultScript, place: FaultPlace): FaultScenario | undefined {
  const { scenario, fault_at, clientReference } = script;
  if (!isFault(scenario) || (fault_at !== place && fault_at !== 'both')) return undefined;
  // An answer that is always lost would be a hang by another name.
  const times = script.fault_times ?? (scenario === 'fault:lost_answer' ? 1 : null);
  return store.strikes(clientReference, times) ? scenario : undefined;
}

/** The check as the vendor shows it. A link is made only where the customer is to get one. */
function wire(state: VendorState, check: StoredCheck, withLink = true): JsonObject {
  const { id, client_reference, type, status, code, sequence, created_at, decided_at, redacted } = check;
  const wantsLink = withLink && status === 'awaiting_customer';
  return {
    ...{ id, client_reference, type, status, code, sequence, created_at, decided_at, redacted },
    valid_until: validUntil(check),
    subject: state.store.subjectOf(check),
    link: wantsLink ? linkOf(state, check) : null,
  };
}

function validUntil({ status, decided_at, script }: StoredCheck): string | null {
  if (status !== 'approved' || decided_at === null || script.valid_days === null) return null;
  return addMilliseconds(decided_at, script.valid_days * 86_400_000);
}

function linkOf({ links, baseUrl }: VendorState, check: StoredCheck): JsonObject {
  const { token, expiresAt } = links.issue(check.id);
  return { url: `${baseUrl()}/hosted/${token}`, expires_at: expiresAt };
}

function about(check: StoredCheck): { readonly checkId: string; readonly clientReference: string } {
  return { checkId: check.id, clientReference: check.client_reference };
}

function refuse(status: number, code: string): { readonly status: number; readonly body: JsonObject } {
  return { status, body: problem(code) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
