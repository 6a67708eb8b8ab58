import type { JsonObject } from '../../../src/platform/json.js';
import { type ArrivedRequest, playVendor, type PlayedVendor, type Reply } from '../played-vendor.js';

/** Somebody on a list, as far as a test decides it. */
export interface Listed {
  readonly match: number;
  readonly type?: 'person' | 'business' | 'organization';
  readonly sourceID?: string;
  /** Where it is not us_ofac. */
  readonly sourceList?: string;
  /** Of a person, or when an organization was founded: `YYYY-MM-DD`. */
  readonly date?: string;
}

/** A Watchman on loopback: who is on its lists is put there, by the name that finds them. */
export interface WatchmanVendor extends PlayedVendor {
  list(name: string, ...listed: readonly Listed[]): void;
  /** What is loaded from now on: how many entries each list has, when they came, and how their hashes begin; null: none are told. */
  load(lists: Readonly<Record<string, number>> | null, endedAt: string, hash?: string | null): void;
  /** The state of its latest refresh from now on; null: a version that doesn't tell. */
  refresh(state: string | null): void;
  /** What it makes of the next answer to a search. */
  alter(change: (answer: JsonObject) => JsonObject): void;
  /** Runs while the next search is on its way. */
  whileSearching(work: () => void): void;
}

/** Starts a service whose lists us_ofac and eu_csl were loaded then. */
export async function startWatchmanVendor(loadedAt: string): Promise<WatchmanVendor> {
  const lists = new Map<string, readonly Listed[]>();
  const changes: ((answer: JsonObject) => JsonObject)[] = [];
  const works: (() => void)[] = [];
  let state: string | null = 'succeeded';
  let info = infoOf({ us_ofac: 17_000, eu_csl: 5_000 }, loadedAt, '0629');
  const vendor = await playVendor({
    contract: 'watchman.openapi.yaml',
    routes: {
      'GET /v2/listinfo': () => info,
      'GET /v2/data/refresh': () =>
        state === null
          ? { status: 404, body: '404 page not found\n', documented: false }
          : { status: 200, body: { state, trigger: 'scheduled' }, ...(!STATES.has(state) && { documented: false }) },
      'GET /v2/search': (request) => {
        works.shift()?.();
        const answer = found(request, lists);
        const change = changes.shift();
        return change === undefined || answer.status !== 200
          ? answer
          : { status: 200, body: change(answer.body as JsonObject), documented: false };
      },
    },
  });
  return {
    ...vendor,
    list: (name, ...listed) => void lists.set(name, listed),
    load: (loaded, endedAt, hash = '0629') => void (info = infoOf(loaded, endedAt, hash)),
    refresh: (next) => void (state = next),
    alter: (change) => void changes.push(change),
    whileSearching: (work) => void works.push(work),
  };
}

const STATES: ReadonlySet<string> = new Set(['idle', 'running', 'succeeded', 'failed']);

function infoOf(lists: Readonly<Record<string, number>> | null, endedAt: string, hash: string | null): Reply {
  const listHashes = Object.fromEntries(Object.keys(lists ?? {}).map((name) => [name, `${hash ?? ''}${name}`]));
  const body = {
    lists: lists && { ...lists },
    ...(hash !== null && { listHashes }),
    startedAt: endedAt,
    endedAt,
    version: 'v0.66.0',
  };
  const isDocumented = lists !== null && !Number.isNaN(Date.parse(endedAt));
  return { status: 200, body, ...(!isDocumented && { documented: false as const }) };
}

const PARAMETERS: ReadonlySet<string> = new Set(
  'name type minMatch limit altNames birthDate created source requestID'.split(' '),
);

/** As the service does it: an unknown parameter is an error, a date that it can't read is none, and entries of another type score nothing. */
function found({ query }: ArrivedRequest, lists: ReadonlyMap<string, readonly Listed[]>): Reply {
  const extra = [...query.keys()].filter((name) => !PARAMETERS.has(name));
  if (extra.length > 0) return refused(`extra/unused query parameters in request: ${extra.join()}`);
  const type = query.get('type') ?? '';
  const name = (query.get('name') ?? '').trim();
  const least = Number.parseFloat(query.get('minMatch') ?? '') || 0;
  const names = [name, ...query.getAll('altNames')];
  const entities = names
    .flatMap((each) => lists.get(each) ?? [])
    .filter((one) => (one.type ?? 'person') === type && one.match >= least)
    .slice(0, Math.min(Number(query.get('limit') ?? 10), 100))
    .map(entityOf);
  return { status: 200, body: { query: echoOf(query, name, type), entities } };
}

function refused(error: string): Reply {
  return { status: 400, body: { error } };
}

function echoOf(query: URLSearchParams, name: string, type: string): JsonObject {
  const altNames = query.getAll('altNames');
  const date = dateOf(query.get(type === 'person' ? 'birthDate' : 'created') ?? '');
  const details = {
    name,
    ...(altNames.length > 0 && { altNames }),
    ...(date !== null && { [type === 'person' ? 'birthDate' : 'created']: date }),
  };
  return { name, entityType: type, sourceList: 'api-request', sourceID: '', [type]: details };
}

function dateOf(text: string): string | null {
  const [, year, month = '01', day = '01'] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text) ?? [];
  return year === undefined ? null : `${year}-${month}-${day}T00:00:00Z`;
}

function entityOf({ match, type = 'person', sourceID, sourceList, date }: Listed, index: number): JsonObject {
  const name = 'Canary-Ivanna EXAMPLEOVA';
  const dated = date === undefined ? {} : { [type === 'person' ? 'birthDate' : 'created']: `${date}T00:00:00Z` };
  return {
    name,
    entityType: type,
    sourceList: sourceList ?? 'us_ofac',
    sourceID: sourceID ?? String(90_000 + index),
    [type]: { name, ...dated },
    match,
  };
}
