import type { z } from 'zod';
import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { ProviderFault } from '../fault-observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { jsonOf, mismatch, unrecognised, VendorClient, type VendorMessage } from '../vendor/vendor-client.js';
import { isOurs, searchFor } from './complycube.checks.js';
import { accessOf } from './complycube.connection.js';
import {
  complycubeChecks,
  complycubeClient,
  complycubeClients,
  complycubeGone,
  type ComplyCubePerson,
  complycubeSessions,
} from './complycube.messages.js';

/** A request to the API. */
export interface ComplyCubeRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the address of the API, with a slash first. */
  readonly path: string;
  readonly json?: JsonObject;
}

/** The circumstances of one request. */
export type ComplyCubeCall = Pick<Call, 'connection' | 'signal'>;

/** Whether ComplyCube says that it has no such thing. Somebody else's 404 is no word of its. */
export function isGone(answer: HttpAnswer): boolean {
  return answer.status === 404 && complycubeGone.safeParse(jsonOf(answer.body)).success;
}

/** The API's protocol: JSON with a key. Every method rejects as those of {@link VendorClient} do. */
export class ComplyCubeClient extends VendorClient {
  /** Asks by the call's connection, and gives back whatever was answered. */
  async ask({ connection, signal }: ComplyCubeCall, { path, ...request }: ComplyCubeRequest): Promise<HttpAnswer> {
    const { url, key } = accessOf(connection);
    return this.send({ ...request, url: `${url}${path}`, headers: { authorization: key } }, signal);
  }

  /** As {@link VendorClient.accept}; 402 says that a payment is due. */
  override accept(answer: HttpAnswer): void {
    if (answer.status === 402) throw new ProviderFault('provider_quota_exhausted', { class: 'quota' });
    super.accept(answer);
  }

  /** The check's client; null where ComplyCube says that it has none. */
  async findPerson(check: Check, call: ComplyCubeCall): Promise<VendorMessage<ComplyCubePerson> | null> {
    const answer = await this.ask(call, { method: 'GET', path: personPath(check) });
    if (isGone(answer)) return null;
    const person = this.read(answer, complycubeClient);
    if (person.message.id !== check.reference || !isOurs(check, person.message)) throw mismatch();
    return person;
  }

  /** The check's client. One that is erased or lost says nothing about the subject. */
  async readPerson(check: Check, call: ComplyCubeCall): Promise<VendorMessage<ComplyCubePerson>> {
    const person = await this.findPerson(check, call);
    if (person === null) throw unrecognised();
    return person;
  }

  /** The clients that carry that id of ours, the newest first. */
  async searchPersons(verificationId: string, call: ComplyCubeCall): Promise<readonly ComplyCubePerson[]> {
    return (await this.#list(call, `/clients?${searchFor(verificationId)}`, complycubeClients)).message.items;
  }

  /** All checks of the client. */
  readChecks(
    { id }: ComplyCubePerson,
    call: ComplyCubeCall,
  ): Promise<VendorMessage<z.output<typeof complycubeChecks>>> {
    return this.#ofClient(id, call, { resource: 'checks', form: complycubeChecks });
  }

  /** All sessions of workflows of the client. */
  readSessions(
    { id }: ComplyCubePerson,
    call: ComplyCubeCall,
  ): Promise<VendorMessage<z.output<typeof complycubeSessions>>> {
    return this.#ofClient(id, call, { resource: 'workflowSessions', form: complycubeSessions });
  }

  /** Throws `provider_response_mismatch` where the list left aside whose was asked for. */
  async #ofClient<List extends { readonly items: readonly { readonly clientId: string }[] }>(
    clientId: string,
    call: ComplyCubeCall,
    { resource, form }: { readonly resource: string; readonly form: z.ZodType<List & Counted> },
  ): Promise<VendorMessage<List & Counted>> {
    const query = new URLSearchParams({ clientId, pageSize: '100' });
    const found = await this.#list(call, `/${resource}?${query.toString()}`, form);
    if (found.message.items.some((item) => item.clientId !== clientId)) throw mismatch();
    return found;
  }

  /** Throws `provider_response_unrecognised` where there is more than one answer holds: what is left out might be a no. */
  async #list<List extends Counted>(
    call: ComplyCubeCall,
    path: string,
    form: z.ZodType<List>,
  ): Promise<VendorMessage<List>> {
    const found: { readonly message: List; readonly raw: JsonValue } = this.read(
      await this.ask(call, { method: 'GET', path }),
      form,
    );
    if ((found.message.totalItems ?? 0) > found.message.items.length) throw unrecognised();
    return found;
  }
}

interface Counted {
  readonly totalItems?: number | null | undefined;
  readonly items: readonly unknown[];
}

/** Where the check's client is. */
export function personPath({ reference }: Check): string {
  if (reference === null) throw new TypeError('a check without a reference cannot be read');
  return `/clients/${encodeURIComponent(reference)}`;
}
