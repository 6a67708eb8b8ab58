import type { Element } from '@xmldom/xmldom';
import type { Instant } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import { compareCompanyNames } from '../name-comparison.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { mismatch, unrecognised } from '../vendor/vendor-client.js';
import { SWISS_UID_VAT } from './swiss-uid.check.js';
import { elementsIn, faultOfCode, type SoapAnswer, textIn } from './swiss-uid.soap.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting'>;

const UNCLEAR: Verdict = { outcome: 'pending', reason: 'register_status_unclear', awaiting: 'review' };
const ACTIVE: Verdict = { outcome: 'verified', reason: 'register_active' };
const REMOVED: Verdict = { outcome: 'failed', reason: 'company_removed' };
const DIFFERENT: Verdict = { outcome: 'pending', reason: 'name_mismatch', awaiting: 'review' };

/** `uidregStatusEnterpriseDetail` of eCH-0108. */
const BY_STATUS: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['1', UNCLEAR], // provisional
  ['2', UNCLEAR], // being reactivated
  ['3', ACTIVE], // definitive
  ['4', ACTIVE], // definitive, being changed
  ['5', REMOVED], // deleted
  ['6', REMOVED], // finally deleted
  ['7', REMOVED], // cancelled: a duplicate
]);

/** `vatStatus` of eCH-0108. */
const BY_VAT_STATUS: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['1', UNCLEAR],
  ['2', { outcome: 'verified', reason: 'vat_registered' }],
  ['3', { outcome: 'failed', reason: 'vat_not_registered' }],
]);

/** What is asked, and when it was answered. */
export interface Question {
  readonly check: Check;
  readonly digits: string;
  readonly now: Instant;
  /** The answer as it came. */
  readonly xml: string;
}

/** What an answer says. Throws `ProviderFault` where it is about another enterprise, or has a status that is not known. */
export function observeAnswer(answer: SoapAnswer, question: Question): Observation {
  const { digits, now, xml } = question;
  const seen = { observedAt: now, answer: xml };
  if ('error' in answer) throw faultOfCode(answer.error);
  if (answer.organisations.length === 0) return { outcome: 'failed', reason: 'company_not_found', ...seen };
  const ours = answer.organisations.filter((organisation) => isOf(organisation, digits));
  if (ours.length === 0) throw mismatch();
  return { ...verdictOn(ours, question), ...seen, reference: `CHE${digits}` };
}

/** A number may stand for several seats: they must say the same. */
function verdictOn(ours: readonly Element[], { check }: Question): Omit<Observation, 'observedAt'> {
  const [field, table] =
    check.checkType === SWISS_UID_VAT.checkType
      ? (['vatStatus', BY_VAT_STATUS] as const)
      : (['uidregStatusEnterpriseDetail', BY_STATUS] as const);
  const codes = [...new Set(ours.map((organisation) => textIn(organisation, field) ?? 'none'))].sort();
  const [verdict = null, ...others] = [...new Set(codes.map((code) => table.get(code)))];
  if (!verdict || others.includes(undefined)) throw unrecognised();
  const name = namesOf(ours, check.input['company_name']);
  const said = others.length > 0 || hasEnded(ours, field, verdict) ? UNCLEAR : verdict;
  return {
    ...(said.outcome === 'verified' && name === 'different' ? DIFFERENT : said),
    providerCode: codes.join(',').slice(0, 64),
    payload: { ...payloadOf(ours), ...(name && { name_match: name }) },
  };
}

/** Registered, and the entry is over: two statements of one register that do not agree. */
function hasEnded(ours: readonly Element[], field: string, { outcome }: Verdict): boolean {
  if (field !== 'vatStatus' || outcome !== 'verified') return false;
  return ours.some((organisation) => ![null, '1'].includes(textIn(organisation, 'vatEntryStatus')));
}

function isOf(organisation: Element, digits: string): boolean {
  // The first number is its own. Further ones are those of its head, its group or its successor.
  return (
    textIn(organisation, 'uidOrganisationIdCategorie') === 'CHE' && textIn(organisation, 'uidOrganisationId') === digits
  );
}

function namesOf(ours: readonly Element[], asked: unknown): 'same' | 'different' | null {
  if (typeof asked !== 'string') return null;
  const names = ours.flatMap((one) =>
    ['organisationName', 'organisationLegalName'].flatMap((name) => elementsIn(one, name)),
  );
  const isSame = names.some((name) => compareCompanyNames(asked, name.textContent ?? '') === 'same');
  return isSame ? 'same' : 'different';
}

/** Codes alone: an enterprise may be a person's, and its name theirs. */
function payloadOf([first]: readonly Element[]): JsonObject {
  const shown = {
    register_status: 'uidregStatusEnterpriseDetail',
    vat_status: 'vatStatus',
    commercial_register_status: 'commercialRegisterStatus',
    legal_form: 'legalForm',
  };
  return Object.fromEntries(
    Object.entries(shown).flatMap(([key, field]) => {
      const code = first ? textIn(first, field) : null;
      return code !== null && /^\d{1,8}$/.test(code) ? [[key, code]] : [];
    }),
  );
}
