import { byTenant, beginTenant, beginUnscoped } from './tenancy.js';

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

describe('byTenant', () => {
  const [one, other] = ['0197a0de-2c3b-7000-8000-0123456789ab', '0197a0de-2c3b-7000-8000-0123456789ac'] as const;
  const thing = (organizationId: string, livemode: boolean, name: string) => ({ organizationId, livemode, name });

  it('keeps organizations and their two worlds apart, and the order within each', () => {
    const things = [thing(one, true, 'a'), thing(other, true, 'b'), thing(one, false, 'c'), thing(one, true, 'd')];
    const groups = byTenant(things, (each) => each).map(({ scope, things: own }) => [
      scope,
      own.map(({ name }) => name),
    ]);
    expect(groups).toEqual([
      [{ organizationId: one, livemode: true }, ['a', 'd']],
      [{ organizationId: other, livemode: true }, ['b']],
      [{ organizationId: one, livemode: false }, ['c']],
    ]);
  });

  it('has no group without a thing', () => {
    expect(byTenant([], () => ({ organizationId: one, livemode: true }))).toEqual([]);
  });
});
