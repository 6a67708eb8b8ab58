import type { TenantScope } from '../database/index.js';

/** What a credential may do. */
export const SCOPES = ['verifications:read', 'verifications:write', 'verifications:override', 'evidence:read'] as const;

/** One of {@link SCOPES}. */
export type Scope = (typeof SCOPES)[number];

/** Who causes something. */
export interface Actor {
  /** As stored in rows and events: `key:<uuid>`, `user:<issuer>:<sub>`, `system:<what>`, `provider:<name>`. */
  readonly id: string;
  /** The person or system behind the credential; survives its rotation. */
  readonly principalId: string;
}

/** Who asks, for which tenant, with which rights. Frozen; the first argument of every method of the exported service. */
export interface RequestContext extends TenantScope {
  readonly actor: Actor;
  readonly scopes: readonly Scope[];
  readonly requestId: string;
}

/** Freezes a context all the way down. */
export function requestContext(members: RequestContext): RequestContext {
  return Object.freeze({
    ...members,
    actor: Object.freeze({ ...members.actor }),
    scopes: Object.freeze([...members.scopes]),
  });
}
