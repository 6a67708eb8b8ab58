import { addMilliseconds } from '../../../platform/clock.js';
import type { JsonObject } from '../../../platform/json.js';
import { isFault, type FaultPlace, type FaultScenario } from '../sandbox.scenarios.js';
import { deleteTarget, flush, putTarget, tell } from './callbacks/callback.routes.js';
import type { StoredCheck } from './check.record.js';
import { READ_CALL, type CheckStore } from './check.store.js';
import { answerHosted, showHosted } from './hosted.routes.js';
import { problem, REFUSING_FAULTS, type Reply } from './replies.js';
import { checkRequest, decisionRequest } from './requests.js';
import {
  about,
  jsonOf,
  refuse,
  withCheck,
  type Answer,
  type Handler,
  type VendorRequest,
  type VendorState,
} from './route.js';

const CHECK = /^\/v1\/checks\/(sbx_[0-9a-f]{24})$/;

/** Method, path, name in the journal, handler; whatever stands below `/v1` wants the API key. */
const ROUTES: readonly (readonly [string, RegExp, string, Handler])[] = [
  ['POST', /^\/v1\/checks$/, 'POST /v1/checks', start],
  ['GET', /^\/v1\/checks$/, 'GET /v1/checks', find],
  ['GET', CHECK, READ_CALL, withCheck(read)],
  ['DELETE', CHECK, 'DELETE /v1/checks/{id}', withCheck(redact)],
  ['POST', /^\/v1\/checks\/(sbx_[0-9a-f]{24})\/link$/, 'POST /v1/checks/{id}/link', withCheck(link)],
  ['POST', /^\/v1\/checks\/(sbx_[0-9a-f]{24})\/decision$/, 'POST /v1/checks/{id}/decision', withCheck(decide)],
  ['POST', /^\/v1\/checks\/(sbx_[0-9a-f]{24})\/callback$/, 'POST /v1/checks/{id}/callback', withCheck(tell)],
  ['PUT', /^\/v1\/callback$/, 'PUT /v1/callback', putTarget],
  ['DELETE', /^\/v1\/callback$/, 'DELETE /v1/callback', deleteTarget],
  ['POST', /^\/v1\/callbacks\/flush$/, 'POST /v1/callbacks/flush', flush],
  ['GET', /^\/v1\/journal$/, 'GET /v1/journal', journal],
  ['GET', /^\/hosted\/([\w-]{32})$/, 'GET /hosted/{token}', showHosted],
  ['POST', /^\/hosted\/([\w-]{32})$/, 'POST /hosted/{token}', answerHosted],
];

/** Answers one request. Throws for nothing that a client sends. */
export async function answer(state: VendorState, request: VendorRequest): Promise<Reply> {
  const { pathname } = request.url;
  if (pathname.startsWith('/v1/') && request.headers.authorization !== `Bearer ${state.apiKey}`) {
    return { status: 401, body: problem('invalid_api_key'), call: 'unauthorized' };
  }
  for (const [method, path, call, handler] of ROUTES) {
    const match = method === request.method ? path.exec(pathname) : null;
    if (match !== null) return { ...(await handler(state, request, match[1] ?? '')), call };
  }
  return { status: 404, body: problem('no_such_route'), call: 'unknown' };
}

async function start(state: VendorState, { headers, body }: VendorRequest): Promise<Answer> {
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
  if (!replayed) await state.courier.started(check);
  return { ...about(check), status: replayed ? 200 : 201, body: wire(state, check), ...(fault && { fault }) };
}

function read(state: VendorState, check: StoredCheck): Answer {
  const { client_reference: clientReference, script } = check;
  const fault = strike(state.store, { clientReference, ...script }, 'fetch');
  // A fault in reading is none in deciding: the check moves on behind it.
  const found = state.store.read(check.id) ?? check;
  return { ...about(found), status: 200, body: wire(state, found, false), ...(fault && { fault }) };
}

function find({ store, ...state }: VendorState, { url }: VendorRequest): Answer {
  const clientReference = url.searchParams.get('client_reference');
  if (clientReference === null) return refuse(400, 'client_reference_required');
  const data = store.find(clientReference).map((check) => wire({ store, ...state }, check, false));
  return { status: 200, body: { data }, clientReference };
}

function link(state: VendorState, check: StoredCheck): Answer {
  if (check.status !== 'awaiting_customer') return { ...refuse(409, 'no_customer_action'), ...about(check) };
  return { ...about(check), status: 200, body: { link: linkOf(state, check) } };
}

function decide(state: VendorState, check: StoredCheck, { body }: VendorRequest): Answer {
  const parsed = decisionRequest.safeParse(jsonOf(body));
  if (!parsed.success) return { ...refuse(400, 'invalid_request'), ...about(check) };
  const { status, code, decided_at: decidedAt } = parsed.data;
  const decided = state.store.decide(check, { status, code, ...(decidedAt !== undefined && { decidedAt }) });
  return { ...about(check), status: 200, body: wire(state, decided, false) };
}

function redact({ store }: VendorState, check: StoredCheck): Answer {
  store.redact(check);
  return { ...about(check), status: 204, body: null };
}

function journal({ store }: VendorState, { url }: VendorRequest): Answer {
  const after = Number(url.searchParams.get('after') ?? 0);
  return { status: 200, body: { entries: store.journal(after) as unknown as JsonObject[] } };
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
