import type { Clock } from '../../src/platform/clock.js';
import type { JsonObject, JsonValue } from '../../src/platform/json.js';
import type { RawDelivery } from '../../src/providers/provider-adapter.js';
import type { PlayedVendor } from '../vendors/played-vendor.js';

/** What a vendor was asked, and what it answered: bodies as JSON, null where they are none. */
export interface Exchange {
  readonly asked: JsonValue;
  readonly answered: JsonValue;
}

/** Has the vendor decide that check as of now, and gives the callback that it sends then, signed; null: it calls nobody. */
export type Decide = (id: string) => RawDelivery | null;

/** A played vendor that counts what it would bill. */
export interface BillingVendor extends PlayedVendor {
  /** How many checks were made for that verification. */
  billed(verificationId: string): number;
}

/** A vendor that runs, and what somebody can have it decide on a page, by the words of the aid's outcomes. */
export interface AidedVendor {
  readonly vendor: BillingVendor;
  readonly decisions: Readonly<Record<string, Decide>>;
}

/** How pages are known of a vendor whose answers name them. */
export interface PagesInAnswers {
  /** What stands there in front of the path: where the real vendor's pages are. */
  readonly from: string;
  /** The id, as decisions take it, of the check whose page the answer names; anything else where it is of no one check. */
  idIn(exchange: Exchange): JsonValue | undefined;
}

/** How pages are known of a vendor whose pages the service itself makes up the addresses of. */
export interface PagesByAddress {
  /** The id of the check whose page that is; null where it is none. */
  idAt(page: URL): string | null;
}

/** A vendor without pages: it answers at once, and what it answers stands in the input. */
export interface AnswersAtOnce {
  /** The member of the input that is the word of an outcome. */
  readonly wordIn: string;
}

/** A played vendor as an aid of development: what is agreed between it and a service that takes it for the real one. */
export interface VendorAid {
  /** As the service calls it. */
  readonly provider: string;
  /** The service has it only where it is told to: it is played only where it is asked for by name. */
  readonly experimental?: true;
  /** Where it listens unless told; each has one of its own. */
  readonly port: number;
  /** Of the connection, beside those that the deployment decides. */
  readonly settings: JsonObject;
  /** Those that the deployment decides, beside `base_url`, where the vendor is at that origin. */
  settingsAt?(origin: string): JsonObject;
  readonly credentials: Readonly<Record<string, string>>;
  /** What its callbacks are signed with; null: the vendor signs with a key of its own, and is asked for it. Left out: it calls nobody. */
  readonly callbackSecret?: string | null;
  /** A check that can be made of it; of a vendor that answers at once, one that passes. */
  readonly check: JsonObject & { readonly verification_type: string };
  readonly pages: PagesInAnswers | PagesByAddress | AnswersAtOnce;
  /** What the service makes of each decision of the vendor's, by the vendor's own word; a pass comes first. */
  readonly outcomes: Readonly<Record<string, readonly [status: string, reason: string]>>;
  /** Decisions after which the vendor makes no other. */
  readonly final?: readonly string[];
  play(clock: Clock): Promise<AidedVendor>;
}

/** The member of JSON at the end of a path; undefined where there is none. */
export function memberAt(value: JsonValue, ...path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((at, name) => {
    const isObject = typeof at === 'object' && at !== null && Object.hasOwn(at, name);
    return isObject ? (at as JsonObject)[name] : undefined;
  }, value);
}

/** The end of the address that the vendor calls back to, where the connection is the deployment's. Nobody but this machine can come by it. */
export function callbackTokenOf({ provider }: VendorAid): string {
  return `callbacks-of-the-vendor-played-here-${provider}`;
}

/** The check of it whose end is that word of its outcomes, where the input says so. */
export function checkFor({ check, pages }: VendorAid, word: string): JsonObject {
  const input = memberAt(check, 'input') as JsonObject | undefined;
  return 'wordIn' in pages ? { ...check, input: { ...input, [pages.wordIn]: word } } : check;
}

/** The deployment's connection to it at that address, as `PROVIDER_TEST_CONNECTIONS` has it. */
export function connectionTo(aid: VendorAid, baseUrl: string): JsonObject {
  const decided = { ...aid.settingsAt?.(new URL(baseUrl).origin), base_url: baseUrl };
  return {
    ...{ settings: { ...aid.settings, ...decided }, credentials: aid.credentials },
    ...(aid.callbackSecret !== undefined && { callback_token: callbackTokenOf(aid) }),
    ...(typeof aid.callbackSecret === 'string' && { callback_secrets: [aid.callbackSecret] }),
  };
}
