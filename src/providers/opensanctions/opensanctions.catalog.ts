import { z } from 'zod';
import type { Instant } from '../../platform/clock.js';
import { areFresh, listsMissing, listsStale } from '../screening.js';
import type { OpenSanctionsSettings } from './opensanctions.connection.js';

const dataset = z.object({
  name: z.string(),
  version: z.string().nullish(),
  index_version: z.string().nullish(),
  children: z.array(z.string()).nullish(),
});

/** `GET /catalog`, as far as it is read. */
export const yenteCatalog = z.object({ datasets: z.array(dataset), current: z.array(z.string()) });

/** `GET /readyz`. */
export const yenteStatus = z.object({ status: z.string() });

type Catalog = z.output<typeof yenteCatalog>;
type Dataset = z.output<typeof dataset>;

/** What is searched: the indexed dataset that holds the one asked for, and its version. */
export interface LoadedList {
  readonly name: string;
  readonly version: string;
}

/**
 * The index that a search in the dataset of the settings runs on. Throws `ProviderFault` `provider_lists_not_loaded` where there is no such
 * dataset, and `provider_lists_stale` where its index is behind or too old: then nobody is found, whoever is looked for.
 */
export function loadedListOf(catalog: Catalog, settings: OpenSanctionsSettings, now: Instant): LoadedList {
  if (!catalog.datasets.some(({ name }) => name === settings.dataset)) throw listsMissing();
  const holders = holdersOf(settings.dataset, catalog.datasets);
  const current = holders.find(({ name }) => catalog.current.includes(name));
  const isFresh = (version: string | null | undefined): boolean =>
    areFresh(timeOf(version ?? ''), now, settings.max_list_age_hours);
  if (current === undefined) {
    // Being indexed anew, with young lists in use: over in a while, without anybody's help.
    throw listsStale(holders.some(({ index_version: version }) => isFresh(version)) ? 'outage' : 'operator');
  }
  const version = current.index_version ?? current.version ?? '';
  if (!isFresh(version)) throw listsStale();
  return { name: current.name, version };
}

/** The dataset, then each collection that it is part of: indexed are the outermost ones alone. */
function holdersOf(name: string, datasets: readonly Dataset[]): Dataset[] {
  const names = new Set([name]);
  // A set may grow while it is walked.
  for (const inner of names) {
    for (const { name: outer, children } of datasets) if (children?.includes(inner)) names.add(outer);
  }
  return [...names].flatMap((held) => datasets.find((one) => one.name === held) ?? []);
}

/** Milliseconds since 1970 of a version such as `20260131081502-abc`; NaN where it names no time. */
function timeOf(version: string): number {
  const [, date, time] = /^(\d{8})(\d{6})(?!\d)/.exec(version) ?? [];
  if (date === undefined || time === undefined) return NaN;
  return Date.parse(`${date.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`);
}
