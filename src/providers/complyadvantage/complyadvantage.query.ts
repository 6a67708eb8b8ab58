import type { JsonObject } from '../../platform/json.js';
import { readAlike } from '../screening.js';
import { mismatch } from '../vendor/vendor-client.js';
import { type ComplyAdvantageInput, LISTS, type Sought } from './complyadvantage.checks.js';
import type { ComplyAdvantageSettings } from './complyadvantage.connection.js';
import type { Search } from './complyadvantage.messages.js';

const KINDS = {
  person: 'person',
  company: 'company',
  organization: 'organisation',
  legal_entity: null,
} as const satisfies Record<ComplyAdvantageInput['entity_type'], string | null>;

/** The body that asks for a search under a reference of ours. */
export function searchFor(
  input: ComplyAdvantageInput,
  clientRef: string,
  { sought, settings }: { readonly sought: Sought; readonly settings: ComplyAdvantageSettings },
): JsonObject {
  const profile = settings.search_profiles[sought];
  const kind = KINDS[input.entity_type];
  return {
    search_term: input.name,
    client_ref: clientRef,
    ...(profile === null ? { fuzziness: settings.fuzziness } : { search_profile: profile }),
    filters: {
      ...(profile === null && { types: LISTS[sought] }),
      ...(kind !== null && { entity_type: kind }),
      ...(input.birth_date !== undefined && { birth_year: yearOf(input.birth_date) }),
    },
    // A link to the results would open without a key.
    share_url: 0,
    limit: 100,
    offset: 0,
  };
}

/** Throws `ProviderFault` with `provider_response_mismatch` where the search is about another name, or another year, than was asked. */
export function expectSubject({ name, birth_date: born }: ComplyAdvantageInput, found: Search): void {
  const terms = [found.submitted_term, found.search_term].flatMap((term) => term ?? []);
  if (!terms.some((term) => readAlike(term, name))) throw mismatch();
  const year = found.filters?.birth_year ?? null;
  if (year !== null && (born === undefined || year !== yearOf(born))) throw mismatch();
}

/** Whether a search looked into all that the check type asks for, as widely as set. Of a profile that is the profile's affair. */
export function isWhole({ filters }: Search, sought: Sought, settings: ComplyAdvantageSettings): boolean {
  if (settings.search_profiles[sought] !== null || !settings.repeats_lists) return true;
  const isExact = ![undefined, null, false, 0, '0', ''].includes(filters?.exact_match as string);
  const isNarrower = isExact || (filters?.fuzziness ?? 1) < settings.fuzziness;
  return !isNarrower && LISTS[sought].every((list) => filters?.types?.includes(list));
}

function yearOf(birthDate: string): number {
  return Number(birthDate.slice(0, 4));
}
