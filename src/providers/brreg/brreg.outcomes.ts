import type { Instant } from '../../platform/clock.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { compact } from '../identifier-text.js';
import { compareCompanyNames, type NameMatch } from '../name-comparison.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { mismatch, shownCode, shownDate, type VendorMessage } from '../vendor/vendor-client.js';
import { BRREG_VAT } from './brreg.check.js';
import type { BrregEntity } from './brreg.entity.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting'>;

/** Where an entity was found: the register keeps main entities and their places of business apart. */
export type Shelf = 'enheter' | 'underenheter';

/** What was asked, and when and where the answer was found. */
export interface Found {
  readonly number: string;
  readonly shelf: Shelf;
  readonly now: Instant;
}

const ACTIVE: Verdict = { outcome: 'verified', reason: 'register_active' };
const VAT_REGISTERED: Verdict = { outcome: 'verified', reason: 'vat_registered' };
const NO_VAT: Verdict = { outcome: 'failed', reason: 'vat_not_registered' };
const DISSOLVED: Verdict = { outcome: 'failed', reason: 'company_dissolved' };
const INSOLVENT: Verdict = { outcome: 'failed', reason: 'company_in_insolvency' };
const UNCLEAR: Verdict = { outcome: 'pending', reason: 'register_status_unclear', awaiting: 'review' };
const DIFFERENT: Verdict = { outcome: 'pending', reason: 'name_mismatch', awaiting: 'review' };

/** What the register's entry says about the check. Throws `ProviderFault` where it is another entity's. */
export function observeEntity(check: Check, { message, raw }: VendorMessage<BrregEntity>, found: Found): Observation {
  if (message.organisasjonsnummer !== found.number) throw mismatch();
  const compared = comparisonOf(check.input, message);
  const verdict = verdictOf(check, message, found.shelf);
  return {
    ...(verdict.outcome === 'verified' && Object.values(compared).includes('different') ? DIFFERENT : verdict),
    reference: found.number,
    providerCode: shownCode(message.respons_klasse || 'none') ?? 'other',
    observedAt: found.now,
    payload: { ...payloadOf(message, found.shelf), ...compared },
    answer: raw,
  };
}

/** The entity was taken out of the open data. */
export function observeRemoved(
  { message, raw }: VendorMessage<Pick<BrregEntity, 'organisasjonsnummer' | 'slettedato'>>,
  { number, now }: Found,
): Observation {
  if (message.organisasjonsnummer !== number) throw mismatch();
  const deleted = shownDate(message.slettedato);
  const payload = deleted === null ? {} : { deleted_on: deleted };
  return { ...REMOVED, reference: number, providerCode: '410', observedAt: now, payload, answer: raw };
}

const REMOVED: Verdict = { outcome: 'failed', reason: 'company_removed' };

/** Neither an entity nor a sub-entity has the number. */
export function observeUnknown(now: Instant): Observation {
  const answer: JsonValue = { enheter: 404, underenheter: 404 };
  return { outcome: 'failed', reason: 'company_not_found', observedAt: now, providerCode: '404', answer };
}

/** The register does not take the number for one. */
export function observeRejected(now: Instant, raw: JsonValue): Observation {
  return { outcome: 'failed', reason: 'identifier_format_invalid', observedAt: now, providerCode: '400', answer: raw };
}

function verdictOf({ checkType }: Check, entity: BrregEntity, shelf: Shelf): Verdict {
  const verdict = standingOf(entity, shelf);
  if (verdict !== ACTIVE || checkType !== BRREG_VAT.checkType) return verdict;
  const { registrertIMvaregisteret: isRegistered } = entity;
  return isRegistered === true ? VAT_REGISTERED : isRegistered === false ? NO_VAT : UNCLEAR;
}

function standingOf(entity: BrregEntity, shelf: Shelf): Verdict {
  const { respons_klasse: kind, konkurs, underAvvikling, underTvangsavviklingEllerTvangsopplosning: forced } = entity;
  // First: an entry of a deleted entity has none of the flags below, and reads like one in order.
  if (entity.slettedato || /^slettet/i.test(kind ?? '')) return DISSOLVED;
  // A place of business is no company: how its main entity stands is another question.
  if (shelf === 'underenheter') return UNCLEAR;
  if (konkurs === true || forced === true) return INSOLVENT;
  if (entity.underRekonstruksjonsforhandlingDato || entity.underUtenlandskInsolvensbehandlingDato) return UNCLEAR;
  const isInOrder = [konkurs, forced, underAvvikling].every((flag) => flag === false);
  return isInOrder && (kind ?? 'Enhet') === 'Enhet' ? ACTIVE : UNCLEAR;
}

function comparisonOf({ company_name: name, postcode }: JsonObject, entity: BrregEntity): Record<string, NameMatch> {
  const addresses = [entity.forretningsadresse, entity.beliggenhetsadresse, entity.postadresse];
  const found = addresses.flatMap((address) => address?.postnummer ?? []).map(compact);
  return {
    ...(typeof name === 'string' && { name_match: compareCompanyNames(name, entity.navn ?? '') }),
    ...(typeof postcode === 'string' && { postcode_match: found.includes(compact(postcode)) ? 'same' : 'different' }),
  };
}

/**
 * Forms that are no person's: companies with limited liability, associations, foundations, public bodies. A sole proprietorship (ENK) has its
 * owner's name, partnerships those of the partners, and of a place of business (BEDR), a foreign enterprise (NUF) or an estate it is not known.
 */
const IMPERSONAL: ReadonlySet<string> = new Set(
  'AS ASA SA BA BBL BRL ESEK SE SF SPA STI FLI IKS KF FKF KOMM FYLK STAT ORGL ADOS KIRK'.split(' '),
);

function payloadOf(entity: BrregEntity, shelf: Shelf): JsonObject {
  const form = entity.organisasjonsform?.kode;
  const shown = {
    unit: shelf === 'enheter' ? 'entity' : 'sub_entity',
    organization_form: shownCode(form),
    company_name: shelf === 'enheter' && IMPERSONAL.has(form ?? '') ? entity.navn : null,
    parent_organization_number: /^\d{9}$/.test(entity.overordnetEnhet ?? '') ? entity.overordnetEnhet : null,
    registered_on: shownDate(entity.registreringsdatoEnhetsregisteret),
    in_vat_register: entity.registrertIMvaregisteret,
    in_business_register: entity.registrertIForetaksregisteret,
    bankrupt: entity.konkurs,
    being_wound_up: entity.underAvvikling,
    being_wound_up_by_force: entity.underTvangsavviklingEllerTvangsopplosning,
    in_reconstruction_since: shownDate(entity.underRekonstruksjonsforhandlingDato),
    in_foreign_insolvency_since: shownDate(entity.underUtenlandskInsolvensbehandlingDato),
    closed_on: shownDate(entity.nedleggelsesdato),
    deleted_on: shownDate(entity.slettedato),
  };
  return Object.fromEntries(
    Object.entries(shown).flatMap(([key, value]) => ((value ?? '') === '' ? [] : [[key, value as JsonValue]])),
  );
}
