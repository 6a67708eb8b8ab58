import { DEPLOYMENT_ID, type TenantScope, tenantFault } from '../database/index.js';

/** What a credential may do. */
export const SCOPES = [
  'verifications:read',
  'verifications:write',
  'verifications:override',
  'evidence:read',
  'connections:read',
  'connections:write',
] as const;

/** One of {@link SCOPES}. */
export type Scope = (typeof SCOPES)[number];

/** Who causes something. */
export interface Actor {
  /** As stored in rows and events: `key:<uuid>`, `user:<issuer>:<sub>`, `system:<what>`, `provider:<name>`. */
  readonly id: string;
  /** The person or system behind the credential; survives its rotation. */
  readonly principalId: string;
}

/**
 * Who asks, for which tenant, with which rights. Made by {@link requestContext}, which freezes it; the first argument of every method of the
 * exported service.
 */
export interface RequestContext extends TenantScope {
  readonly actor: Actor;
  readonly scopes: readonly Scope[];
  readonly requestId: string;
}

/** A context that can't be one: a mistake in the code that made it. The message says which member is wrong, and no value. */
export class ContextFault extends TypeError {
  override readonly name = 'ContextFault';
}

/** Freezes a context all the way down. Throws a {@link ContextFault} for what can't be one. */
export function requestContext(members: RequestContext): RequestContext {
  assertContext(members);
  return Object.freeze({
    ...members,
    actor: Object.freeze({ ...members.actor }),
    scopes: Object.freeze([...members.scopes]),
  });
}

/** Throws a {@link ContextFault} for what can't be a context, whatever its type promises. */
export function assertContext(context: RequestContext): void {
  const fault = faultOf(context);
  if (fault !== null) throw new ContextFault(`the request context is malformed: ${fault}`);
}

function faultOf(context: RequestContext): string | null {
  const { actor, scopes, requestId } = context as { readonly [Name in keyof RequestContext]?: unknown };
  const { id, principalId } = (actor ?? {}) as { readonly [Name in keyof Actor]?: unknown };
  if (!isName(id) || !isName(principalId)) return 'actor must have id and principalId, texts that are not empty';
  if (!Array.isArray(scopes)) return 'scopes must be a list';
  if (typeof requestId !== 'string') return 'requestId must be text';
  const { organizationId } = context;
  if (organizationId === DEPLOYMENT_ID) return 'organizationId must be an organization, not the deployment itself';
  return tenantFault(context);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
