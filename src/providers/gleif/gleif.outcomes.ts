import { addMilliseconds, type Instant, instantOfEpoch } from '../../platform/clock.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { compact } from '../identifier-text.js';
import { compareCompanyNames } from '../name-comparison.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { type VendorMessage, mismatch, shownCode, shownDate, unrecognised } from '../vendor/vendor-client.js';
import type { GleifSettings } from './gleif.connection.js';
import type { GleifRecord } from './gleif.record.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting' | 'retry'>;

const DAY_MS = 86_400_000;

const ISSUED: Verdict = { outcome: 'verified', reason: 'lei_issued' };
const UNCLEAR: Verdict = { outcome: 'pending', reason: 'register_status_unclear', awaiting: 'review' };

/** What each registration status says of an active entity (LEI-CDF 2.1 `RegistrationStatusEnum`). An unknown one says nothing. */
const BY_REGISTRATION: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['ISSUED', ISSUED],
  // It stays valid while it moves from one issuer to another.
  ['PENDING_TRANSFER', ISSUED],
  ['PENDING_ARCHIVAL', ISSUED],
  ['RETIRED', { outcome: 'failed', reason: 'lei_retired' }],
  ['MERGED', { outcome: 'failed', reason: 'lei_superseded' }],
  ['DUPLICATE', { outcome: 'failed', reason: 'lei_superseded' }],
  ['ANNULLED', { outcome: 'failed', reason: 'lei_annulled' }],
  ['CANCELLED', { outcome: 'failed', reason: 'lei_annulled' }],
  ['TRANSFERRED', UNCLEAR],
  [
    'PENDING_VALIDATION',
    {
      outcome: 'pending',
      reason: 'register_status_unclear',
      awaiting: 'provider',
      retry: { class: 'quota', afterMs: DAY_MS },
    },
  ],
]);

/** What the record says about the check, as of `now`. Throws `ProviderFault` where it is another entity's, or has a status that is not known. */
export function observeRecord(
  check: Check,
  { message, raw }: VendorMessage<GleifRecord>,
  { settings, lei, now }: { settings: GleifSettings; lei: string; now: Instant },
): Observation {
  if (message.data.id !== lei) throw mismatch();
  const { entity, registration } = message.data.attributes;
  const compared = comparisonOf(check.input, entity);
  const verdict = verdictOf(check, message, settings);
  const said = verdict.outcome === 'verified' && Object.values(compared).includes('different') ? DIFFERENT : verdict;
  return {
    ...said,
    reference: lei,
    providerCode: [registration.status, entity.status ?? 'NONE']
      .map((word) => shownCode(word) ?? 'OTHER')
      .join('/')
      .slice(0, 64),
    observedAt: now,
    ...(said.outcome === 'verified' && { expiresAt: endOf(registration.nextRenewalDate, now) }),
    payload: { ...payloadOf(message), ...compared },
    answer: raw,
  };
}

/** The register has no such record. */
export function observeUnknown(now: Instant, raw: JsonValue): Observation {
  return { outcome: 'failed', reason: 'lei_not_found', observedAt: now, providerCode: '404', answer: raw };
}

const DIFFERENT: Verdict = { outcome: 'pending', reason: 'name_mismatch', awaiting: 'review' };

function verdictOf({ passedBefore }: Check, { data }: GleifRecord, { accept_lapsed }: GleifSettings): Verdict {
  const { entity, registration } = data.attributes;
  if (registration.status === 'LAPSED') {
    if (!accept_lapsed) return { outcome: passedBefore === true ? 'expired' : 'failed', reason: 'lei_lapsed' };
    return activeOnly(ISSUED, entity.status);
  }
  const verdict = BY_REGISTRATION.get(registration.status);
  if (!verdict) throw unrecognised();
  return verdict === ISSUED ? activeOnly(ISSUED, entity.status) : verdict;
}

function activeOnly(verdict: Verdict, status: string | null | undefined): Verdict {
  if (status === 'ACTIVE') return verdict;
  return status === 'INACTIVE' ? { outcome: 'failed', reason: 'entity_inactive' } : UNCLEAR;
}

type Entity = GleifRecord['data']['attributes']['entity'];

function comparisonOf(
  { legal_name: name, country, registration_number: number }: JsonObject,
  entity: Entity,
): Record<string, 'same' | 'different'> {
  const found = entity.legalName?.name ?? '';
  return {
    ...(typeof name === 'string' && { name_match: compareCompanyNames(name, found) }),
    ...(typeof country === 'string' && {
      country_match: entity.legalAddress?.country === country ? 'same' : 'different',
    }),
    ...(typeof number === 'string' && {
      registration_number_match: compact(entity.registeredAs ?? '') === compact(number) ? 'same' : 'different',
    }),
  };
}

/** The renewal date, at most a year away. A date that is over while the status is still `ISSUED` is being worked on: a week. */
function endOf(renewal: string | null | undefined, now: Instant): Instant {
  const year = addMilliseconds(now, 365 * DAY_MS);
  const milliseconds = Date.parse(renewal ?? '');
  if (Number.isNaN(milliseconds)) return year;
  const due = instantOfEpoch(milliseconds);
  if (due <= now) return addMilliseconds(now, 7 * DAY_MS);
  return due < year ? due : year;
}

/** The form of an identifier: ISO 17442. */
const LEI = /^[A-Z0-9]{18}\d{2}$/;

/** Categories whose names are no person's: that of a sole proprietor is, and where there is none or another it is not known (LEI-CDF `EntityCategoryEnum`). */
const IMPERSONAL: ReadonlySet<string> = new Set(
  'GENERAL FUND SUBFUND BRANCH RESIDENT_GOVERNMENT_ENTITY INTERNATIONAL_ORGANIZATION'.split(' '),
);

function payloadOf({ meta, data }: GleifRecord): JsonObject {
  const { entity, registration } = data.attributes;
  const name = IMPERSONAL.has(entity.category ?? '') ? entity.legalName?.name : null;
  const shown = {
    registration_status: shownCode(registration.status),
    entity_status: shownCode(entity.status),
    category: shownCode(entity.category),
    legal_name: name,
    jurisdiction: shownCode(entity.jurisdiction),
    corroboration_level: shownCode(registration.corroborationLevel),
    next_renewal_date: shownDate(registration.nextRenewalDate),
    successor_lei: LEI.test(entity.successorEntity?.lei ?? '') ? entity.successorEntity?.lei : null,
    data_version: shownDate(meta?.goldenCopy?.publishDate),
  };
  return Object.fromEntries(Object.entries(shown).flatMap(([key, value]) => (value ? [[key, value]] : [])));
}
