import type { JsonValue } from '#app/platform/json.js';
import { type PlayedVendor, playVendor } from '../../vendors/played-vendor.js';
import type { TestTenant } from '../app.js';

type Tenant = Pick<TestTenant, 'organizationId' | 'livemode'>;

/** A platform's customers API: `GET /customers/{id}`, each tenant's customers apart. */
export interface PlayedCustomers extends PlayedVendor {
  /** What is told of a customer from now on. */
  know(tenant: Tenant, id: string, customer: JsonValue): void;
}

/** Starts one that wants the token. */
export async function playCustomers(token: string): Promise<PlayedCustomers> {
  const known = new Map<string, JsonValue>();
  const played = await playVendor({
    routes: {
      'GET /customers/:id': ({ headers }, { id = '' }) => {
        if (headers['authorization'] !== `Bearer ${token}`) return { status: 401, body: {} };
        const customer = known.get(`${headers['organization-id'] ?? ''} ${headers['livemode'] ?? ''} ${id}`);
        return customer === undefined ? { status: 404, body: {} } : { status: 200, body: customer };
      },
    },
  });
  return Object.assign(played, {
    know: ({ organizationId, livemode }: Tenant, id: string, customer: JsonValue) =>
      void known.set(`${organizationId} ${String(livemode)} ${id}`, customer),
  });
}
