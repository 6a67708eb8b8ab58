import type { z } from 'zod';
import type { Clock, Instant } from '../platform/clock.js';
import type { Http } from '../platform/http.js';
import type { JsonObject } from '../platform/json.js';
import type { FromCustomer } from './customer.js';
import type { CustomerAction, Ending, Observation } from './observation.js';

/** One pair of verification and check type that a provider can do. */
export interface CheckCapability {
  /** What is verified, e.g. `identity`, `business_entity`, `age`. Form: `^[a-z0-9][a-z0-9_.-]{0,63}$`. */
  readonly verificationType: string;
  /** How it is checked, e.g. `vat_format`. Same form. The first check of a type is its default. */
  readonly checkType: string;
  /** One sentence for people: what a pass proves, and what not. */
  readonly proves: string;
  /**
   * What `input` must hold. A `z.strictObject`: unknown members are refused. Messages never repeat the value.
   * Its JSON Schema (draft 2020-12) is shown by `GET /v1/providers`, so refinements should be few and described.
   */
  readonly input: z.ZodType<JsonObject>;
  /** False where the check can be asked for without any input. */
  readonly inputRequired: boolean;
  /** What of `input` the platform's directory of customers fills in where the caller leaves it out and one is wired. */
  readonly fromCustomer?: FromCustomer;
  /** An input that works when tried, shown in the API document. Must pass `input`. */
  readonly example: JsonObject | null;
  /** How long a pass counts when the provider states no end, in days; null: it does not end. */
  readonly validityDays: number | null;
}

/** What an adapter can do besides starting a check. */
export interface ProviderCapabilities {
  /** `by_reference`: an old answer can be read again; `rerun`: asking means asking afresh; `none`: neither. */
  readonly fetch: 'by_reference' | 'rerun' | 'none';
  /** Whether a check can be found by our own id after a lost answer. */
  readonly find: boolean;
  /** How long after a start a look-up may not find it yet, in milliseconds: earlier it is not repeated. A minute unless told. */
  readonly findLagMs?: number;
  /** Whether the vendor calls us. */
  readonly callbacks: boolean;
  /** Whether a start repeated with the same key gives the same check. */
  readonly idempotentStart: boolean;
  /** How personal data is erased at the vendor. */
  readonly redact: 'done' | 'accepted' | 'unsupported';
}

/** The check in question, as far as an adapter needs to know it. */
export interface Check {
  /** Our id: the vendor-side reference wherever the vendor takes one. */
  readonly verificationId: string;
  readonly verificationType: string;
  readonly checkType: string;
  /** Validated by the capability's schema; `{}` where none was given. */
  readonly input: JsonObject;
  /** The vendor's id, once known. */
  readonly reference: string | null;
  /** Whether it has passed once: what would have failed a first check then ends a pass. */
  readonly passedBefore?: boolean;
  /** Whether a pass of it stands just now. `pending` leaves it standing until its end. */
  readonly holdsPass?: boolean;
  /** When the provider gave its pass, where no other word has taken that back since. An approval without `providerTime` that is read again by its reference is taken to be of then. */
  readonly passedAt?: Instant;
}

/** No check at all: what tells the partition of a question that is about no subject. */
export const UNASKED: Check = { verificationId: '', verificationType: '', checkType: '', input: {}, reference: null };

/** An organization's (or the deployment's) credentials and settings for one provider. */
export interface Connection {
  readonly credentials: Readonly<Record<string, string>>;
  readonly settings: JsonObject;
  /** What the vendor's callbacks are signed with: several while one replaces another. None, or only empty ones: no callback is genuine. */
  readonly callbackSecrets?: readonly string[];
}

/** What a connection of a provider must hold. */
export interface ConnectionForm {
  /** A `z.strictObject`. Its JSON Schema is shown to whoever sets up a connection; messages never repeat the value. */
  readonly settings: z.ZodType<JsonObject>;
  /** The names of all credentials that are needed. */
  readonly credentials: readonly string[];
  /** The names of those that may be left out. */
  readonly optionalCredentials?: readonly string[];
  /** Settings that the deployment decides for everybody, above all where the vendor is: our requests go there with credentials, from inside our network. */
  readonly deploymentSettings?: readonly string[];
  /** `settings.environment` is `live` or `sandbox`: for live keys always `live`, for test keys `sandbox` unless the connection says otherwise. */
  readonly hasSandbox?: true;
  /** The vendor signs its callbacks with a key of its own, which the adapter asks it for: no connection has a secret for them. */
  readonly vendorSigns?: true;
}

/** How often a vendor lets itself be asked, in any stretch of time of that length: by live and test keys together, which it can't tell apart. */
export interface CallLimit {
  /** At least 1. A question may cost the vendor two requests (to look for a check, then to start it): leave room for that. */
  readonly calls: number;
  readonly perMs: number;
  /** `provider`: all its partitions count together. */
  readonly of?: 'provider';
}

/** The circumstances of one call to a vendor. */
export interface Call {
  readonly connection: Connection;
  /** The same for every repetition of one start: the verification's id, and the round after the first. */
  readonly idempotencyKey: string;
  /** Fires at the adapter's deadline (30 s unless configured). Pass it on to `Http`. */
  readonly signal: AbortSignal;
}

/** A vendor's HTTP request to us, byte for byte. */
export interface RawDelivery {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a genuine callback points at. A hint: the check is fetched before anything is decided. */
export interface CallbackHint {
  /** The vendor's own id of the event, the same in each repetition of it. */
  readonly eventId?: string;
  /** The vendor's id of the check. */
  readonly reference?: string;
  /** Our id, as the vendor was given it. */
  readonly ourReference?: string;
  /** What the signed body says. Counts where the vendor can't be asked (`fetch: 'none'`), and is dropped anywhere else. */
  readonly observation?: Observation;
}

/** What `readCallback` rejects with where the signature does not hold, for whatever reason: it is not said which. */
export class CallbackRefused extends Error {
  override readonly name = 'CallbackRefused';

  constructor(options?: ErrorOptions) {
    super('the callback is not genuine', options);
  }
}

/**
 * A vendor, translated. One folder below `src/providers/` and one line in `src/providers/adapters.ts`.
 *
 * An adapter only translates: no retries, no database, no request context, no Nest HTTP types, no personal data in logs or
 * messages. It matches the vendor's codes by an allow-list whose default is `pending` with
 * `provider_response_unrecognised`, and compares the identifier that the answer echoes with the one asked about. Collaborators (`Http`, `Clock`) come through the constructor.
 */
export interface ProviderAdapter {
  /** Stored in rows and URLs, e.g. `vies`, `stripe_identity`. Form: `^[a-z0-9][a-z0-9_.-]{0,63}$`. Never changed. */
  readonly provider: string;
  /** What it is, in one sentence, for people. */
  readonly description: string;
  /** True: wired for test keys alone. */
  readonly testOnly: boolean;
  /** True: built from what others report of the vendor, never compared with it. Off unless the deployment's configuration names it. */
  readonly experimental?: true;
  readonly checks: readonly CheckCapability[];
  readonly capabilities: ProviderCapabilities;
  /** Null: it calls nobody. No connection is looked up for it, and no circuit or rate limit stands in front of it. */
  readonly connectionForm: ConnectionForm | null;

  /** What of the vendor fails, throttles and recovers as one, e.g. a VIES member state: at most 64 characters, no personal data. Left out: the credentials. */
  partitionOf?(check: Check, connection: Connection): string;
  /**
   * The vendor's limit for that partition, kept over all tenants and processes; null or left out: none is kept. What is over it waits
   * for its turn in the background. For a customer action, here and in {@link partitionOf}, `check.input` is `{}`. Neither may throw.
   */
  limitOf?(check: Check, connection: Connection): CallLimit | null;

  /** Asks the vendor for the check. Called at most once for an idempotency key unless `idempotentStart` or a lookup allows more. */
  start(check: Check, call: Call): Promise<Observation>;
  /** Reads the answer again, by `check.reference`, or runs the check again. Present unless `capabilities.fetch` is `none`. */
  fetch?(check: Check, call: Call): Promise<Observation>;
  /** Looks for the check by our id; null when the vendor never got it. Present where `capabilities.find`. */
  findByOurReference?(check: Check, call: Call): Promise<Observation | null>;
  /** A fresh URL for the customer; null when there is nothing for the customer to do. */
  customerAction?(check: Check, call: Call): Promise<CustomerAction | null>;
  /**
   * Checks the signature over the raw bytes against each of `connection.callbackSecrets`, then reads them; an empty list where they are
   * about nothing of ours. Rejects with {@link CallbackRefused} where no signature holds, and, unlike that, with
   * `ProviderFault('provider_response_unrecognised', { class: 'outage' })` where one does but the adapter can't make out what was
   * signed: the vendor changed its form, and what it wanted to say is learned by asking. Present where `capabilities.callbacks`.
   */
  readCallback?(delivery: RawDelivery, connection: Connection): Promise<CallbackHint[]>;
  /**
   * Asks the vendor something harmless that shows whether the connection works: about no subject, and billed to nobody. Rejects as the other questions
   * do. Left out where the vendor knows no such question, and where there is no vendor.
   */
  probe?(call: Call): Promise<void>;
  /** Ends a check that we have closed. Resolves, too, where the vendor holds it open no longer, or knows it no longer; `left_open` where it has no way. */
  cancel?(check: Check, call: Call): Promise<Ending>;
  /** Has the vendor erase what it holds about the person. */
  redact?(check: Check, call: Call): Promise<'done' | 'accepted'>;
}

/** What the composition root hands to every adapter. */
export interface AdapterPlatform {
  readonly clock: Clock;
  readonly http: Http;
}

/** An adapter's class, as exported by its folder's `index.ts`. */
export type AdapterClass = new (platform: AdapterPlatform) => ProviderAdapter;
