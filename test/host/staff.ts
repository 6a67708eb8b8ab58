import {
  type ContextualRequest,
  requestContext,
  type RequestContext,
  type Scope,
  SCOPES,
} from 'customer-verifications';

/** Somebody who works with the host; the host's own idea of a session. */
export interface Employee {
  readonly name: string;
  readonly organizationId: string;
  readonly scopes?: readonly Scope[];
}

/** What the library has to know of an employee: also for calls in process. */
export function contextOf(
  { name, organizationId, scopes = SCOPES }: Employee,
  requestId = 'in-process',
): RequestContext {
  const actor = { id: `user:https://login.host.example:${name}`, principalId: name };
  return requestContext({ organizationId, livemode: true, actor, scopes, requestId });
}

/** The host's authentication: session cookies that it made itself. */
export class StaffSessions {
  readonly #sessions = new Map<string, Employee>();

  /** Opens a session; the answer is the value of the `session` cookie. */
  open(employee: Employee): string {
    const session = `s${String(this.#sessions.size + 1)}`;
    this.#sessions.set(session, employee);
    return session;
  }

  /** The function that the library is given. */
  readonly authenticate = (request: ContextualRequest): RequestContext | null => {
    const session = /(?:^|; )session=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    const employee = this.#sessions.get(session);
    return employee ? contextOf(employee, request.id) : null;
  };
}
