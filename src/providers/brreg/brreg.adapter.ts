import type { HttpAnswer } from '../../platform/http.js';
import type { Observation } from '../observation.js';
import type { AdapterPlatform, Call, CallLimit, Check, ProviderAdapter } from '../provider-adapter.js';
import { jsonOf, messageOf, mismatch, readConnection, VendorClient } from '../vendor/vendor-client.js';
import { BRREG_REGISTER, BRREG_VAT, brregInput } from './brreg.check.js';
import { BRREG_CONNECTION } from './brreg.connection.js';
import { brregEntity, brregRejection, removedEntity } from './brreg.entity.js';
import { observeEntity, observeRejected, observeRemoved, observeUnknown, type Shelf } from './brreg.outcomes.js';
import { organizationNumberOf } from './organization-number.js';

/** The Brønnøysund Register Centre, which keeps the register. */
const OWN_NUMBER = '974760673';

/** The second version of its messages where the register still has it, else the newest. */
const ACCEPT: Readonly<Record<Shelf, string>> = {
  enheter: 'application/vnd.brreg.enhetsregisteret.enhet.v2+json, application/json;q=0.5',
  underenheter: 'application/vnd.brreg.enhetsregisteret.underenhet.v2+json, application/json;q=0.5',
};

/**
 * The Norwegian register of entities (Enhetsregisteret): open, without credentials, read alone.
 * Source: https://data.brreg.no/enhetsregisteret/api/dokumentasjon/en/index.html.
 */
export class BrregAdapter implements ProviderAdapter {
  readonly provider = 'brreg';
  readonly description = 'The Brønnøysund register: whether an entity stands in the register of Norway, and how.';
  readonly testOnly = false;
  readonly checks = [BRREG_REGISTER, BRREG_VAT];
  readonly connectionForm = BRREG_CONNECTION;
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
    return 'brreg';
  }

  /** The register states no limit: five requests a second is the pace of its considerate clients, and a question may cost two. */
  limitOf(): CallLimit {
    return { calls: 5, perMs: 2_000 };
  }

  async start(check: Check, call: Call): Promise<Observation> {
    const asked = organizationNumberOf(brregInput.parse(check.input).organization_number);
    if ('fault' in asked) return { outcome: 'failed', reason: asked.fault, observedAt: this.#client.now };
    return this.#client.observed(
      async () =>
        (await this.#look(check, call, { number: asked.number, shelf: 'enheter' })) ??
        (await this.#look(check, call, { number: asked.number, shelf: 'underenheter' })) ??
        observeUnknown(this.#client.now),
    );
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.start(check, call);
  }

  /** Reads the register's own entry. */
  async probe({ connection, signal }: Call): Promise<void> {
    const { settings } = readConnection(BRREG_CONNECTION, connection);
    const url = `${settings.base_url}/enheter/${OWN_NUMBER}`;
    const answer = await this.#client.send({ method: 'GET', url, headers: { accept: ACCEPT.enheter } }, signal);
    if (this.#client.read(answer, brregEntity).message.organisasjonsnummer !== OWN_NUMBER) throw mismatch();
  }

  /** What stands on the shelf under that number; null where nothing does. */
  async #look(
    check: Check,
    { connection, signal }: Call,
    place: { readonly number: string; readonly shelf: Shelf },
  ): Promise<Observation | null> {
    const { settings } = readConnection(BRREG_CONNECTION, connection);
    const url = `${settings.base_url}/${place.shelf}/${place.number}`;
    const answer = await this.#client.send({ method: 'GET', url, headers: { accept: ACCEPT[place.shelf] } }, signal);
    const found = { ...place, now: this.#client.now };
    if (isNotFound(answer)) return null;
    const body = jsonOf(answer.body);
    if (answer.status === 410 && removedEntity.safeParse(body).success) {
      return observeRemoved(messageOf(body, removedEntity), found);
    }
    if (answer.status === 400 && body !== undefined && isRejected(body, place.number)) {
      return observeRejected(found.now, body);
    }
    return observeEntity(check, this.#client.read(answer, brregEntity), found);
  }
}

/** The register's 404 has no body, or one of its framework's that repeats the status. A page, or a gateway's message, is none of its. */
function isNotFound({ status, body }: HttpAnswer): boolean {
  if (status !== 404) return false;
  const said = jsonOf(body) as { readonly status?: unknown } | null | undefined;
  return body.length === 0 || said?.status === 404;
}

/** Whether that very number was not taken; any other 400 says that we asked wrongly. */
function isRejected(body: unknown, number: string): boolean {
  const rejection = brregRejection.safeParse(body);
  return rejection.success && rejection.data.valideringsfeil.some((fault) => fault.feilaktigVerdi.includes(number));
}
