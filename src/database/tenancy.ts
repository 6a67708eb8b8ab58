import { UUID_PATTERN } from '../platform/ids.js';

/** The tenant: an organization's live or its test world. Both, in this order, lead every key. */
export interface TenantScope {
  /** UUID in lower case. */
  readonly organizationId: string;
  readonly livemode: boolean;
}

/** The organization that no customer has: what is the deployment's own, shared by all tenants, stands under it. */
export const DEPLOYMENT_ID = '00000000-0000-0000-0000-000000000000';

/** The tenant that the deployment itself is. */
export function deploymentScope(livemode: boolean): TenantScope {
  return { organizationId: DEPLOYMENT_ID, livemode };
}

/** Things of one tenant. */
export interface OfTenant<Thing> {
  readonly scope: TenantScope;
  /** At least one. */
  readonly things: readonly Thing[];
}

/** Things by the tenant that each belongs to: every transaction is one tenant's. Tenants stand in the order of their first thing. */
export function byTenant<Thing>(things: Iterable<Thing>, scopeOf: (thing: Thing) => TenantScope): OfTenant<Thing>[] {
  const found = new Map<string, { readonly scope: TenantScope; readonly things: Thing[] }>();
  for (const thing of things) {
    const { organizationId, livemode } = scopeOf(thing);
    const name = `${organizationId} ${String(livemode)}`;
    const own = found.get(name) ?? { scope: { organizationId, livemode }, things: [] };
    own.things.push(thing);
    found.set(name, own);
  }
  return [...found.values()];
}

/** The first two values of every statement: see `Database.ownRows`. */
export function tenantValues({ organizationId, livemode }: TenantScope): [organizationId: string, livemode: boolean] {
  return [organizationId, livemode];
}

/** What keeps a value from being a tenant, in words without the value; null for a tenant. */
export function tenantFault({ organizationId, livemode }: TenantScope): string | null {
  if (typeof organizationId !== 'string' || !UUID_PATTERN.test(organizationId))
    return 'organizationId must be a UUID in lower case';
  return typeof livemode === 'boolean' ? null : 'livemode must be true or false';
}

/** The statements that open a transaction of one tenant. Throws a `TypeError` that says what is not one. */
export function beginTenant(scope: TenantScope): string {
  // SET takes no parameters, so both values are proved harmless before they become part of the text.
  const fault = tenantFault(scope);
  if (fault !== null) throw new TypeError(`not a tenant: ${fault}`);
  return (
    `begin; set local customer_verifications.organization_id = '${scope.organizationId}'; ` +
    `set local customer_verifications.livemode = '${String(scope.livemode)}'`
  );
}

/** What the door without a tenant may look for; each has a read-only policy of its own. */
export type UnscopedPurpose =
  | 'api_key'
  | 'due_work'
  | 'old_keys'
  | 'callback_token'
  | 'callback_target'
  | 'old_callbacks'
  | 'old_evidence'
  | 'key_rotation';

/** The statements that open a transaction without a tenant. */
export function beginUnscoped(purpose: UnscopedPurpose): string {
  return `begin read only; set local customer_verifications.unscoped = '${purpose}'`;
}
