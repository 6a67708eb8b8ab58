import type { Instant } from '../../../src/platform/clock.js';
import type { JsonObject } from '../../../src/platform/json.js';
import type { Observation } from '../../../src/providers/observation.js';
import type {
  AdapterClass,
  Call,
  CallbackHint,
  Check,
  Connection,
  ProviderAdapter,
  RawDelivery,
} from '../../../src/providers/provider-adapter.js';
import type { Reason } from '../../../src/providers/reasons.js';
import type { ArrivedRequest } from '../../vendors/exchange.js';
import type { ScriptedClock } from '../scripted-clock.js';
import type { Script } from '../scripted-vendor.js';

/** One check and what the adapter must make of it. */
export interface ContractCase {
  /** Reads well after "observes". */
  readonly name: string;
  readonly verificationType: string;
  readonly checkType: string;
  readonly input: JsonObject;
  readonly outcome: Observation['outcome'];
  readonly reason: Reason | null;
  /** Parts of the input, or of what the vendor answers to it, that may be in the evidence alone. */
  readonly privateValues?: readonly string[];
  /** The case sends the customer to a page of the vendor. */
  readonly redirects?: boolean;
  /** The connection's policy decides it while the vendor holds it open. */
  readonly leavesOpen?: true;
  /** What becomes of it where the vendor erases the person, if that ends a check that was open. Left out: it stays what it was. */
  readonly endedByErasure?: Pick<Observation, 'outcome' | 'reason'>;
}

/** A vendor that plays the protocol well, as far as the cases need it. */
export interface ContractVendor {
  readonly connection: Connection;
  close(): Promise<void>;
  /** How many checks with our id the vendor would bill, where it counts. */
  billed?(verificationId: string): number;
  /** What arrived so far, in order: method, and path with query. Needed for trials. */
  readonly requests?: readonly Pick<ArrivedRequest, 'method' | 'target'>[];
  /** Whether the vendor lets the customer go on with that check. Needed where checks are ended. */
  holdsOpen?(reference: string): boolean;
  /** The customer begins the check. Needed where nothing else can be ended. */
  begin?(reference: string): void;
  /** The check is decided: the customer is through. Needed where checks are ended and the vendor decides none of the cases. */
  over?(reference: string): void;
}

/** How a check is ended at the vendor. */
export interface ContractCancel {
  /** The name of a case whose check is open, and can be ended. */
  readonly open: string;
  /** The names of those whose checks the vendor has no way to end. */
  readonly leftOpen?: readonly string[];
  /** A reference that the vendor does not know. Left out: that of the network. */
  readonly unknown?: string;
}

/** A way to try a connection. */
export interface ContractProbe {
  /** Which, where there are several; reads well after "a connection". */
  readonly name?: string;
  /** What one trial asks, in order: method, path below the vendor's address, query. */
  readonly asked: readonly string[];
  /** What differs from the vendor's connection in this way: these settings besides. */
  readonly settings?: JsonObject;
  /** The same: these credentials instead. */
  readonly credentials?: Connection['credentials'];
  /** Credentials that the vendor does not know. Needed where the connection has any. */
  readonly wrong?: Connection['credentials'];
  /** What it means that the vendor answers 503. Left out: `provider_unavailable`. */
  readonly down?: Reason;
  /** The same of 429. Left out: `provider_throttled`. */
  readonly busy?: Reason;
  /** How somebody else answers at the vendor's address, where 404 with JSON may be the vendor's own. Left out: so. */
  readonly elsewhere?: Script;
}

/** What a networked adapter's spec adds. */
export interface ContractNetwork {
  /** Starts the well-behaved vendor once for the suite. */
  start(clock: ScriptedClock): Promise<ContractVendor>;
  /** A complete connection to another base URL, where the suite puts hostile vendors. */
  connectionTo(url: string): Connection;
  /** A connection that lacks what the adapter needs, by what it lacks. */
  readonly incomplete: readonly (readonly [lacking: string, Connection])[];
  /** A reference in the vendor's form. */
  readonly reference: string;
  /** Each way to try a connection. The suite fails without one. */
  readonly probes?: readonly ContractProbe[];
  /** Needed where the adapter ends checks. */
  readonly cancel?: ContractCancel;
}

/** What the spec of an adapter whose vendor calls us adds. The vendor signs with an HMAC under shared secrets, unless told. */
export interface ContractCallbacks {
  /**
   * True: it signs with a key of its own, which the adapter asks for, and no connection has a secret. To `sign` the name of a key is given in place
   * of a secret; the vendor knows `canary-callback-secret` alone.
   */
  readonly vendorKey?: true;
  /** The vendor's request with this body, sent at `at` and signed by its rule with the secret. */
  sign(body: Buffer, secret: string, at: Instant): RawDelivery;
  /** Bodies as the vendor sends them, and what they point at; the first at one check. */
  readonly examples: readonly {
    /** Reads well after "reads". */
    readonly name: string;
    readonly body: string;
    readonly hints: readonly CallbackHint[];
  }[];
  /** The headers that the signature needs, in lower case. */
  readonly signatureHeaders: readonly string[];
  /** How far the signed time may be off, in milliseconds, whole seconds; null where the vendor signs no time. */
  readonly toleranceMs: number | null;
}

/** What a spec hands to `describeAdapterContract`. */
export interface AdapterContract {
  readonly adapter: AdapterClass;
  /** At least one that passes, and one for each other outcome that the adapter can give. */
  readonly cases: readonly ContractCase[];
  /** Left out by adapters that ask nobody; their `Http` then refuses to be used. */
  readonly network?: ContractNetwork;
  /** Needed where `capabilities.callbacks`. */
  readonly callbacks?: ContractCallbacks;
  /** Why the vendor's callbacks can't stand under this contract, whose signatures are headers; a spec of the adapter's own then holds them to its promises. */
  readonly callbacksApart?: string;
  /** True where the vendor takes our id as its own. */
  readonly referenceIsOurs?: boolean;
  /** True where the reference is the subject's number in a register: each check of it has the same. */
  readonly referenceIsSubjects?: boolean;
  /** What it means that nobody listens, where the vendor opens its port only once it can answer. Left out: `provider_unavailable`. */
  readonly refusedReason?: Reason;
  /** Why the private values of the first case have to stand in the URL; credentials never do. Left out: nothing private does. */
  readonly privateInUrl?: string;
}

/** The adapter under contract with its surroundings; made afresh for each test. */
export interface ContractBench {
  readonly contract: AdapterContract;
  readonly clock: ScriptedClock;
  readonly adapter: ProviderAdapter;
  readonly vendor: ContractVendor;
  /** A check of the case with an id of its own; deep-frozen, so that an adapter that writes to it throws. */
  checkOf(row: ContractCase): Check;
  callOf(check: Check, change?: Partial<Call>): Call;
}
