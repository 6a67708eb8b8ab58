import { randomBytes } from 'node:crypto';
import { ConnectionsRepository } from '#app/connections/index.js';
import type { CallbackHint } from '#app/providers/provider-adapter.js';
import type { TestAnswer, TestApp, TestTenant } from '../app.js';

/** The deployment's connection to a scripted provider that calls back. */
export const DEPLOYMENT = {
  credentials: {},
  settings: {},
  callbackSecrets: ['one-secret', 'another-secret'],
  callbackToken: randomBytes(32).toString('base64url'),
};

/** How a delivery differs from a genuine one. */
export interface DeliveryChange {
  readonly token?: string;
  readonly secret?: string;
  readonly provider?: string;
}

/** Delivers as the scripted provider does; `hints` may be any text instead. */
export function deliver(
  app: TestApp,
  hints: readonly CallbackHint[] | string,
  { token = DEPLOYMENT.callbackToken, secret = 'one-secret', provider = 'scripted' }: DeliveryChange = {},
): Promise<TestAnswer> {
  return app.call(null, 'POST', `/v1/provider-callbacks/${provider}/${token}`, {
    body: typeof hints === 'string' ? hints : JSON.stringify(hints),
    headers: { 'scripted-signature': secret, 'content-type': 'application/json' },
  });
}

/** Gives an organization a connection of its own; returns the token of its callbacks. */
export async function connect(
  app: TestApp,
  tenant: TestTenant,
  callbackSecrets: readonly string[],
  provider = 'scripted',
): Promise<string> {
  const { organizationId, livemode } = tenant;
  const token = randomBytes(32).toString('base64url');
  const own = { credentials: {}, settings: {}, callbackSecrets, callbackToken: token };
  const connections = app.nest.get(ConnectionsRepository, { strict: false });
  const by = { actorId: 'key:test', at: app.clock.now() };
  await connections.change({ organizationId, livemode }, provider, by, () => own);
  return token;
}

/** What is in the inbox, oldest first. */
export function inboxOf(app: TestApp): Promise<Record<string, unknown>[]> {
  return app.sql(
    'select organization_id, livemode, reference, our_reference, outcome, deliveries, due_at, attempts, sealed from customer_verifications.callback_inbox order by id',
  );
}
