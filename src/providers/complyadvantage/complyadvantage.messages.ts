import { z } from 'zod';

const texts = z.array(z.string()).nullish();

/** Somebody on a list who comes near. */
const hit = z.object({
  doc: z.object({ id: z.string().nullish(), types: texts }),
  match_types: texts,
  match_status: z.string().nullish(),
});

/** A time of the vendor's: `2026-01-31 08:00:00`, taken to be in UTC. */
const moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(Z|\+00:00)?$/)
  .transform((text) => Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`))
  .refine((at) => !Number.isNaN(at))
  .nullish()
  .catch(null);

const searchId = z.int().min(1);

/** How it was searched, as far as the answer repeats it. In another form it counts as not repeated, which proves nothing. */
const filters = z
  .object({
    types: texts,
    birth_year: z.coerce.number().nullish(),
    exact_match: z.unknown().optional(),
    fuzziness: z.coerce.number().nullish(),
  })
  .nullish()
  .catch(null);

/** Its status stays open. */
const search = z.object({
  id: searchId,
  client_ref: z.string().nullish(),
  search_term: z.string().nullish(),
  submitted_term: z.string().nullish(),
  match_status: z.string().min(1).max(255),
  risk_level: z.string().nullish(),
  total_hits: z.int().min(0),
  filters,
  created_at: moment,
  updated_at: moment,
  hits: z.array(hit).nullish(),
});

/** A search, as far as it is read. */
export type Search = z.output<typeof search>;

/** The answer that holds one search. */
export const searchAnswer = z.object({ status: z.literal('success'), content: z.object({ data: search }) });

const listed = z.object({ id: searchId, client_ref: z.string().nullish() });

/** A search as a list shows it. */
export type ListedSearch = z.output<typeof listed>;

/** The answer that lists searches. */
export const listedSearches = z.object({
  status: z.literal('success'),
  content: z.object({ data: z.array(listed) }),
});

/** The answer to a deletion that says something. */
export const deletedAnswer = z.object({ status: z.literal('success') });

/** The body of a refusal that is ComplyAdvantage's own. */
export const refusedAnswer = z.object({ status: z.literal('failure') });
