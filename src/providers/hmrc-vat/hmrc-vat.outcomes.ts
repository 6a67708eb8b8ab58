import type { Instant } from '../../platform/clock.js';
import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import { faultOfAnswer, observationOfFault, ProviderFault } from '../fault-observation.js';
import type { Observation } from '../observation.js';
import { jsonOf, messageOf, mismatch, shownDate } from '../vendor/vendor-client.js';
import { nationalOf } from './hmrc-vat.check.js';
import type { HmrcVatSettings } from './hmrc-vat.connection.js';
import { errorOf, type HmrcVatAnswer, hmrcVatAnswer, refusesRequester } from './hmrc-vat.messages.js';

/** A question that was put to the service. */
export interface HmrcVatQuestion {
  readonly asked: string;
  /** With whose number it was asked; null: without. */
  readonly by: string | null;
  readonly settings: HmrcVatSettings;
}

/** What an answer says about the check, as of `now`. Throws `ProviderFault` where it says nothing, or something of another number. */
export function observeHmrcVatAnswer(answer: HttpAnswer, about: HmrcVatQuestion, now: Instant): Observation {
  const no = answer.status >= 400 ? refusalOf(answer) : null;
  if (no) return { ...no, observedAt: now, payload: payloadOf({}, about), answer: jsonOf(answer.body) ?? null };
  const fault = faultIn(answer, now);
  if (fault) return { ...observationOfFault(fault, now), ...said(errorOf(answer).code) };
  const { message, raw } = messageOf(jsonOf(answer.body), hmrcVatAnswer);
  if (!isAbout(message, about)) throw mismatch();
  return {
    outcome: 'verified',
    reason: 'vat_registered',
    ...(message.consultationNumber && { reference: message.consultationNumber }),
    observedAt: now,
    payload: payloadOf(message, about),
    answer: raw,
  };
}

/** A no about the number. The same statuses come where an address or a version is gone, so the code decides. */
function refusalOf(answer: HttpAnswer): Pick<Observation, 'outcome' | 'reason' | 'providerCode'> | null {
  const { code, message } = errorOf(answer);
  if (refusesRequester(answer)) return null;
  if (answer.status === 404 && code === 'NOT_FOUND')
    return { outcome: 'failed', reason: 'vat_not_registered', providerCode: code };
  if (answer.status === 400 && code === 'INVALID_REQUEST' && /targetVrn/i.test(message))
    return { outcome: 'failed', reason: 'identifier_format_invalid', providerCode: code };
  return null;
}

function faultIn(answer: HttpAnswer, now: Instant): ProviderFault | null {
  if (refusesRequester(answer)) return new ProviderFault('requester_rejected', { class: 'operator' });
  return faultOfAnswer(answer, now);
}

/** The vendor's code as it may be shown: what has another form than codes have may be anything. */
function said(code: string): Pick<Observation, 'providerCode'> {
  return /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? { providerCode: code } : {};
}

function isAbout({ target, requester }: HmrcVatAnswer, { asked, by }: HmrcVatQuestion): boolean {
  // A consultation number for somebody else would prove nothing.
  const isOurs = by === null || !requester || nationalOf(requester) === by;
  return nationalOf(target.vatNumber) === asked && isOurs;
}

/** Neither name nor address: they may be a sole trader's. */
function payloadOf(message: Partial<HmrcVatAnswer>, { by, settings }: HmrcVatQuestion): JsonObject {
  const wanted = settings.requester_vat !== null;
  const answered = shownDate(message.processingDate);
  return {
    country: 'GB',
    ...(answered !== null && { answered_at: answered }),
    requester: by === null ? (wanted ? 'rejected' : 'none') : 'accepted',
    consultation_number: message.consultationNumber ? 'issued' : 'missing',
    ...(settings.environment === 'sandbox' && { environment: 'sandbox' }),
  };
}
