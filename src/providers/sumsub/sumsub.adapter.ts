import { addMilliseconds } from '../../platform/clock.js';
import { type HttpAnswer, HttpFault } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { observationOfFault, ProviderFault } from '../fault-observation.js';
import type { CustomerAction, Observation } from '../observation.js';
import type {
  AdapterPlatform,
  Call,
  CallbackHint,
  Check,
  Connection,
  ProviderAdapter,
  RawDelivery,
} from '../provider-adapter.js';
import { jsonOf, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import { readSignedCallback } from './sumsub.callbacks.js';
import { SUMSUB_CHECKS, sumsubCompanyInput, type SumsubInput, sumsubPersonInput } from './sumsub.checks.js';
import { SumsubClient } from './sumsub.client.js';
import { accessOf, levelOf, pageLevelOf, SUMSUB_CONNECTION } from './sumsub.connection.js';
import {
  madeApplicant,
  sumsubApplicant,
  type SumsubApplicant,
  sumsubExistence,
  sumsubLink,
  sumsubRefusal,
} from './sumsub.messages.js';
import { observeApplicant } from './sumsub.outcomes.js';

/**
 * Sumsub: applicants go through a level of the account's own making, on a page of Sumsub's. Each verification is an applicant of its own, named by
 * our id: an applicant of the customer would bring its old documents and its old approval along. Source: docs.sumsub.com.
 */
export class SumsubAdapter implements ProviderAdapter {
  readonly provider = 'sumsub';
  readonly description =
    'Sumsub: identity documents, selfies, proofs of residence, age and companies, by levels of the account.';
  readonly testOnly = false;
  readonly checks = SUMSUB_CHECKS;
  readonly connectionForm = SUMSUB_CONNECTION;
  readonly capabilities = {
    fetch: 'by_reference',
    find: true,
    callbacks: true,
    // A second applicant of one external id is refused, and the first one found by it.
    idempotentStart: true,
    redact: 'unsupported',
  } as const;
  readonly #client: SumsubClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new SumsubClient(platform);
  }

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => {
      const level = levelOf(accessOf(call.connection).settings, check);
      const path = `/resources/applicants?levelName=${encodeURIComponent(level)}`;
      const answer = await this.#client.ask(call, { method: 'POST', path, json: applicantOf(check) });
      const applicant =
        answer.status === 409 ? await this.#named(check, call) : this.#client.read(answer, madeApplicant);
      if (applicant === null) throw unrecognised();
      return this.#withAction(check, applicant, call);
    });
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(async () => this.#observe(check, await this.#read(check, call), call));
  }

  async findByOurReference(check: Check, call: Call): Promise<Observation | null> {
    const applicant = await this.#named(check, call);
    return applicant && this.#observe(check, applicant, call);
  }

  async customerAction(check: Check, call: Call): Promise<CustomerAction | null> {
    // While nobody knows whether the start arrived there is nothing to open.
    if (check.reference === null) return null;
    const applicant = await this.#read(check, call);
    const { awaiting, retry } = this.#observe(check, applicant, call);
    // A status that is not known says neither that there is something to do nor that there is nothing.
    if (retry) throw unrecognised();
    return awaiting === 'customer' ? this.#link(check, applicant, call) : null;
  }

  async readCallback(delivery: RawDelivery, connection: Connection): Promise<CallbackHint[]> {
    return Promise.resolve(readSignedCallback(delivery, connection));
  }

  /** Asks whether there is an applicant of a name that nobody has. */
  async probe(call: Call): Promise<void> {
    const path = '/resources/applicants/-/byExternalUserId/connection-test';
    this.#client.read(await this.#client.ask(call, { method: 'GET', path }), sumsubExistence);
  }

  /** Closes the profile of an applicant who is still to be decided: whoever has a link can't go on. What was sent in stays at the vendor. */
  async cancel(check: Check, call: Call): Promise<void> {
    const found = await this.#client.ask(call, { method: 'GET', path: `${pathOf(check)}/one` });
    if (isForgotten(found)) return;
    // Decided meanwhile, by a word that has not reached us: a person whom the account has accepted stays one.
    if (this.#observe(check, this.#client.read(found, sumsubApplicant), call).outcome !== 'pending') return;
    const answer = await this.#client.ask(call, { method: 'PATCH', path: `${pathOf(check)}/presence/deactivated` });
    this.#client.accept(answer);
  }

  async #read(check: Check, call: Call): Promise<VendorMessage<SumsubApplicant>> {
    const answer = await this.#client.ask(call, { method: 'GET', path: `${pathOf(check)}/one` });
    // The vendor has forgotten the applicant, which says nothing about it.
    if (answer.status === 404) throw unrecognised();
    return this.#client.read(answer, sumsubApplicant);
  }

  /** The applicant of our id; null where Sumsub says that it has none. */
  async #named({ verificationId }: Check, call: Call): Promise<VendorMessage<SumsubApplicant> | null> {
    const path = `/resources/applicants/-;externalUserId=${encodeURIComponent(verificationId)}/one`;
    const answer = await this.#client.ask(call, { method: 'GET', path });
    if (isForgotten(answer)) return null;
    return this.#client.read(answer, sumsubApplicant);
  }

  #observe(check: Check, applicant: VendorMessage<SumsubApplicant>, { connection }: Call): Observation {
    return observeApplicant(check, applicant, { settings: accessOf(connection).settings, now: this.#client.now });
  }

  /** With a page for the customer, where it is the customer's turn. What goes wrong there leaves the applicant known: its id must not be lost. */
  async #withAction(check: Check, applicant: VendorMessage<SumsubApplicant>, call: Call): Promise<Observation> {
    const observation = this.#observe(check, applicant, call);
    const { awaiting, reference } = observation;
    if (awaiting !== 'customer' || reference === undefined) return observation;
    try {
      return { ...observation, customerAction: await this.#link(check, applicant, call) };
    } catch (error) {
      if (!(error instanceof ProviderFault || error instanceof HttpFault)) throw error;
      return { ...observationOfFault(error, this.#client.now), reference };
    }
  }

  async #link(check: Check, { message }: VendorMessage<SumsubApplicant>, call: Call): Promise<CustomerAction> {
    const { settings } = accessOf(call.connection);
    const { link_ttl_seconds: ttlInSecs, success_url: successUrl, reject_url: rejectUrl } = settings;
    const redirect = { ...(successUrl !== null && { successUrl }), ...(rejectUrl !== null && { rejectUrl }) };
    const json = {
      // Whom a workflow has moved on must not be sent back.
      levelName: pageLevelOf(settings, check, message.review.levelName ?? null),
      userId: check.verificationId,
      ttlInSecs,
      ...(Object.keys(redirect).length > 0 && { redirect }),
    };
    // Before the question: the link may end sooner than we say, never later.
    const expiresAt = addMilliseconds(this.#client.now, ttlInSecs * 1000);
    const path = '/resources/sdkIntegrations/levels/-/websdkLink';
    const answer = await this.#client.ask(call, { method: 'POST', path, json });
    return { type: 'redirect', url: this.#client.read(answer, sumsubLink).message.url, expiresAt };
  }
}

function applicantOf({ verificationId, verificationType, input }: Check): JsonObject {
  const isCompany = verificationType === 'business_entity';
  const given: SumsubInput = isCompany ? sumsubCompanyInput.parse(input) : sumsubPersonInput.parse(input);
  const {
    given_name: firstName,
    family_name: lastName,
    birth_date: dob,
    language: lang,
    email_address: email,
    phone_number: phone,
  } = given;
  const fixed = known({ firstName, lastName, dob });
  return {
    externalUserId: verificationId,
    type: isCompany ? 'company' : 'individual',
    ...known({ email, phone, lang }),
    ...(Object.keys(fixed).length > 0 && { fixedInfo: fixed }),
  };
}

function known(members: Readonly<Record<string, string | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter((member): member is [string, string] => !!member[1]));
}

function pathOf({ reference }: Check): string {
  if (reference === null) throw new TypeError('a check without a reference cannot be read');
  return `/resources/applicants/${encodeURIComponent(reference)}`;
}

/** It has no such applicant. Somebody else's 404 is no word of Sumsub's. */
function isForgotten({ status, body }: HttpAnswer): boolean {
  return status === 404 && sumsubRefusal.safeParse(jsonOf(body)).data?.code === 404;
}
