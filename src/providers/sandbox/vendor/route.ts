import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../../../platform/json.js';
import type { CallbackCourier } from './callbacks/callback.courier.js';
import type { CallbackSender } from './callbacks/callback.sender.js';
import type { StoredCheck } from './check.record.js';
import type { CheckStore } from './check.store.js';
import type { HostedLinks } from './links.js';
import { problem, type Reply } from './replies.js';

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
  readonly sender: CallbackSender;
  readonly courier: CallbackCourier;
  readonly apiKey: string;
  /** Where the vendor is reached, for its links. */
  readonly baseUrl: () => string;
}

/** A reply before its route has given it its name. */
export type Answer = Omit<Reply, 'call'>;

/** Answers the requests of one route; `id` is what its path captures. */
export type Handler = (state: VendorState, request: VendorRequest, id: string) => Answer | Promise<Answer>;

/** A handler that wants a check that the vendor has; 404 where it hasn't. */
export function withCheck(
  handler: (state: VendorState, check: StoredCheck, request: VendorRequest) => Answer | Promise<Answer>,
): Handler {
  return (state, request, id) => {
    const check = state.store.get(id);
    return check === undefined ? refuse(404, 'no_such_check') : handler(state, check, request);
  };
}

/** The check's ids, for the journal. */
export function about(check: StoredCheck): { readonly checkId: string; readonly clientReference: string } {
  return { checkId: check.id, clientReference: check.client_reference };
}

/** An answer that says no, and why. */
export function refuse(status: number, code: string): { readonly status: number; readonly body: JsonObject } {
  return { status, body: problem(code) };
}

/** What the text says as JSON; undefined where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
