import { addMilliseconds } from '../../platform/clock.js';
import { HttpFault } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { observationOfFault, ProviderFault } from '../fault-observation.js';
import type { CustomerAction, Ending, Observation } from '../observation.js';
import type {
  AdapterPlatform,
  Call,
  CallbackHint,
  CallLimit,
  Check,
  Connection,
  ProviderAdapter,
  RawDelivery,
} from '../provider-adapter.js';
import { mismatch, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import { type ComplyCubeNews, readSignedCallback } from './complycube.callbacks.js';
import { clientOf, COMPLYCUBE_CHECKS, isOurs, ourIdIn, pageOf, runsOf } from './complycube.checks.js';
import { type ComplyCubeCall, ComplyCubeClient, isGone, personPath } from './complycube.client.js';
import { accessOf, COMPLYCUBE_CONNECTION } from './complycube.connection.js';
import { complycubeClient, complycubeOwned, complycubePage, type ComplyCubePerson } from './complycube.messages.js';
import { observePerson, type ReadPerson } from './complycube.outcomes.js';

/** A session ends when the customer is through, or after 14 days. */
const PAGE_MS = 14 * 86_400_000;

/** ComplyCube waits 15 seconds for the answer to a callback. */
const CALLBACK_MS = 5_000;

/** What a session that is over may be refused with. */
const REFUSED: ReadonlySet<number> = new Set([400, 404, 409, 422]);

/**
 * ComplyCube: the customer goes through a hosted page, and its checks, or a workflow of the account, decide. A page's session has no id: each
 * verification is a client of its own, whose checks are its answer. Source: docs.complycube.com; @complycube/api.
 */
export class ComplyCubeAdapter implements ProviderAdapter {
  readonly provider = 'complycube';
  readonly description =
    'ComplyCube: identity documents, faces, proofs of address and screenings, or workflows of the account.';
  readonly testOnly = false;
  readonly checks = COMPLYCUBE_CHECKS;
  readonly connectionForm = COMPLYCUBE_CONNECTION;
  readonly capabilities = {
    fetch: 'by_reference',
    find: true,
    callbacks: true,
    // ComplyCube knows no keys: a client that is asked for twice is two clients.
    idempotentStart: false,
    redact: 'done',
  } as const;
  readonly #client: ComplyCubeClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new ComplyCubeClient(platform);
  }

  /** Of 10 requests a second, or 5 in the sandbox. A question costs two; what is looked for, and a page that is asked for later, three. */
  limitOf(_check: Check, { settings }: Connection): CallLimit {
    // Over two seconds: of so few calls in one none could come together.
    return { calls: settings['environment'] === 'sandbox' ? 3 : 6, perMs: 2_000 };
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const json = clientOf(check, accessOf(call.connection).settings);
      const answer = await this.#client.ask(call, { method: 'POST', path: '/clients', json });
      const { message: person, raw } = this.#client.read(answer, complycubeClient);
      if (!isOurs(check, person)) throw mismatch();
      return this.#withPage(check, { person, raw: { client: raw } }, call);
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => this.#observe(check, await this.#read(check, call), call));
  }

  async findByOurReference(check: Check, call: Call): Promise<Observation | null> {
    const found = await this.#client.searchPersons(check.verificationId, call);
    const [person] = found.filter((one) => isOurs(check, one));
    // Clients that were not asked for: the search did not search.
    if (person === undefined && found.length > 0) throw mismatch();
    if (person === undefined) return null;
    const known = { ...check, reference: person.id };
    return this.#observe(known, await this.#read(known, call), call);
  }

  /** A new session of the page. Sessions that were made before go on working. */
  async customerAction(check: Check, call: Call): Promise<CustomerAction | null> {
    // While nobody knows whether the start arrived there is nobody to make a session for.
    if (check.reference === null) return null;
    const read = await this.#read(check, call);
    const { awaiting, retry } = this.#observe(check, read, call);
    if (retry) throw unrecognised();
    return awaiting === 'customer' ? this.#page(check, read.person, call) : null;
  }

  async readCallback(delivery: RawDelivery, connection: Connection): Promise<CallbackHint[]> {
    const news = readSignedCallback(delivery, connection.callbackSecrets ?? []);
    if (news === null) return [];
    const call = { connection, signal: AbortSignal.timeout(CALLBACK_MS) };
    const reference = news.clientId ?? (await this.#ownerOf(news, call));
    return reference === null ? [] : this.#hints({ eventId: news.eventId, reference }, call);
  }

  /** Searches for a client that nobody has: nobody's data come back. */
  async probe(call: Call): Promise<void> {
    await this.#client.searchPersons('connection-test', call);
  }

  /** Ends sessions of workflows. A page that runs checks alone, or that nobody has begun, can't be closed: it runs out by itself. */
  async cancel(check: Check, call: Call): Promise<Ending> {
    if (runsOf(check) !== null) return 'left_open';
    for (const id of await this.#begun(check, call)) {
      const path = `/workflowSessions/${encodeURIComponent(id)}/cancel`;
      const answer = await this.#client.ask(call, { method: 'POST', path });
      // Gone through, given up or erased since we looked.
      const isOver = REFUSED.has(answer.status) && !(await this.#begun(check, call)).includes(id);
      if (!isOver) this.#client.accept(answer);
    }
  }

  /** Deletes the client, and with it all that hangs on it. */
  async redact(check: Check, call: Call): Promise<'done'> {
    if ((await this.#client.findPerson(check, call)) === null) return 'done';
    const answer = await this.#client.ask(call, { method: 'DELETE', path: personPath(check) });
    if (isGone(answer)) return 'done';
    this.#client.accept(answer);
    if (answer.status !== 204) throw unrecognised();
    return 'done';
  }

  async #read(check: Check, call: Call): Promise<ReadPerson> {
    const { message: person, raw: client } = await this.#client.readPerson(check, call);
    if (runsOf(check) === null) {
      const { message, raw } = await this.#client.readSessions(person, call);
      return { person, sessions: message.items, raw: { client, sessions: raw } };
    }
    const { message, raw } = await this.#client.readChecks(person, call);
    return { person, checks: message.items, raw: { client, checks: raw } };
  }

  /** The ids of sessions that can be cancelled; none where the client is gone. */
  async #begun(check: Check, call: Call): Promise<readonly string[]> {
    const person = await this.#client.findPerson(check, call);
    if (person === null) return [];
    const { items } = (await this.#client.readSessions(person.message, call)).message;
    return items.filter(({ status }) => status === 'started').map(({ id }) => id);
  }

  #observe(check: Check, read: ReadPerson, { connection }: Call): Observation {
    return observePerson(check, read, { settings: accessOf(connection).settings, now: this.#client.now });
  }

  /** With the page. What goes wrong there leaves the client known: its id must not be lost, and a page can be asked for again. */
  async #withPage(check: Check, read: ReadPerson, call: Call): Promise<Observation> {
    const observation = this.#observe(check, read, call);
    try {
      return { ...observation, customerAction: await this.#page(check, read.person, call) };
    } catch (error) {
      if (!(error instanceof ProviderFault || error instanceof HttpFault)) throw error;
      return { ...observationOfFault(error, this.#client.now), reference: read.person.id };
    }
  }

  async #page(check: Check, person: ComplyCubePerson, call: Call): Promise<CustomerAction> {
    const json: JsonObject = pageOf(check, person, accessOf(call.connection).settings);
    // Before the question: the page may end sooner than we say, never later.
    const expiresAt = addMilliseconds(this.#client.now, PAGE_MS);
    const answer = await this.#client.ask(call, { method: 'POST', path: '/flow/sessions', json });
    return { type: 'redirect', url: this.#client.read(answer, complycubePage).message.redirectUrl, expiresAt };
  }

  /** With our id, where the client is ours: its row may not know yet which client that is. What can't be looked up is told without. */
  async #hints(hint: CallbackHint & { readonly reference: string }, call: ComplyCubeCall): Promise<CallbackHint[]> {
    try {
      const path = `/clients/${encodeURIComponent(hint.reference)}`;
      const answer = await this.#client.ask(call, { method: 'GET', path });
      const ourReference = isGone(answer) ? null : ourIdIn(this.#client.read(answer, complycubeClient).message);
      return ourReference === null ? [] : [{ ...hint, ourReference }];
    } catch (error) {
      if (!(error instanceof ProviderFault || error instanceof HttpFault)) throw error;
      return [hint];
    }
  }

  /** The client of a check or a session; null where ComplyCube has it no more. */
  async #ownerOf({ resource, id }: ComplyCubeNews, call: ComplyCubeCall): Promise<string | null> {
    const answer = await this.#client.ask(call, { method: 'GET', path: `/${resource}/${encodeURIComponent(id)}` });
    if (isGone(answer)) return null;
    const { message }: VendorMessage<{ id: string; clientId: string }> = this.#client.read(answer, complycubeOwned);
    if (message.id !== id) throw mismatch();
    return message.clientId;
  }
}
