import { beginTenant, beginUnscoped } from './tenancy.js';

const ORGANIZATION = '0197a0de-2c3b-7000-8000-0123456789ab';

describe('the opening of a transaction', () => {
  it('names the tenant for this transaction alone', () => {
    expect(beginTenant({ organizationId: ORGANIZATION, livemode: false })).toBe(
      `begin; set local customer_verifications.organization_id = '${ORGANIZATION}'; set local customer_verifications.livemode = 'false'`,
    );
  });

  it('without a tenant names the purpose and can only read', () => {
    expect(beginUnscoped('api_key')).toBe("begin read only; set local customer_verifications.unscoped = 'api_key'");
  });

  it.each([
    ['', true],
    ["' ; drop table x", true],
    [ORGANIZATION.toUpperCase(), true],
    [`{${ORGANIZATION}}`, true],
    [`${ORGANIZATION}\n`, true],
    [ORGANIZATION, 'true'],
    [ORGANIZATION, undefined],
    [undefined, true],
  ])('refuses %j, %j as a tenant', (organizationId, livemode) => {
    expect(() => beginTenant({ organizationId, livemode } as never)).toThrow(TypeError);
  });
});
