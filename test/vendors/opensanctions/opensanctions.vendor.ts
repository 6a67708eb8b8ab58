import type { JsonObject, JsonValue } from '../../../src/platform/json.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply } from '../played-vendor.js';

/** Somebody on a list, as far as a test decides it. */
export interface Listed {
  readonly id?: string;
  readonly score: number;
  readonly topics?: readonly string[];
  readonly birthDate?: string;
  readonly registrationNumber?: string;
  readonly datasets?: readonly string[];
  readonly lastChange?: string;
  /** Where it is not what the score says. */
  readonly match?: boolean;
}

/** A dataset of the catalog. */
export interface Indexed {
  readonly name: string;
  readonly version: string;
  /** What is indexed, where that is another version, or null: nothing is. */
  readonly index_version?: string | null;
  readonly children?: readonly string[];
  readonly load?: boolean;
}

/** A yente on loopback: who is on its lists is put there, by the name that finds them. */
export interface OpenSanctionsVendor extends PlayedVendor {
  list(name: string, ...listed: readonly Listed[]): void;
  /** What its catalog says from now on. */
  index(...datasets: readonly Indexed[]): void;
  /** Whether its index can be searched from now on. */
  ready(is: boolean): void;
  /** What it makes of the next answer to a search. */
  alter(change: (answer: JsonObject) => JsonObject): void;
  /** Runs while the next search is on its way. */
  whileSearching(work: () => void): void;
}

const IGNORED = 'ignored by the played service';

/** Starts a service that has a key, or none where it is self-hosted, and lists of that version. */
export async function startOpenSanctionsVendor(
  version: string,
  apiKey: string | null = null,
): Promise<OpenSanctionsVendor> {
  const lists = new Map<string, readonly Listed[]>();
  const changes: ((answer: JsonObject) => JsonObject)[] = [];
  const works: (() => void)[] = [];
  let isReady = true;
  let datasets: readonly Indexed[] = [{ name: 'default', version }];
  const guarded =
    (route: (request: ArrivedRequest, params: Readonly<Record<string, string>>) => Reply) =>
    (request: ArrivedRequest, params: Readonly<Record<string, string>>): Reply =>
      apiKey !== null && request.headers['authorization'] !== `ApiKey ${apiKey}`
        ? { status: 401, body: { detail: 'Invalid API key.' }, documented: false }
        : route(request, params);
  const vendor = await playVendor({
    contract: 'yente.openapi.yaml',
    routes: {
      // Open, as the hosted one's is taken to be.
      'GET /catalog': () => ({ status: 200, body: catalogOf(datasets) }),
      'GET /readyz': () => (isReady ? { status: 200, body: { status: 'ok' } } : problem(503, 'Index not ready.')),
      'GET /entities/:id': guarded(() => problem(404, 'No such entity!')),
      'POST /match/:dataset': guarded((request, { dataset = '' }) => {
        if (!datasets.some(({ name }) => name === dataset)) return problem(404, 'No such dataset.');
        works.shift()?.();
        const answer = matched(request, lists);
        const change = changes.shift();
        return change === undefined || answer.status !== 200
          ? answer
          : { status: 200, body: change(answer.body as JsonObject), documented: false };
      }),
    },
  });
  return {
    ...vendor,
    list: (name, ...listed) => void lists.set(name, listed),
    ready: (is) => void (isReady = is),
    index: (...next) => void (datasets = next),
    alter: (change) => void changes.push(change),
    whileSearching: (work) => void works.push(work),
  };
}

function problem(status: number, detail: string): Reply {
  return { status, body: { detail } };
}

function catalogOf(datasets: readonly Indexed[]): JsonObject {
  const all = datasets.map(({ name, version, index_version: indexed = version, children = [], load = true }) => ({
    name,
    title: `The list ${name}`,
    version,
    index_version: load ? indexed : null,
    index_current: load && indexed === version,
    load,
    children: [...children],
  }));
  const loaded = all.filter(({ load }) => load);
  const current = loaded.filter((one) => one.index_current).map(({ name }) => name);
  const outdated = loaded.filter((one) => !one.index_current).map(({ name }) => name);
  return { datasets: all, current, outdated, index_stale: outdated.length > 0 };
}

/** What a kind of entity has beside what all of them have: FollowTheMoney, as far as it is asked with. */
const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  Person: ['birthDate', 'nationality'],
  Company: [],
  Organization: [],
  LegalEntity: [],
};
const COMMON = 'name alias country idNumber address jurisdiction registrationNumber incorporationDate'.split(' ');

function matched({ json, query }: ArrivedRequest, lists: ReadonlyMap<string, readonly Listed[]>): Reply {
  const queries = Object.entries((json as { readonly queries?: Record<string, Query> } | undefined)?.queries ?? {});
  if (queries.length === 0) return problem(400, 'No queries provided.');
  const responses: Record<string, JsonValue> = {};
  for (const [key, { schema, properties }] of queries) {
    const own = PROPERTIES[schema];
    if (own === undefined) return problem(400, 'Cannot parse example entity: no such schema');
    const echo = Object.fromEntries(
      Object.entries(properties).filter(
        ([name, values]) => [...COMMON, ...own].includes(name) && !values.includes(IGNORED),
      ),
    );
    const names = [...(properties['name'] ?? []), ...(properties['alias'] ?? [])];
    const listed = names.flatMap((name) => lists.get(name) ?? []);
    responses[key] = { status: 200, ...scored(listed, query), query: { id: null, schema, properties: echo } };
  }
  return {
    status: 200,
    headers: { 'x-batch-size': String(queries.length) },
    body: { responses, limit: numberOf(query, 'limit', 5) },
  };
}

interface Query {
  readonly schema: string;
  readonly properties: Readonly<Record<string, readonly string[]>>;
}

function numberOf(query: URLSearchParams, name: string, standard: number): number {
  return Number(query.get(name) ?? standard);
}

/** As the service does it: a score that is no better than the cut-off is dropped, and at most `limit` are shown. */
function scored(listed: readonly Listed[], query: URLSearchParams): JsonObject {
  const threshold = numberOf(query, 'threshold', 0.7);
  const cutoff = Math.min(numberOf(query, 'cutoff', 0.7), threshold);
  const rows = listed
    .filter(({ score }) => score > cutoff)
    .map((one, index) => ({ ...entityOf(one, index), score: one.score, match: one.match ?? one.score >= threshold }))
    .sort((one, other) => other.score - one.score);
  return {
    results: rows.slice(0, numberOf(query, 'limit', 5)),
    total: { value: rows.filter(({ match }) => match).length, relation: 'eq' },
  };
}

function entityOf({ id, topics, birthDate, registrationNumber, ...listed }: Listed, index: number): JsonObject {
  return {
    id: id ?? `NK-invented${String(index)}`,
    caption: 'Canary-Ivanna Exampleova',
    schema: 'Person',
    properties: {
      name: ['Canary-Ivanna Exampleova', 'EXAMPLEOVA, Canary-Ivanna'],
      ...(topics !== undefined && { topics: [...topics] }),
      ...(birthDate !== undefined && { birthDate: [birthDate] }),
      ...(registrationNumber !== undefined && { registrationNumber: [registrationNumber] }),
    },
    datasets: [...(listed.datasets ?? ['zz_invented_sanctions'])],
    referents: [],
    target: true,
    first_seen: '2025-01-01T00:00:00',
    last_seen: '2026-01-30T00:00:00',
    last_change: listed.lastChange ?? '2026-01-15T07:55:02',
    explanations: { name_match: { score: 1, detail: null } },
  };
}
