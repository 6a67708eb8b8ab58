import { type Instant, instantOfEpoch } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import { withoutLinks } from '../vendor/linkless-answer.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { heedingPass } from '../screening.js';
import { mismatch, shownCode, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import { complyAdvantageInput, LISTS, soughtBy } from './complyadvantage.checks.js';
import { type ComplyAdvantageSettings, meaningOf } from './complyadvantage.connection.js';
import type { Search } from './complyadvantage.messages.js';
import { expectSubject, isWhole } from './complyadvantage.query.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting' | 'retry'>;

const CLEAR: Verdict = { outcome: 'verified', reason: 'screening_clear' };
const HIT: Verdict = { outcome: 'failed', reason: 'watchlist_hit' };
const POSSIBLE: Verdict = { outcome: 'pending', reason: 'screening_possible_match', awaiting: 'review' };
const EXPOSED: Verdict = { outcome: 'pending', reason: 'pep_possible_match', awaiting: 'review' };
/** The search was made and is known: asking again changes nothing until somebody mends the settings. */
const NARROWED: Verdict = { outcome: 'pending', reason: 'provider_response_mismatch', retry: { class: 'operator' } };

/** Which search is looked for, and by which settings it is judged, as of when. */
export interface Judging {
  /** The reference that the search was made with. */
  readonly clientRef: string;
  readonly settings: ComplyAdvantageSettings;
  readonly now: Instant;
}

/**
 * What a search says. Throws `ProviderFault` with `provider_response_mismatch` where it is not the one that is looked for; a status that is not in
 * the table leaves the check pending.
 */
export function observe(
  check: Check,
  { message: found, raw }: VendorMessage<Search>,
  { clientRef, settings, now }: Judging,
): Observation {
  if (found.client_ref !== clientRef) throw mismatch();
  const input = complyAdvantageInput.safeParse(check.input);
  if (input.success) expectSubject(input.data, found);
  const verdict = verdictOf(check, found, settings);
  const { reason, retry } = unrecognised();
  const status = shownCode(found.match_status);
  return {
    ...(verdict ?? { outcome: 'pending', reason, retry }),
    reference: String(found.id),
    observedAt: now,
    ...(status !== null && { providerCode: status }),
    ...timeOf(found, verdict),
    ...(verdict && { payload: payloadOf(check, found, settings) }),
    answer: withoutLinks(raw),
  };
}

function verdictOf(check: Check, found: Search, settings: ComplyAdvantageSettings): Verdict | null {
  const meaning = meaningOf(found.match_status, settings);
  if (meaning === null) return null;
  if (meaning === 'hit') return HIT;
  // Hits that nobody has looked at are no clear answer, whatever the search calls itself.
  const isUnseen = meaning === 'review' || (found.match_status === 'no_match' && countOf(found) > 0);
  if (isUnseen) return heedingPass(isOfPersons(found) ? EXPOSED : POSSIBLE, check);
  // Somebody set the hits aside: that nobody else was found is then the analyst's word.
  if (countOf(found) > 0) return CLEAR;
  return isWhole(found, soughtBy(check.checkType), settings) ? CLEAR : NARROWED;
}

function countOf({ total_hits: total, hits }: Search): number {
  return Math.max(total, hits?.length ?? 0);
}

/** Whether all that was found, and all of it is shown, is politically exposed and nothing else. */
function isOfPersons(found: Search): boolean {
  const hits = found.hits ?? [];
  const types = hits.map(({ doc }) => doc.types ?? []);
  const isShown = hits.length > 0 && hits.length >= found.total_hits;
  return isShown && types.every((of) => of.length > 0 && of.every((type) => /^pep(-|$)/.test(type)));
}

/**
 * Of nobody found, when the search was made: its lists are of that day. Of an analyst's word, when it was given; and whatever takes a pass back
 * came no earlier than that.
 */
function timeOf(found: Search, verdict: Verdict | null): Pick<Observation, 'providerTime'> {
  if (verdict === null || verdict.outcome === 'pending') return {};
  const isAnalysts = countOf(found) > 0 || verdict.outcome !== 'verified';
  const at = isAnalysts ? (found.updated_at ?? found.created_at) : found.created_at;
  return typeof at === 'number' ? { providerTime: instantOfEpoch(at) } : {};
}

const MOST_SHOWN = 10;

/** Codes and counts alone: names, aliases and media of those who were found are in the evidence. */
function payloadOf({ checkType }: Check, found: Search, { search_profiles }: ComplyAdvantageSettings): JsonObject {
  const sought = soughtBy(checkType);
  const profile = search_profiles[sought];
  const hits = (found.hits ?? []).slice(0, MOST_SHOWN).map(({ doc, match_types: matched, match_status: status }) => ({
    id: /^[A-Za-z0-9]{1,64}$/.test(doc.id ?? '') ? (doc.id ?? null) : null,
    types: codes(doc.types),
    match_types: codes(matched),
    match_status: shownCode(status),
  }));
  return {
    match_status: shownCode(found.match_status),
    risk_level: shownCode(found.risk_level),
    total_hits: found.total_hits,
    ...(profile === null ? { lists: LISTS[sought] } : { search_profile: profile }),
    hits,
  };
}

function codes(words: readonly string[] | null | undefined): string[] {
  return (words ?? []).flatMap((word) => shownCode(word) ?? []).slice(0, 8);
}
