/** The tenant: an organization's live or its test world. Both, in this order, lead every key. */
export interface TenantScope {
  /** UUID in lower case. */
  readonly organizationId: string;
  readonly livemode: boolean;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The statements that open a transaction of one tenant. Throws a `TypeError` for anything but a UUID and a boolean. */
export function beginTenant(scope: TenantScope): string {
  // SET takes no parameters, so both values are proved harmless before they become part of the text.
  if (!UUID.test(scope.organizationId) || typeof scope.livemode !== 'boolean') throw new TypeError('not a tenant');
  return (
    `begin; set local customer_verifications.organization_id = '${scope.organizationId}'; ` +
    `set local customer_verifications.livemode = '${String(scope.livemode)}'`
  );
}

/** What the door without a tenant may look for; each has a read-only policy of its own. */
export type UnscopedPurpose = 'api_key' | 'due_work';

/** The statements that open a transaction without a tenant. */
export function beginUnscoped(purpose: UnscopedPurpose): string {
  return `begin read only; set local customer_verifications.unscoped = '${purpose}'`;
}
