import type { HttpAnswer } from '../../platform/http.js';
import type { CustomerAction, Observation } from '../observation.js';
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
import { jsonOf, mismatch, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import { readSignedCallback } from './didit.callbacks.js';
import { DIDIT_CHECKS, sessionOf } from './didit.checks.js';
import { DiditClient } from './didit.client.js';
import { accessOf, DIDIT_CONNECTION, workflowOf } from './didit.connection.js';
import {
  diditCreated,
  type DiditDecision,
  diditDecision,
  diditDeleted,
  diditRefusal,
  diditSessions,
} from './didit.messages.js';
import { expectOurs, isOpen, observeCreated, observeDecision } from './didit.outcomes.js';

type FoundSession = ReturnType<typeof diditSessions.parse>['results'][number];

/**
 * Didit: the customer goes through a session on its pages, by a workflow of the account. Each verification has a session of its own, and is a person of
 * its own at Didit: sessions of one person hand back what is unfinished, and are not compared with each other. A start whose answer was lost is looked
 * for, and repeated where it surely never arrived. Source: docs.didit.me, API version 3.
 */
export class DiditAdapter implements ProviderAdapter {
  readonly provider = 'didit';
  readonly description =
    'Didit: identity documents, live faces, proofs of address and estimates of ages, by workflows of the account.';
  readonly testOnly = false;
  readonly checks = DIDIT_CHECKS;
  readonly connectionForm = DIDIT_CONNECTION;
  readonly capabilities = {
    fetch: 'by_reference',
    find: true,
    callbacks: true,
    // The unfinished session is handed back only where it was made by the latest version of the workflow and has its page by then: of two starts at
    // one moment, or about a new version, two sessions may come. A start is repeated once a look-up shows that there is none.
    idempotentStart: false,
    // What hangs on a session is put away after the answer.
    redact: 'accepted',
  } as const;
  readonly #client: DiditClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new DiditClient(platform);
  }

  /** Of 100 readings of decisions a minute, of which a question needs one; of the other requests Didit takes more. */
  limitOf(): CallLimit {
    return { calls: 90, perMs: 60_000 };
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const { settings } = accessOf(call.connection);
      const { return_url: callback } = settings;
      const json = { ...sessionOf(check, workflowOf(settings, check)), ...(callback !== null && { callback }) };
      const answer = await this.#client.ask(call, { method: 'POST', path: '/v3/session/', json });
      return observeCreated(check, this.#client.read(answer, diditCreated), this.#client.now);
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(() => this.#read(check, call));
  }

  async findByOurReference(check: Check, call: Call): Promise<Observation | null> {
    const found = await this.#list(check.verificationId, 10, call);
    const session = found.find(({ vendor_data: ours }) => ours === check.verificationId);
    // Sessions that were not asked for: the search did not search.
    if (session === undefined && found.length > 0) throw mismatch();
    return session === undefined ? null : this.#read({ ...check, reference: session.session_id }, call);
  }

  async customerAction(check: Check, call: Call): Promise<CustomerAction | null> {
    // While nobody knows whether the start arrived there is nothing to open.
    if (check.reference === null) return null;
    const { message } = await this.#session(check, call);
    expectOurs(check, message, accessOf(call.connection).settings);
    const open = isOpen(message);
    const url = message.session_url ?? null;
    // A status that is not known says neither that there is something to do nor that there is nothing.
    if (open === null || (open && url === null)) throw unrecognised();
    return open && url !== null ? { type: 'redirect', url, expiresAt: null } : null;
  }

  async readCallback(delivery: RawDelivery, connection: Connection): Promise<CallbackHint[]> {
    return Promise.resolve(readSignedCallback(delivery, connection, this.#client.now));
  }

  /** Searches for a session that nobody has: nobody's data come back. */
  async probe(call: Call): Promise<void> {
    await this.#list('connection-test', 1, call);
  }

  /** Deletes the session: nobody sees it any more, and its pictures are put away later. One that is gone already stays so. */
  async redact(check: Check, call: Call): Promise<'accepted'> {
    const answer = await this.#client.ask(call, { method: 'DELETE', path: `${pathOf(check)}delete/` });
    if (answer.status === 204 || isGone(answer)) return 'accepted';
    const { session_id: deleted } = this.#client.read(answer, diditDeleted).message;
    if (deleted !== check.reference) throw mismatch();
    return 'accepted';
  }

  async #read(check: Check, call: Call): Promise<Observation> {
    const { settings } = accessOf(call.connection);
    return observeDecision(check, await this.#session(check, call), { settings, now: this.#client.now });
  }

  /** The session as it is now. One that Didit no longer has says nothing about the subject. */
  async #session(check: Check, call: Call): Promise<VendorMessage<DiditDecision>> {
    const answer = await this.#client.ask(call, { method: 'GET', path: `${pathOf(check)}decision/` });
    if (isGone(answer)) throw unrecognised();
    return this.#client.read(answer, diditDecision);
  }

  async #list(ours: string, limit: number, call: Call): Promise<readonly FoundSession[]> {
    const query = new URLSearchParams({ vendor_data: ours, limit: String(limit) });
    const answer = await this.#client.ask(call, { method: 'GET', path: `/v3/sessions/?${query.toString()}` });
    return this.#client.read(answer, diditSessions).message.results;
  }
}

function pathOf({ reference }: Check): string {
  if (reference === null) throw new TypeError('a check without a reference cannot be read');
  return `/v3/session/${encodeURIComponent(reference)}/`;
}

/** Whether Didit itself says that there is no such session. Somebody else's 404 is no word of it. */
function isGone({ status, body }: HttpAnswer): boolean {
  return status === 404 && diditRefusal.safeParse(jsonOf(body)).success;
}
