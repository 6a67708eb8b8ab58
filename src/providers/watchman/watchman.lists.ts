import { z } from 'zod';
import type { Instant } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import { areFresh, listsMissing, listsMoved, listsStale, shownListName } from '../screening.js';
import { unrecognised } from '../vendor/vendor-client.js';
import type { WatchmanSettings } from './watchman.connection.js';

/** `GET /v2/listinfo`: how many entries each list has, and when they were loaded. Without any list it is null or empty, and all pass. */
export const listInfo = z.object({
  lists: z.record(z.string(), z.number()).nullable(),
  listHashes: z.record(z.string(), z.string()).nullish(),
  endedAt: z.string().nullish(),
});

/** `GET /v2/data/refresh`, as far as it is read. */
export const refreshStatus = z.object({ state: z.string() });

/** What is loaded. */
export type ListInfo = z.output<typeof listInfo>;

/** Throws `ProviderFault` unless each required list is loaded, with entries in it, and the loading is recent enough. */
export function requireLists({ lists, endedAt }: ListInfo, settings: WatchmanSettings, now: Instant): void {
  const isLoaded = (name: string): boolean => lists !== null && Object.hasOwn(lists, name) && (lists[name] ?? 0) > 0;
  if (!settings.required_lists.every(isLoaded)) throw listsMissing();
  if (!areFresh(timeOf(endedAt), now, settings.max_list_age_hours)) throw listsStale();
}

/** Throws `ProviderFault` unless the required lists have the contents that they had before: by hash, or where there is none by when they were loaded. */
export function requireSame(before: ListInfo, after: ListInfo, { required_lists: names }: WatchmanSettings): void {
  const isSame = (name: string): boolean =>
    before.lists?.[name] === after.lists?.[name] && versionOf(before, name) === versionOf(after, name);
  if (!names.every(isSame)) throw listsMoved();
}

/** What tells a list's contents from others. As many entries as before may be other ones. */
function versionOf({ listHashes, endedAt }: ListInfo, name: string): string {
  const hash = listHashes && Object.hasOwn(listHashes, name) ? listHashes[name] : undefined;
  return hash ? `hash ${hash}` : `loaded ${endedAt ?? ''}`;
}

/** The states of a refresh that speak for the lists in use. */
const HARMLESS: ReadonlySet<string> = new Set(['idle', 'running', 'succeeded']);

/** Throws `ProviderFault` where the latest refresh failed and that counts, or its state is not known. */
export function requireRefresh({ state }: z.output<typeof refreshStatus>, settings: WatchmanSettings): void {
  if (HARMLESS.has(state)) return;
  if (state !== 'failed') throw unrecognised();
  if (!settings.accept_failed_refresh) throw listsStale();
}

/** What of the lists is shown with an answer: which they were. */
export function shownLists({ listHashes, endedAt }: ListInfo): JsonObject {
  const hashes = Object.entries(listHashes ?? {}).filter((each) => each.every((word) => shownListName(word) !== null));
  return {
    list_hashes: Object.fromEntries(hashes.slice(0, 30)),
    ended_at: (endedAt ?? '').slice(0, 40),
  };
}

/** RFC 3339 with a zone, in milliseconds since 1970; NaN for anything else. */
function timeOf(text: string | null | undefined): number {
  return text && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
}
