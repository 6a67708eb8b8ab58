import { randomUUID } from 'node:crypto';
import type { TestAnswer, TestApp, TestTenant } from './app.js';

/** The path of the collection. */
export const VERIFICATIONS = '/v1/verifications';

/** A create request that a person decides later; `change` replaces members. */
export function manualRequest(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { customer_id: randomUUID(), provider: 'manual', verification_type: 'identity', ...change };
}

/** A create request that is verified at once. */
export function vatRequest(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const input = { vat_number: 'DE143454214' };
  return { customer_id: randomUUID(), provider: 'offline', verification_type: 'business_entity', input, ...change };
}

/** A create request that the sandbox plays. */
export function sandboxRequest(
  scenario: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const input = { scenario, ...more };
  return { customer_id: randomUUID(), provider: 'sandbox', verification_type: 'identity', input };
}

/** Creates a verification and answers its `data`; throws where that fails. */
export async function created(
  app: TestApp,
  tenant: TestTenant,
  body: Readonly<Record<string, unknown>> = manualRequest(),
): Promise<TestAnswer['body']> {
  const answer = await app.call(tenant, 'POST', VERIFICATIONS, { body });
  if (answer.status !== 201) throw new Error(`create answered ${String(answer.status)}: ${answer.text}`);
  return answer.body.data;
}

/** The path of a verification, or of something below it. */
export function pathOf(verification: Readonly<Record<string, unknown>>, below = ''): string {
  return `${VERIFICATIONS}/${String(verification['id'])}${below}`;
}

/** Overrides a verification: with a body and, where told, further headers. */
export function override(
  app: TestApp,
  tenant: TestTenant,
  verification: Readonly<Record<string, unknown>>,
  ...[body, headers = {}]: [body: unknown, headers?: Readonly<Record<string, string>>]
): Promise<TestAnswer> {
  return app.call(tenant, 'PATCH', pathOf(verification), { body, headers });
}

/** What a page shows, to be looked into. */
export function shownIn(answer: TestAnswer): Readonly<Record<string, unknown>>[] {
  return answer.body.data as Readonly<Record<string, unknown>>[];
}

/** One member of each thing that a page shows, in order. */
export function membersIn(answer: TestAnswer, name: string): unknown[] {
  return shownIn(answer).map((shown) => shown[name]);
}

/** The fields that a problem document names, in order. */
export function faultyFields(answer: TestAnswer): string[] {
  return (answer.body.fields as { readonly field: string }[]).map(({ field }) => field);
}

/** Status and code of a problem document. */
export function refusalOf({ status, body }: TestAnswer): [status: number, code: unknown] {
  return [status, body.code];
}
