import { z } from 'zod';
import type { Clock } from '../../../src/platform/clock.js';
import type { JsonObject } from '../../../src/platform/json.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';

/** What a search finds, as far as a test decides it. */
export interface SearchEntry {
  /** The kinds of lists that each of those who are found stands on. */
  readonly hits?: readonly (readonly string[])[];
  /** How many were found, where that is not how many are shown. */
  readonly total?: number;
  /** Left out: as the service sets it, by what was found. */
  readonly status?: string;
  /** When it was changed last; left out: when it was made. */
  readonly updatedAt?: string;
  /** Members of the search that are others than they should be. */
  readonly change?: JsonObject;
}

/** The service on loopback, with one key. It has no contract to be held to, so it refuses itself what it does not know. */
export interface ComplyAdvantageVendor extends PlayedVendor {
  /** What a search for that name finds. */
  put(name: string, entry: SearchEntry): void;
  /** What an analyst makes of that search. */
  change(id: string, entry: SearchEntry): void;
  /** Has lists show the searches of everybody. */
  ignoreFilters(): void;
  /** How many searches were made with that reference. */
  billed(clientRef: string): number;
  /** How many searches it holds. */
  held(): number;
}

interface KeptSearch {
  readonly id: number;
  readonly sent: z.output<typeof sentSearch>;
  readonly createdAt: string;
  entry: SearchEntry;
  isDeleted: boolean;
}

const sentSearch = z.strictObject({
  search_term: z.string().min(1).max(255),
  client_ref: z.string().min(1),
  fuzziness: z.number().min(0).max(1).optional(),
  search_profile: z.string().optional(),
  filters: z.strictObject({
    types: z
      .array(z.enum(['sanction', 'warning', 'fitness-probity', 'pep', 'adverse-media']))
      .min(1)
      .optional(),
    entity_type: z.enum(['person', 'company', 'organisation']).optional(),
    birth_year: z.int().min(1000).max(9999).optional(),
  }),
  share_url: z.literal(0),
  limit: z.int().max(100),
  offset: z.literal(0),
});

/** Starts a service that finds nobody. */
export async function startComplyAdvantageVendor({
  key,
  clock,
}: {
  readonly key: string;
  readonly clock: Clock;
}): Promise<ComplyAdvantageVendor> {
  const entries = new Map<string, SearchEntry>();
  const searches: KeptSearch[] = [];
  let isFiltered = true;
  const keyed =
    (route: Route): Route =>
    (request, params) =>
      request.headers['authorization'] === `Token ${key}` ? route(request, params) : failure(401, 'Invalid api key');
  const create = ({ json }: ArrivedRequest): Reply => {
    const sent = sentSearch.safeParse(json);
    if (!sent.success) return failure(400, 'Validation failed');
    const { search_profile: profile, filters, search_term: name } = sent.data;
    if ((profile === undefined) !== (filters.types !== undefined)) return failure(400, 'A profile has its own types');
    const [id, createdAt] = [93_650_000 + searches.length, timeOf(clock)];
    searches.push({ id, sent: sent.data, createdAt, entry: entries.get(name) ?? {}, isDeleted: false });
    return success(shown(searches.at(-1)));
  };
  const kept = (): KeptSearch[] => searches.filter(({ isDeleted }) => !isDeleted);
  const about = (answer: (search: KeptSearch) => Reply): Route => {
    return keyed((_request, { id }) => {
      const found = kept().find((one) => String(one.id) === id);
      return found ? answer(found) : failure(404, 'Search not found');
    });
  };
  const vendor = await playVendor({
    routes: {
      'POST /searches': keyed(create),
      'GET /searches': keyed(({ query }) => {
        const clientRef = query.get('client_ref');
        const found = kept()
          .filter(({ sent }) => !isFiltered || sent.client_ref === clientRef)
          .map(shown);
        return success(found.map(({ hits: _hits, ...overview }) => overview).slice(0, Number(query.get('per_page'))));
      }),
      'GET /searches/:id/details': about((search) => success(shown(search))),
      'DELETE /searches/:id': about((search) => {
        search.isDeleted = true;
        return { status: 204 };
      }),
    },
  });
  return {
    ...vendor,
    put: (name, entry) => void entries.set(name, entry),
    change: (id, entry) => {
      for (const one of searches) if (String(one.id) === id) one.entry = entry;
    },
    ignoreFilters: () => (isFiltered = false),
    billed: (clientRef) => searches.filter(({ sent }) => sent.client_ref === clientRef).length,
    held: () => kept().length,
  };
}

function timeOf(clock: Clock): string {
  return clock.now().slice(0, 19).replace('T', ' ');
}

function success(data: JsonObject | JsonObject[]): Reply {
  return { status: 200, body: { code: 200, status: 'success', content: { data } } };
}

function failure(status: number, message: string): Reply {
  return { status, body: { code: status, status: 'failure', message, errors: [] } };
}

function shown(kept: KeptSearch | undefined): JsonObject {
  if (!kept) throw new Error('a search that was not kept');
  const { id, sent, createdAt, entry } = kept;
  const { types = [], ...other } = sent.filters as JsonObject & { readonly types?: readonly string[] };
  const hits = (entry.hits ?? []).map((kinds, index) => hitOf(kinds, index));
  const total = entry.total ?? hits.length;
  return {
    id,
    ref: `${String(id)}-BH4jVx8b`,
    searcher_id: 3970,
    filters: {
      types: [...types],
      ...other,
      country_codes: [],
      remove_deceased: 0,
      exact_match: false,
      fuzziness: sent.fuzziness ?? 0.5,
    },
    match_status: entry.status ?? (total === 0 ? 'no_match' : 'potential_match'),
    risk_level: 'unknown',
    search_term: sent.search_term,
    submitted_term: sent.search_term,
    client_ref: sent.client_ref,
    total_hits: total,
    updated_at: entry.updatedAt ?? createdAt,
    created_at: createdAt,
    searcher: { id: 3970, email: 'canary-analyst@example.com' },
    share_url: 'https://app.complyadvantage.com/public/search/canary-share',
    hits,
    ...entry.change,
  };
}

function hitOf(types: readonly string[], index: number): JsonObject {
  return {
    doc: {
      id: `TPD7IM2E6LW91J${String(index)}`,
      name: 'Canary-Ivanna Exampleova',
      entity_type: 'person',
      aka: [{ name: 'Canary-Ivanka' }],
      fields: [{ name: 'Date of Birth', tag: 'date_of_birth', value: '1962-01-31' }],
      sources: ['zz-invented-list'],
      types: [...types],
      media: [{ url: 'https://news.example/canary', title: 'Canary-Ivanna in the news' }],
    },
    match_types: ['name_exact'],
    match_status: 'potential_match',
    score: 1.7,
    is_whitelisted: false,
  };
}
