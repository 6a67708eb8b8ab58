import { addMilliseconds } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
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
import { mismatch, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import { readSignedCallback } from './persona.callbacks.js';
import { FIELDS, PERSONA_CHECKS, type PersonaInput, personaInput } from './persona.checks.js';
import { PersonaClient, type PersonaRequest, refusesAction, saysGone } from './persona.client.js';
import { accessOf, PERSONA_CONNECTION, type PersonaSettings, templateOf } from './persona.connection.js';
import { createdInquiry, inquiryList, linkedInquiry, type PersonaInquiry, readInquiry } from './persona.messages.js';
import { expectEcho, isOpen, observe } from './persona.outcomes.js';

/**
 * Persona: the customer goes through an inquiry on its pages, by a template of the account. Each verification has an inquiry of its own, without
 * an account that would gather them and outlive their erasure. Source: docs.withpersona.com, API version 2025-12-08.
 */
export class PersonaAdapter implements ProviderAdapter {
  readonly provider = 'persona';
  readonly description = 'Persona: the customer proves its identity or age on a page of the vendor.';
  readonly testOnly = false;
  readonly checks = PERSONA_CHECKS;
  readonly connectionForm = PERSONA_CONNECTION;
  readonly capabilities = {
    fetch: 'by_reference',
    find: true,
    callbacks: true,
    idempotentStart: true,
    // What hangs on an inquiry is erased after the answer.
    redact: 'accepted',
  } as const;
  readonly #client: PersonaClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new PersonaClient(platform);
  }

  /** Of 300 requests a minute for each environment; a question costs two. */
  limitOf(): CallLimit {
    return { calls: 140, perMs: 60_000 };
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const { settings } = accessOf(call.connection);
      const json = inquiryOf(check, settings);
      const answer = await this.#client.ask(call, { method: 'POST', path: '/inquiries', json });
      const { message, raw } = this.#client.read(answer, createdInquiry);
      const link = message.meta['one-time-link'] ?? undefined;
      const judging = { settings, now: this.#client.now, ...(link !== undefined && { link }) };
      return observe(check, { inquiry: message.data, raw }, judging);
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(() => this.#read(check, call));
  }

  async findByOurReference(check: Check, call: Call): Promise<Observation | null> {
    const found = await this.#list(check.verificationId, call);
    const [inquiry] = found.filter(({ attributes }) => attributes.note === check.verificationId);
    // Inquiries that were not asked for: the search did not search.
    if (inquiry === undefined && found.length > 0) throw mismatch();
    return inquiry === undefined ? null : this.#read({ ...check, reference: inquiry.id }, call);
  }

  async customerAction(check: Check, call: Call): Promise<CustomerAction | null> {
    // While nobody knows whether the start arrived there is nothing to open.
    if (check.reference === null) return null;
    // Looked at first: a link begins a session even of an inquiry that is over.
    const { message } = await this.#inquiry(check, call);
    if (!isOpen(message.data)) return null;
    const seconds = accessOf(call.connection).settings.link_seconds;
    const expiresAt = addMilliseconds(this.#client.now, seconds * 1000);
    const path = `${pathOf(check)}/generate-one-time-link`;
    const json = { meta: { 'expires-in-seconds': seconds } };
    const answer = await this.#client.ask(call, { method: 'POST', path, json });
    // Over since we looked, or opened as often as Persona lets it be.
    if (refusesAction(answer)) return null;
    const { data, meta } = this.#client.read(answer, linkedInquiry).message;
    expectEcho(check, data);
    return { type: 'redirect', url: meta['one-time-link'], expiresAt };
  }

  async readCallback(delivery: RawDelivery, { callbackSecrets = [] }: Connection): Promise<CallbackHint[]> {
    return Promise.resolve(readSignedCallback(delivery, callbackSecrets, this.#client.now));
  }

  /** Searches for an inquiry that nobody has: nobody's data come back. */
  async probe(call: Call): Promise<void> {
    await this.#list('connection-test', call);
  }

  /** An inquiry that is over already is left alone. */
  async cancel(check: Check, call: Call): Promise<void> {
    await this.#settle(check, call, {
      request: { method: 'POST', path: `${pathOf(check)}/expire` },
      isSettled: (inquiry) => !isOpen(inquiry),
      // What Persona no longer has nobody goes on with.
      isGone: true,
    });
  }

  async redact(check: Check, call: Call): Promise<'accepted'> {
    await this.#settle(check, call, {
      request: { method: 'DELETE', path: pathOf(check) },
      isSettled: ({ attributes }) => Boolean(attributes['redacted-at']),
    });
    return 'accepted';
  }

  /** Does something to an inquiry; a refusal (422) is no fault where it was done before. */
  async #settle(
    check: Check,
    call: Call,
    {
      request,
      isSettled,
      isGone = false,
    }: {
      readonly request: PersonaRequest;
      readonly isSettled: (inquiry: PersonaInquiry) => boolean;
      readonly isGone?: boolean;
    },
  ): Promise<void> {
    const answer = await this.#client.ask(call, request);
    if (isGone && saysGone(answer)) return;
    if (answer.status === 404) throw unrecognised();
    if (answer.status === 422 && isSettled((await this.#inquiry(check, call)).message.data)) return;
    expectEcho(check, this.#client.read(answer, readInquiry).message.data);
  }

  async #read(check: Check, call: Call): Promise<Observation> {
    const { message, raw } = await this.#inquiry(check, call);
    const { data: inquiry, included } = message;
    const { settings } = accessOf(call.connection);
    return observe(check, { inquiry, included: included ?? [], raw }, { settings, now: this.#client.now });
  }

  /** The check's inquiry with its verifications. One that Persona no longer has says nothing about the subject. */
  async #inquiry(check: Check, call: Call): Promise<VendorMessage<ReturnType<typeof readInquiry.parse>>> {
    const answer = await this.#client.ask(call, { method: 'GET', path: `${pathOf(check)}?include=verifications` });
    if (answer.status === 404) throw unrecognised();
    const read = this.#client.read(answer, readInquiry);
    expectEcho(check, read.message.data);
    return read;
  }

  async #list(note: string, call: Call): Promise<readonly PersonaInquiry[]> {
    const query = new URLSearchParams({ 'filter[note]': note, 'page[size]': '10' });
    const answer = await this.#client.ask(call, { method: 'GET', path: `/inquiries?${query.toString()}` });
    return this.#client.read(answer, inquiryList).message.data;
  }
}

function inquiryOf(check: Check, settings: PersonaSettings): JsonObject {
  const input = personaInput.parse(check.input);
  const fields = Object.entries(FIELDS).flatMap(([member, field]) => {
    const value = input[member as keyof PersonaInput];
    return value === undefined ? [] : [[field, value] as const];
  });
  const attributes = {
    ...templateOf(check, settings),
    note: check.verificationId,
    ...(fields.length > 0 && { fields: Object.fromEntries(fields) }),
    ...(settings.redirect_uri !== null && { 'redirect-uri': settings.redirect_uri }),
  };
  const meta = {
    'auto-create-account': false,
    'auto-create-one-time-link': true,
    ...(settings.expires_after_seconds !== null && {
      'expiration-after-create-interval-seconds': settings.expires_after_seconds,
    }),
  };
  return { data: { attributes }, meta };
}

function pathOf({ reference }: Check): string {
  if (reference === null) throw new TypeError('a check without a reference cannot be read');
  return `/inquiries/${encodeURIComponent(reference)}`;
}
