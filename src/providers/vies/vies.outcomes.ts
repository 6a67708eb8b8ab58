import type { Instant } from '../../platform/clock.js';
import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import { compact } from '../identifier-text.js';
import type { Observation } from '../observation.js';
import { jsonOf, messageOf, mismatch, shownDate } from '../vendor/vendor-client.js';
import type { ViesInput } from './vies.check.js';
import type { ViesSettings } from './vies.connection.js';
import { faultWithoutCode, verdictOfCodes } from './vies.faults.js';
import { errorCodesOf, TRADER_MEMBERS, type ViesAnswer, viesAnswer } from './vies.messages.js';
import { memberStateOf, type VatNumber } from './vies.number.js';

/** A question that was put to the service. */
export interface ViesQuestion {
  readonly asked: VatNumber;
  readonly input: ViesInput;
  readonly settings: ViesSettings;
  /** `rejected`: it was asked again without the organization's number. */
  readonly requester: 'none' | 'accepted' | 'rejected';
  /** The request's body. */
  readonly question: JsonObject;
}

/** What an answer says about the check, as of `now`. Throws `ProviderFault` where it says nothing, or something of another number. */
export function observeViesAnswer(answer: HttpAnswer, about: ViesQuestion, now: Instant): Observation {
  const raw = jsonOf(answer.body);
  const codes = errorCodesOf(raw);
  if (codes.length > 0) {
    const verdict = verdictOfCodes(codes, answer, now);
    // A throttle or an outage is known by its code, and comes by the thousand.
    const tells = verdict.outcome === 'failed' || verdict.reason === 'provider_response_unrecognised';
    return { ...verdict, observedAt: now, ...(tells && evidenceOf(about, raw ?? null)) };
  }
  const fault = faultWithoutCode(answer, now);
  if (fault) throw fault;
  const { message } = messageOf(raw, viesAnswer);
  if (!isAbout(message, about.asked)) throw mismatch();
  return {
    ...verdictOf(message, about),
    providerCode: message.valid ? 'VALID' : 'INVALID',
    ...(message.requestIdentifier !== null && { reference: message.requestIdentifier }),
    observedAt: now,
    payload: payloadOf(message, about),
    ...evidenceOf(about, raw ?? null),
  };
}

/** The proof of having asked is both: who asked about what, and the answer. */
function evidenceOf({ question }: ViesQuestion, raw: JsonValue): Pick<Observation, 'answer'> {
  return { answer: { question, answer: raw } };
}

function isAbout({ countryCode, vatNumber }: ViesAnswer, { memberState, national }: VatNumber): boolean {
  return memberStateOf('', countryCode.toUpperCase()) === memberState && compact(vatNumber) === national;
}

function verdictOf(
  { valid, ...message }: ViesAnswer,
  { settings }: ViesQuestion,
): Pick<Observation, 'outcome' | 'reason' | 'awaiting'> {
  if (!valid) return { outcome: 'failed', reason: 'vat_not_registered' };
  const differs = Object.values(TRADER_MEMBERS).some((member) => message[`${member}Match`] === 'INVALID');
  if (differs && settings.mismatch === 'review')
    return { outcome: 'pending', reason: 'name_mismatch', awaiting: 'review' };
  return { outcome: 'verified', reason: 'vat_registered' };
}

/** Neither name nor address: they may be a sole trader's. */
function payloadOf(message: ViesAnswer, { asked, input, settings, requester }: ViesQuestion): JsonObject {
  const compared = Object.entries(TRADER_MEMBERS).flatMap(([name, member]) =>
    input[name as keyof typeof TRADER_MEMBERS] === undefined
      ? []
      : [[name, (message[`${member}Match`] ?? 'NOT_PROCESSED').toLowerCase()] as const],
  );
  const answered = shownDate(message.requestDate);
  return {
    // As ISO 3166-1 has it, and XI.
    country: asked.memberState === 'EL' ? 'GR' : asked.memberState,
    ...(answered !== null && { answered_at: answered }),
    requester,
    consultation_number: message.requestIdentifier === null ? 'missing' : 'issued',
    owner: message.name === null && message.address === null ? 'withheld' : 'disclosed',
    ...(compared.length > 0 && { match: Object.fromEntries(compared) }),
    ...(settings.environment === 'sandbox' && { environment: 'sandbox' }),
  };
}
