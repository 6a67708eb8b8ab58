import { z } from 'zod';
import type { JsonObject } from '../../platform/json.js';
import { firstDayOf, readAlike, shownListName, weakened } from '../screening.js';
import { mismatch } from '../vendor/vendor-client.js';
import type { WatchmanInput } from './watchman.check.js';
import type { WatchmanSettings } from './watchman.connection.js';

const date = z.string().nullish();
const details = z.object({ altNames: z.array(z.string()).nullish(), birthDate: date, created: date }).nullish();
const block = { person: details, business: details, organization: details };

const candidate = z.object({
  sourceList: z.string().min(1),
  sourceID: z.string().min(1),
  match: z.number().min(0).max(1),
  ...block,
});

/** `GET /v2/search`, as far as it is read. Go says null for a list of nothing. */
export const searchAnswer = z.object({
  query: z.object({ name: z.string(), entityType: z.string(), ...block }).nullish(),
  entities: z.array(candidate).nullable(),
});

/** An answer to a search. */
export type SearchAnswer = z.output<typeof searchAnswer>;
/** Somebody on a list who comes near. */
export type Candidate = z.output<typeof candidate>;
/** What an entity is searched as. */
export type SearchType = keyof typeof block;

/** How many candidates are asked for: one that counts is enough for a person to look. */
const MOST_CANDIDATES = 25;
/** How far below the policy's threshold the service is asked: the comparison is ours. */
const MARGIN = 0.01;

/**
 * The types to search as. Lists disagree on what is a business and what an organization, and up to v0.66 an entry of another type than the
 * query's is never found.
 */
export function searchTypesOf({ entity_type: type }: WatchmanInput): readonly SearchType[] {
  return type === 'person' ? ['person'] : ['business', 'organization'];
}

/** The query string of a search. Without `type` nothing but the name would be compared, without `minMatch` the ten nearest names come back. */
export function searchQuery(input: WatchmanInput, type: SearchType, settings: WatchmanSettings): URLSearchParams {
  const query = new URLSearchParams({
    name: input.name,
    type,
    minMatch: String(Math.round((settings.review_threshold - MARGIN) * 1000) / 1000),
    limit: String(MOST_CANDIDATES),
  });
  for (const name of input.other_names ?? []) query.append('altNames', name);
  if (input.birth_date !== undefined) query.set('birthDate', input.birth_date);
  if (input.founding_date !== undefined) query.set('created', input.founding_date);
  return query;
}

/** Throws `ProviderFault` unless the service says that it searched for this, and with all of it. */
export function compareQuery(input: WatchmanInput, type: SearchType, { query }: SearchAnswer): void {
  if (!query) throw weakened();
  if (!readAlike(query.name, input.name) || query.entityType !== type) throw mismatch();
  const read = query[type];
  const asked = dateOf(input);
  const isDated = asked === undefined || listedDay(type, query) === firstDayOf(asked);
  const isNamed = (input.other_names ?? []).every((name) => read?.altNames?.some((other) => readAlike(name, other)));
  if (!isDated || !isNamed) throw weakened();
}

/** The candidates that count. */
export function countedOf({ entities }: SearchAnswer, { review_threshold: least }: WatchmanSettings): Candidate[] {
  return (entities ?? []).filter(({ match }) => match >= least);
}

/** Whether a candidate has the date that was asked about, to the day. */
export function hasSameDay(input: WatchmanInput, one: Candidate): boolean {
  const asked = dateOf(input);
  const types: readonly SearchType[] = ['person', 'business', 'organization'];
  return asked?.length === 10 && types.some((type) => listedDay(type, one) === asked);
}

/** What of a candidate may be shown: not its name. */
export function shown({ sourceList, sourceID, match }: Candidate): JsonObject {
  return { source_list: shownListName(sourceList) ?? 'other', source_id: sourceID.slice(0, 100), match };
}

function dateOf(input: WatchmanInput): string | undefined {
  return input.birth_date ?? input.founding_date;
}

function listedDay(type: SearchType, one: Pick<Candidate, SearchType>): string | undefined {
  return (type === 'person' ? one[type]?.birthDate : one[type]?.created)?.slice(0, 10);
}
