import { randomUUID } from 'node:crypto';
import {
  type AppError,
  type Customer,
  CustomerDirectory,
  type JsonObject,
  type RequestContext,
  type TenantScope,
} from 'customer-verifications';
import { z } from 'zod';
import { type HostApplication, startHost } from '../host/host-application.js';
import { LetterAdapter } from '../host/letter.adapter.js';
import { contextOf } from '../host/staff.js';
import { ScriptedClock } from '../support/scripted-clock.js';

/** The host's customers, as it has them in memory. */
class Members extends CustomerDirectory {
  readonly known = new Map<string, Customer>();

  async find({ organizationId }: TenantScope, customerId: string): Promise<Customer | null> {
    if (customerId.startsWith('00000000')) throw new Error('the members are away');
    return this.known.get(`${organizationId} ${customerId}`) ?? null;
  }
}

/** Letters go to a town. */
class TownAdapter extends LetterAdapter {
  override readonly checks = [
    {
      ...{ verificationType: 'address', checkType: 'letter', proves: 'That somebody answers there.', validityDays: 30 },
      input: z.strictObject({ city: z.string() }) as unknown as z.ZodType<JsonObject>,
      ...{ inputRequired: true, example: null },
      fromCustomer: { city: ({ address }: Customer) => address?.city },
    },
  ];
}

describe('a directory of the host', () => {
  const members = new Members();
  let host: HostApplication;

  beforeAll(async () => {
    const letters = new TownAdapter(new ScriptedClock());
    letters.openLetterbox();
    host = await startHost({ http: false, customers: members, adapters: [letters] });
  });
  afterAll(() => host.close());

  const create = (ctx: RequestContext, customerId: string): Promise<unknown> =>
    host.payouts.verifications.create(ctx, { customerId, provider: 'letter', verificationType: 'address' }).then(
      ({ verification }) => verification,
      (error: unknown) => (error as AppError).code,
    );

  it('gives checks what the input leaves out, and says who is nobody', async () => {
    const ctx = contextOf({ name: 'ada', organizationId: randomUUID() });
    const [ada, bob] = [randomUUID(), randomUUID()];
    members.known.set(`${ctx.organizationId} ${ada}`, { address: { city: 'Bonn' } });
    members.known.set(`${ctx.organizationId} ${bob}`, {});
    const verification = await create(ctx, ada.toUpperCase());
    expect(verification).toMatchObject({ status: 'verified', customerId: ada });
    const { items } = await host.payouts.verifications.evidence(ctx, (verification as { id: string }).id);
    expect(items.map(({ kind, content }) => [kind, content])).toContainEqual(['input', { city: 'Bonn' }]);
    expect(await create(ctx, bob)).toBe('INPUT_REQUIRED');
    expect(await create(ctx, randomUUID())).toBe('CUSTOMER_NOT_FOUND');
    expect(await create(ctx, '00000000-0000-4000-8000-000000000000')).toBe('SERVICE_UNAVAILABLE');
    expect(await create(contextOf({ name: 'eve', organizationId: randomUUID() }), ada)).toBe('CUSTOMER_NOT_FOUND');
  });
});
