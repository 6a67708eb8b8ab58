import { z } from 'zod';
import type { JsonObject } from '../../platform/json.js';
import { shownListName } from '../screening.js';
import { mismatch, shownDate, unrecognised } from '../vendor/vendor-client.js';
import type { OpenSanctionsSettings } from './opensanctions.connection.js';

const texts = z.array(z.string()).nullish();

const candidate = z.object({
  id: z.string().min(1),
  score: z.number().min(0).max(1),
  match: z.boolean(),
  datasets: texts,
  last_change: z.string().nullish(),
  properties: z.object({ topics: texts, birthDate: texts, registrationNumber: texts, idNumber: texts }),
});

const matches = z.object({
  status: z.number().nullish(),
  results: z.array(candidate),
  total: z.object({ value: z.number().int().min(0) }),
  query: z.object({ schema: z.string(), properties: z.record(z.string(), z.unknown()) }),
});

/** `POST /match/{dataset}`, as far as it is read. */
export const matchAnswer = z.object({ responses: z.record(z.string(), matches) });

/** Somebody on a list who comes near. */
export type Candidate = z.output<typeof candidate>;

/** How many candidates are asked for. */
export const MOST_CANDIDATES = 25;

/**
 * How far below the policy's threshold the service is asked: it drops a score that equals the threshold where both are its own default, so the
 * comparison is ours.
 */
const MARGIN = 0.01;

/** The threshold that the service is asked with. */
export function askedThreshold({ threshold }: OpenSanctionsSettings): number {
  return Math.round((threshold - MARGIN) * 1000) / 1000;
}

/** What was answered to the query of that key. Throws `ProviderFault` where it was not, or not with success. */
export function answerTo(key: string, { responses }: z.output<typeof matchAnswer>): z.output<typeof matches> {
  const answer = Object.hasOwn(responses, key) ? responses[key] : undefined;
  if (answer === undefined) throw mismatch();
  if ((answer.status ?? 200) !== 200) throw unrecognised();
  return answer;
}

/** The candidates that count, and whether the list may go on with others that would. */
export function counted(
  { results, total }: z.output<typeof matches>,
  settings: OpenSanctionsSettings,
): { readonly candidates: readonly Candidate[]; readonly isCutOff: boolean } {
  const asked = askedThreshold(settings);
  // What is called a match although its score says otherwise was made one by a rule that we don't know: it is looked at.
  const candidates = results.filter(({ score, match }) => score >= settings.threshold || (match && score < asked));
  const unseen = total.value > results.filter(({ match }) => match).length;
  // Best first: what is not shown scores no better than the last that is.
  const isCutOff = unseen && results.every(({ score }) => score >= settings.threshold);
  return { candidates, isCutOff };
}

/** What of a candidate may be shown: not its caption, which is a person's name. */
export function shown({ id, score, datasets, last_change: changed, properties }: Candidate): JsonObject {
  const day = shownDate(changed);
  return {
    id: id.slice(0, 100),
    score,
    topics: named(properties.topics),
    datasets: named(datasets),
    ...(day !== null && { last_change: day }),
  };
}

function named(values: readonly string[] | null | undefined): string[] {
  return (values ?? []).flatMap((value) => shownListName(value) ?? []).slice(0, 8);
}
