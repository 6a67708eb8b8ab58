import { mod97 } from '../check-digits.js';
import { compact } from '../identifier-text.js';
import type { Observation } from '../observation.js';
import {
  type AdapterPlatform,
  type Call,
  type CallLimit,
  type Check,
  type ProviderAdapter,
  UNASKED,
} from '../provider-adapter.js';
import { jsonOf, readConnection, VendorClient } from '../vendor/vendor-client.js';
import { GLEIF_CHECK, gleifInput } from './gleif.check.js';
import { GLEIF_CONNECTION } from './gleif.connection.js';
import { observeRecord, observeUnknown } from './gleif.outcomes.js';
import { gleifRecord } from './gleif.record.js';

const OWN_LEI = '506700GE1G29325QX363';

/**
 * The Global LEI Index: open, without credentials, read alone. No answer of it is billed, so asking again is always safe.
 * Source: GLEIF API v1, https://www.gleif.org/en/lei-data/gleif-api; LEI-CDF 2.1 for the meaning of statuses.
 */
export class GleifAdapter implements ProviderAdapter {
  readonly provider = 'gleif';
  readonly description = 'The Global LEI Index: whose a Legal Entity Identifier is, and whether it is kept up.';
  readonly testOnly = false;
  readonly checks = [GLEIF_CHECK];
  readonly connectionForm = GLEIF_CONNECTION;
  readonly capabilities = {
    fetch: 'rerun',
    find: false,
    callbacks: false,
    idempotentStart: true,
    redact: 'unsupported',
  } as const;
  readonly #client: VendorClient;

  constructor(platform: AdapterPlatform) {
    this.#client = new VendorClient(platform);
  }

  /** One register for everybody: it limits by address, and so all organizations together. */
  partitionOf(): string {
    return 'gleif';
  }

  /** Sixty a minute is what clients of the API keep to; more brings minutes of 429. */
  limitOf(): CallLimit {
    return { calls: 60, perMs: 60_000 };
  }

  async start(check: Check, call: Call): Promise<Observation> {
    const lei = compact(gleifInput.parse(check.input).lei);
    const wrong = formFault(lei);
    if (wrong) return { outcome: 'failed', reason: wrong, observedAt: this.#client.now };
    return this.#client.observed(() => this.#ask(check, lei, call));
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.start(check, call);
  }

  /** Asks for the record of the foundation that keeps the index. */
  async probe(call: Call): Promise<void> {
    await this.#ask(UNASKED, OWN_LEI, call);
  }

  async #ask(check: Check, lei: string, { connection, signal }: Call): Promise<Observation> {
    const { settings } = readConnection(GLEIF_CONNECTION, connection);
    const headers = { accept: 'application/vnd.api+json' };
    const answer = await this.#client.send(
      { method: 'GET', url: `${settings.base_url}/lei-records/${lei}`, headers },
      signal,
    );
    const { now } = this.#client;
    if (answer.status === 404 && isNotFound(jsonOf(answer.body)))
      return observeUnknown(now, jsonOf(answer.body) ?? null);
    return observeRecord(check, this.#client.read(answer, gleifRecord), { settings, lei, now });
  }
}

/** What is wrong with an identifier by its characters alone: no question would bring another answer. */
function formFault(lei: string): 'identifier_format_invalid' | 'identifier_checksum_invalid' | null {
  if (!/^[A-Z0-9]{18}\d{2}$/.test(lei)) return 'identifier_format_invalid';
  return mod97(lei) ? null : 'identifier_checksum_invalid';
}

/** JSON:API's own 404: another one would say that the address is wrong, not the identifier. */
function isNotFound(body: unknown): boolean {
  const { errors } = (body ?? {}) as { readonly errors?: unknown };
  return (
    Array.isArray(errors) && errors.some((error) => String((error as { status?: unknown } | null)?.status) === '404')
  );
}
