import type { z } from 'zod';
import { type HttpAnswer, HttpFault } from '../../platform/http.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { ProviderFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import type { AdapterPlatform, Call, Check, ProviderAdapter } from '../provider-adapter.js';
import { heedingPass } from '../screening.js';
import { readConnection, VendorClient, type VendorMessage } from '../vendor/vendor-client.js';
import { WATCHMAN_CHECK, type WatchmanInput, watchmanInput } from './watchman.check.js';
import { WATCHMAN_CONNECTION, type WatchmanSettings } from './watchman.connection.js';
import {
  type ListInfo,
  listInfo,
  refreshStatus,
  requireLists,
  requireRefresh,
  requireSame,
  shownLists,
} from './watchman.lists.js';
import {
  type Candidate,
  compareQuery,
  countedOf,
  hasSameDay,
  searchAnswer,
  searchQuery,
  searchTypesOf,
  shown,
} from './watchman.search.js';

const MOST_BYTES = 8 * 1024 * 1024;
const MOST_SHOWN = 10;

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting'>;
type Found = { readonly candidates: readonly Candidate[]; readonly answers: readonly JsonValue[] };

/** The service, and the deadline to ask it within. */
interface Service {
  readonly settings: WatchmanSettings;
  readonly signal: AbortSignal;
}

/**
 * Moov Watchman, self-hosted: compares a name with public sanctions lists that it holds in memory. Free, without credentials; nearest names, not
 * verdicts.
 *
 * Its search takes GET alone, so the name and the birth date of whoever is looked for stand in the URL, and in the logs of whatever is in
 * between: for a private network only.
 *
 * Without lists it finds nobody, whoever is looked for. So they are asked for first, and, for a pass, again afterwards: only what is the same
 * before and after was surely searched. A hit is a hit, and needs no second look.
 * Source: https://github.com/moov-io/watchman, docs/api.yaml (v2).
 */
export class WatchmanAdapter implements ProviderAdapter {
  readonly provider = 'watchman';
  readonly description = 'Moov Watchman, self-hosted: the public sanctions lists of governments.';
  readonly testOnly = false;
  readonly checks = [WATCHMAN_CHECK];
  readonly connectionForm = WATCHMAN_CONNECTION;
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

  /** Asks what is loaded: the required lists must be, and be recent enough. */
  async probe({ connection, signal }: Call): Promise<void> {
    const { settings } = readConnection(WATCHMAN_CONNECTION, connection);
    await this.#lists({ settings, signal });
  }

  async #ask(check: Check, { connection, signal }: Call): Promise<Observation> {
    const input = watchmanInput.parse(check.input);
    const { settings } = readConnection(WATCHMAN_CONNECTION, connection);
    const service = { settings, signal };
    const lists = await this.#lists(service);
    const { candidates, answers } = await this.#search(input, service);
    const observedAt = this.#client.now;
    const verdict = verdictOf(input, candidates, settings);
    if (verdict.outcome === 'verified') {
      requireSame(lists.message, (await this.#lists(service)).message, settings);
      await this.#requireRefresh(service);
    }
    return {
      ...heedingPass(verdict, check),
      observedAt,
      payload: payloadOf(lists.message, candidates, settings),
      answer: { lists: lists.raw, searches: answers },
    };
  }

  async #lists(service: Service): Promise<VendorMessage<ListInfo>> {
    const info = await this.#read(service, '/v2/listinfo', listInfo);
    requireLists(info.message, service.settings, this.#client.now);
    return info;
  }

  async #search(input: WatchmanInput, service: Service): Promise<Found> {
    const candidates: Candidate[] = [];
    const answers: JsonValue[] = [];
    for (const type of searchTypesOf(input)) {
      const query = searchQuery(input, type, service.settings);
      const { message, raw } = await this.#read(service, `/v2/search?${query.toString()}`, searchAnswer);
      compareQuery(input, type, message);
      candidates.push(...countedOf(message, service.settings));
      answers.push(raw);
    }
    return { candidates: distinct(candidates), answers };
  }

  /** Versions that tell nothing of their refreshes are taken by the age of their lists alone. */
  async #requireRefresh(service: Service): Promise<void> {
    try {
      requireRefresh((await this.#read(service, '/v2/data/refresh', refreshStatus)).message, service.settings);
    } catch (error) {
      if (!(error instanceof ProviderFault && error.reason === 'provider_endpoint_gone')) throw error;
    }
  }

  async #read<T>({ settings, signal }: Service, path: string, form: z.ZodType<T>): Promise<VendorMessage<T>> {
    const request = { method: 'GET', url: `${settings.base_url}${path}`, maxBytes: MOST_BYTES } as const;
    const send = (): Promise<HttpAnswer> => this.#client.send(request, signal).catch(notListening);
    const first = await send();
    // It says 400 to everything, its own troubles included: worth asking once more. Who asks wrongly is told so twice.
    return this.#client.read(first.status === 400 ? await send() : first, form);
  }
}

/** It loads its lists before it listens. */
function notListening(error: unknown): never {
  if (!(error instanceof HttpFault && error.kind === 'refused')) throw error;
  throw new ProviderFault('provider_index_not_ready', { class: 'outage', unsent: true }, { cause: error });
}

function verdictOf(input: WatchmanInput, candidates: readonly Candidate[], settings: WatchmanSettings): Verdict {
  const { fail_score: least } = settings;
  // By name alone the best score is reached by having nothing to disagree on.
  const isConfirmed = (one: Candidate): boolean => least !== null && one.match >= least && hasSameDay(input, one);
  if (candidates.some(isConfirmed)) return { outcome: 'failed', reason: 'sanctions_match_confirmed' };
  if (candidates.length > 0) return { outcome: 'pending', reason: 'screening_possible_match', awaiting: 'review' };
  return { outcome: 'verified', reason: 'screening_clear' };
}

/** Each entry once, by its better match: it may be found as a business and as an organization. */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  const best = new Map<string, Candidate>();
  for (const one of candidates) {
    const key = JSON.stringify([one.sourceList, one.sourceID]);
    if ((best.get(key)?.match ?? -1) < one.match) best.set(key, one);
  }
  return [...best.values()].sort((one, other) => other.match - one.match);
}

function payloadOf(lists: ListInfo, candidates: readonly Candidate[], settings: WatchmanSettings): JsonObject {
  return {
    ...shownLists(lists),
    threshold: settings.review_threshold,
    candidate_count: candidates.length,
    candidates: candidates.slice(0, MOST_SHOWN).map(shown),
  };
}
