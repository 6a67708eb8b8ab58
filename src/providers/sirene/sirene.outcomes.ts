import type { Instant } from '../../platform/clock.js';
import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { faultOfAnswer, ProviderFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import { jsonOf, messageOf, mismatch, unrecognised } from '../vendor/vendor-client.js';
import type { SireneNumber } from './sirene.check.js';
import { inseeCompany, inseeHeader, inseeSite, searchAnswer } from './sirene.messages.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting'>;

const UNCLEAR: Verdict = { outcome: 'pending', reason: 'register_status_unclear', awaiting: 'review' };
const UNKNOWN: Verdict = { outcome: 'failed', reason: 'company_not_found' };
const ACTIVE: Verdict = { outcome: 'verified', reason: 'register_active' };
const CEASED: Verdict = { outcome: 'failed', reason: 'company_dissolved' };

/** `etatAdministratif..`: `A` is active; `C` (a company) and `F` (a site) have ended. */
const BY_STATE = {
  siren: new Map([
    ['A', ACTIVE],
    ['C', CEASED],
  ]),
  siret: new Map([
    ['A', ACTIVE],
    ['F', CEASED],
  ]),
} as const satisfies Record<SireneNumber['kind'], ReadonlyMap<string, Verdict>>;

/** What refusals say, where the service itself gives them. Of a duplicate and of a unit that is not published it is unconfirmed. */
const BY_REFUSAL: ReadonlyMap<number, Verdict> = new Map<number, Verdict>([
  [301, UNCLEAR],
  [403, UNCLEAR],
  [404, UNKNOWN],
]);

/** INSEE counts by the minute; a second more lets its minute end. */
const THROTTLED_MS = 61_000;

/** What INSEE says. Throws `ProviderFault` where that is nothing about the number. */
export function observeInsee(answer: HttpAnswer, number: SireneNumber, now: Instant): Observation {
  const raw = jsonOf(answer.body);
  const header = inseeHeader.safeParse(raw);
  const refusal = BY_REFUSAL.get(answer.status);
  // A gateway's own refusals have no such header, and are about the key or the address.
  if (refusal && header.success && header.data.header.statut === answer.status)
    return { ...refusal, providerCode: String(answer.status), observedAt: now, answer: raw ?? null };
  accept(answer, now);
  const found = number.kind === 'siren' ? companyIn(raw) : siteIn(raw);
  if (found.digits !== number.digits) throw mismatch();
  const verdict = BY_STATE[number.kind].get(found.state);
  if (!verdict) throw unrecognised();
  const isGone = verdict === ACTIVE && found.company === 'C';
  return { ...observed(isGone ? CEASED : verdict, number, now), ...codes(found), answer: raw ?? null };
}

/** What the open search says. It publishes less than the register holds: not to be found is a no only where it found nothing at all. */
export function observeSearch(answer: HttpAnswer, number: SireneNumber, now: Instant): Observation {
  accept(answer, now);
  const { message, raw } = messageOf(jsonOf(answer.body), searchAnswer);
  const found = message.results.find(({ siren }) => siren === number.digits);
  if (!found) {
    const isEmpty = message.total_results === 0 && message.results.length === 0;
    return { ...(isEmpty ? UNKNOWN : UNCLEAR), observedAt: now, answer: raw };
  }
  const state = found.etat_administratif ?? '';
  const verdict = BY_STATE.siren.get(state);
  if (!verdict) throw unrecognised();
  return { ...observed(verdict, number, now), ...codes({ state }), answer: raw };
}

interface Found {
  readonly digits: string;
  readonly state: string;
  readonly diffusion?: string | null | undefined;
  readonly company?: string | null | undefined;
}

function companyIn(raw: JsonValue | undefined): Found {
  const { siren, periodesUniteLegale, statutDiffusionUniteLegale } = messageOf(raw, inseeCompany).message.uniteLegale;
  const state = current(periodesUniteLegale)?.etatAdministratifUniteLegale ?? '';
  return { digits: siren, state, diffusion: statutDiffusionUniteLegale };
}

function siteIn(raw: JsonValue | undefined): Found {
  const { siret, periodesEtablissement, statutDiffusionEtablissement, uniteLegale } = messageOf(raw, inseeSite).message
    .etablissement;
  const state = current(periodesEtablissement)?.etatAdministratifEtablissement ?? '';
  const gone = uniteLegale?.etatAdministratifUniteLegale;
  return { digits: siret, state, diffusion: statutDiffusionEtablissement, company: gone };
}

function current<Period extends { readonly dateFin?: string | null | undefined }>(
  periods: readonly Period[],
): Period | undefined {
  return periods.find(({ dateFin }) => dateFin === null || dateFin === undefined) ?? periods[0];
}

function observed(verdict: Verdict, { digits: reference }: SireneNumber, observedAt: Instant): Observation {
  return { ...verdict, reference, observedAt };
}

/** Letters alone: a company may be a person, and its name theirs. */
function codes({ state, diffusion, company }: Omit<Found, 'digits'>): { providerCode: string; payload: JsonObject } {
  const letters = { diffusion_status: diffusion, company_status: company };
  const shown = Object.entries(letters).filter(([, letter]) => letter && /^[A-Z]$/.test(letter));
  return { providerCode: state, payload: { administrative_status: state, ...Object.fromEntries(shown) } };
}

function accept(answer: HttpAnswer, now: Instant): void {
  const fault = faultOfAnswer(answer, now);
  if (fault?.reason === 'provider_throttled' && fault.retry.afterMs === undefined)
    throw new ProviderFault(fault.reason, { class: 'throttle', afterMs: THROTTLED_MS });
  if (fault) throw fault;
}
