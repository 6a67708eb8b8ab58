import { addMilliseconds, type Instant, instantOfEpoch } from '../../platform/clock.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { compact } from '../identifier-text.js';
import { compareCompanyNames } from '../name-comparison.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { mismatch, shownCode, shownDate, type VendorMessage } from '../vendor/vendor-client.js';
import type { CompaniesHouseSettings } from './companies-house.connection.js';
import type { CompanyProfile } from './companies-house.profile.js';
import { companyNumberOf } from './company-number.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting'>;

const DAY_MS = 86_400_000;
/** Our own grace behind the day by which a statement must be there: one that came in time need not be in the register yet. */
const STATEMENT_GRACE_MS = 14 * DAY_MS;

const ACTIVE: Verdict = { outcome: 'verified', reason: 'register_active' };
const UNCLEAR: Verdict = { outcome: 'pending', reason: 'register_status_unclear', awaiting: 'review' };
const DISSOLVED: Verdict = { outcome: 'failed', reason: 'company_dissolved' };
const REMOVED: Verdict = { outcome: 'failed', reason: 'company_removed' };
const INSOLVENT: Verdict = { outcome: 'failed', reason: 'company_in_insolvency' };
const STRIKE_OFF: Verdict = { outcome: 'pending', reason: 'strike_off_proposed', awaiting: 'review' };
const DIFFERENT: Verdict = { outcome: 'pending', reason: 'name_mismatch', awaiting: 'review' };

/** What each `company_status` says (companieshouse/api-enumerations, `constants.yml`). An unknown one is for a person. */
const BY_STATUS: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['active', ACTIVE],
  // An overseas entity, and a UK establishment of an overseas company.
  ['registered', ACTIVE],
  ['open', ACTIVE],
  ['liquidation', INSOLVENT],
  ['receivership', INSOLVENT],
  ['administration', INSOLVENT],
  ['voluntary-arrangement', INSOLVENT],
  ['insolvency-proceedings', INSOLVENT],
  ['dissolved', DISSOLVED],
  ['closed', REMOVED],
  ['converted-closed', REMOVED],
  ['removed', REMOVED],
]);

/** What the profile says about the check, as of `now`. Throws `ProviderFault` where it is another company's. */
export function observeProfile(
  check: Check,
  { message, raw }: VendorMessage<CompanyProfile>,
  { settings, number, now }: { settings: CompaniesHouseSettings; number: string; now: Instant },
): Observation {
  if (companyNumberOf(message.company_number) !== number) throw mismatch();
  const compared = comparisonOf(check.input, message);
  const verdict = verdictOf(message, settings);
  const isOther =
    compared.name_match === 'different' ||
    compared.name_match === 'previous' ||
    compared.postcode_match === 'different';
  const said = verdict.outcome === 'verified' && isOther ? DIFFERENT : verdict;
  const end = said.outcome === 'verified' ? endOf(message, now) : null;
  return {
    ...said,
    reference: number,
    providerCode: codeOf(message),
    observedAt: now,
    ...(end !== null && { expiresAt: end }),
    payload: { ...payloadOf(message), ...compared },
    answer: raw,
  };
}

/** The register has no such company. */
export function observeUnknown(now: Instant, raw: JsonValue): Observation {
  return { outcome: 'failed', reason: 'company_not_found', observedAt: now, providerCode: NOT_FOUND, answer: raw };
}

/** The register's own word for a number that it doesn't have. Any other 404 says that the address is wrong. */
export const NOT_FOUND = 'company-profile-not-found';

function verdictOf(profile: CompanyProfile, { strike_off, insolvency }: CompaniesHouseSettings): Verdict {
  const { company_status: status, company_status_detail: detail } = profile;
  if (detail === 'petition-to-restore-dissolved') return UNCLEAR;
  const verdict = BY_STATUS.get(status ?? '') ?? UNCLEAR;
  if (verdict === INSOLVENT) return insolvency === 'review' ? UNCLEAR : INSOLVENT;
  if (verdict !== ACTIVE) return verdict;
  if (isStrikeOff(profile)) return strike_off === 'verified' ? ACTIVE : STRIKE_OFF;
  // A detail that nobody here knows may take back what the status says.
  return !detail || detail === 'active' ? ACTIVE : UNCLEAR;
}

function isStrikeOff({ company_status_detail: detail }: CompanyProfile): boolean {
  return detail === 'active-proposal-to-strike-off';
}

type Comparison = Readonly<Partial<Record<'name_match' | 'postcode_match', 'same' | 'previous' | 'different'>>>;

function comparisonOf({ company_name: name, postcode }: JsonObject, profile: CompanyProfile): Comparison {
  const found = profile.registered_office_address?.postal_code ?? '';
  return {
    ...(typeof name === 'string' && { name_match: nameMatch(name, profile) }),
    ...(typeof postcode === 'string' && {
      postcode_match: compact(postcode) === compact(found) ? 'same' : 'different',
    }),
  };
}

/** A name that it had before is said to be one: whoever reviews it need not look for it. */
function nameMatch(name: string, { company_name: present, previous_company_names: previous }: CompanyProfile) {
  const isSame = (found: string | null | undefined): boolean => compareCompanyNames(name, found ?? '') === 'same';
  if (isSame(present)) return 'same';
  return previous?.some((former) => isSame(former.name)) === true ? 'previous' : 'different';
}

/** When the next confirmation statement is late, where that is known and still to come; else the check's own validity counts. */
function endOf({ confirmation_statement: statement }: CompanyProfile, now: Instant): Instant | null {
  const due = statement?.next_due ?? '';
  const milliseconds = /^\d{4}-\d\d-\d\d$/.test(due) ? Date.parse(due) : NaN;
  if (Number.isNaN(milliseconds)) return null;
  const end = instantOfEpoch(milliseconds + STATEMENT_GRACE_MS);
  return end > now && end < addMilliseconds(now, 365 * DAY_MS) ? end : null;
}

function codeOf({ company_status: status, company_status_detail: detail }: CompanyProfile): string {
  const words = detail ? [status || 'none', detail] : [status || 'none'];
  return words
    .map((word) => shownCode(word) ?? 'other')
    .join('/')
    .slice(0, 64);
}

function payloadOf(profile: CompanyProfile): JsonObject {
  const shown = {
    company_status: shownCode(profile.company_status),
    company_status_detail: shownCode(profile.company_status_detail),
    company_name: profile.company_name,
    company_type: shownCode(profile.type),
    company_subtype: shownCode(profile.subtype),
    jurisdiction: shownCode(profile.jurisdiction),
    date_of_creation: shownDate(profile.date_of_creation),
    date_of_cessation: shownDate(profile.date_of_cessation),
    partial_data_available: shownCode(profile.partial_data_available),
    strike_off_proposed: isStrikeOff(profile),
    accounts_overdue: profile.accounts?.next_accounts?.overdue ?? profile.accounts?.overdue,
    confirmation_statement_overdue: profile.confirmation_statement?.overdue,
    confirmation_statement_due: shownDate(profile.confirmation_statement?.next_due),
    registered_office_in_dispute: profile.registered_office_is_in_dispute,
    registered_office_undeliverable: profile.undeliverable_registered_office_address,
  };
  return Object.fromEntries(
    Object.entries(shown).flatMap(([key, value]) => ((value ?? '') === '' ? [] : [[key, value as JsonValue]])),
  );
}
