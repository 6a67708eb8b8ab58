import type { z } from 'zod';
import type { HttpAnswer } from '../../platform/http.js';
import type { JsonValue } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { AdapterPlatform, Call, Check, ProviderAdapter } from '../provider-adapter.js';
import { heedingPass, listsMoved } from '../screening.js';
import { unrecognised, VendorClient, type VendorMessage, type VendorRequest } from '../vendor/vendor-client.js';
import { loadedListOf, type LoadedList, yenteCatalog, yenteStatus } from './opensanctions.catalog.js';
import { OPENSANCTIONS_CHECKS, opensanctionsInput, soughtBy } from './opensanctions.checks.js';
import { OPENSANCTIONS_CONNECTION, type Service, serviceOf } from './opensanctions.connection.js';
import { isNoEntity, yenteFault } from './opensanctions.faults.js';
import {
  answerTo,
  askedThreshold,
  type Candidate,
  counted,
  matchAnswer,
  MOST_CANDIDATES,
  shown,
} from './opensanctions.matches.js';
import { verdictOf } from './opensanctions.outcomes.js';
import { compareEcho, exampleOf, matchRequest } from './opensanctions.query.js';

/** The full catalog describes hundreds of datasets, and a much-named candidate runs to a hundred kilobytes. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_SHOWN = 10;
/** An id that no entity has. */
const NOBODY = 'connection-test';

/**
 * OpenSanctions' matching API, hosted or of one's own (yente): finds who comes near on sanctions, PEP and other lists. It scores, and decides
 * nothing; nor does it know a check again. The hosted one bills each search that it answers.
 *
 * "Nothing found" is a pass only where the lists were there. So the catalog is asked first, which also keeps a search from being paid for that
 * could prove nothing, and, for a pass, once more afterwards: only what is the same before and after was surely there in between. A hit is a
 * hit whatever happened to the lists meanwhile, and needs no second look.
 * Source: https://www.opensanctions.org/docs/api/, yente 5.5 (its own contract at `/openapi.json`).
 */
export class OpenSanctionsAdapter implements ProviderAdapter {
  readonly provider = 'opensanctions';
  readonly description =
    'OpenSanctions, hosted or self-hosted (yente): sanctions, politically exposed persons, and other lists of risk.';
  readonly testOnly = false;
  readonly checks = OPENSANCTIONS_CHECKS;
  readonly connectionForm = OPENSANCTIONS_CONNECTION;
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

  start(check: Check, call: Call): Promise<Observation> {
    return this.#client.observed(() => this.#ask(check, call));
  }

  fetch(check: Check, call: Call): Promise<Observation> {
    return this.start(check, call);
  }

  /**
   * Asks for the catalog, which must hold the dataset, fresh enough. Then, of one's own service, whether its index can be searched; of the hosted one
   * for an entity that there is none of: unlike a search that is free, and unlike the catalog it is taken to need the key.
   */
  async probe({ connection, signal }: Call): Promise<void> {
    const service = serviceOf(connection);
    await this.#loadedList(service, signal);
    const path = service.isHosted ? `/entities/${NOBODY}` : '/readyz';
    const request = { method: 'GET', url: `${service.url}${path}`, headers: service.headers } as const;
    const answer = await this.#client.send(request, signal);
    if (service.isHosted && isNoEntity(answer)) return;
    this.#accept(answer, service);
    // Nobody has that id: whatever else is said is no answer to the question.
    if (service.isHosted) throw unrecognised();
    this.#client.read(answer, yenteStatus);
  }

  async #ask(check: Check, { connection, signal }: Call): Promise<Observation> {
    const service = serviceOf(connection);
    const list = await this.#loadedList(service, signal);
    const observation = await this.#search(check, service, list, signal);
    if (observation.outcome !== 'verified') return observation;
    const after = await this.#loadedList(service, signal);
    if (after.name !== list.name || after.version !== list.version) throw listsMoved();
    return observation;
  }

  async #loadedList(service: Service, signal: AbortSignal): Promise<LoadedList> {
    const request = { method: 'GET', url: `${service.url}/catalog` } as const;
    const { message } = await this.#read(service, request, yenteCatalog, signal);
    return loadedListOf(message, service.settings, this.#client.now);
  }

  async #search(check: Check, service: Service, list: LoadedList, signal: AbortSignal): Promise<Observation> {
    const { settings, url } = service;
    const example = exampleOf(opensanctionsInput.parse(check.input));
    const query = new URLSearchParams({
      limit: String(MOST_CANDIDATES),
      threshold: String(askedThreshold(settings)),
      algorithm: settings.algorithm,
    });
    const request: VendorRequest = {
      method: 'POST',
      url: `${url}/match/${settings.dataset}?${query.toString()}`,
      json: matchRequest(check.verificationId, example),
    };
    const { message, raw } = await this.#read(service, request, matchAnswer, signal);
    const answer = answerTo(check.verificationId, message);
    compareEcho(example, answer.query);
    const found = counted(answer, settings);
    const { isFlagged, ...verdict } = verdictOf(found, example, { sought: soughtBy(check.checkType), settings });
    const flag = isFlagged === true ? { pep_match: true } : {};
    return {
      ...heedingPass(verdict, check),
      observedAt: this.#client.now,
      payload: { ...searched(service, list), ...flag, ...summary(found.candidates) },
      answer: { list: { ...list }, search: raw },
    };
  }

  async #read<T>(
    service: Service,
    request: VendorRequest,
    form: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<VendorMessage<T>> {
    const answer = await this.#client.send({ ...request, headers: service.headers, maxBytes: MOST_BYTES }, signal);
    this.#accept(answer, service);
    return this.#client.read(answer, form);
  }

  #accept(answer: HttpAnswer, { isHosted }: Service): void {
    const fault = yenteFault(answer, isHosted, this.#client.now);
    if (fault !== null) throw fault;
    this.#client.accept(answer);
  }
}

function searched({ settings }: Service, { name, version }: LoadedList): Record<string, JsonValue> {
  const { dataset, algorithm, threshold } = settings;
  return { dataset, versions: { [name]: version }, algorithm, threshold };
}

function summary(candidates: readonly Candidate[]): Record<string, JsonValue> {
  return { candidate_count: candidates.length, candidates: candidates.slice(0, MOST_SHOWN).map(shown) };
}
