import { z } from 'zod';
import type { Instant } from '../../../platform/clock.js';
import type { JsonObject } from '../../../platform/json.js';
import { provesForm } from '../identifier.js';
import { offlineCheck } from '../offline-check.js';
import type { Verdict } from '../offline-check.js';
import { endOfDay, expiryDate, isOver } from './mrz-dates.js';
import { mrzLines, readMrz } from './mrz-reading.js';
import type { MrzReading } from './mrz-reading.js';

const input = z.strictObject({
  mrz: z
    .string()
    .min(1)
    .max(200)
    .describe(
      'Machine-readable zone of a travel document (ICAO Doc 9303: TD1 3x30, TD2 2x36, TD3 2x44 characters), lines separated by ' +
        'newlines or run together. Spaces and lower case are tolerated. Kept encrypted as evidence, shown nowhere.',
    ),
});

/**
 * Check digits, dates and form of a machine-readable zone. A pass ends with the document: when its last day is over
 * everywhere on earth. Names, numbers and dates of birth never reach the payload.
 */
export const mrz = offlineCheck({
  verificationType: 'identity',
  checkType: 'mrz',
  proves:
    'That the zone was transcribed correctly and the document has not expired; not that it is genuine, nor whose it is.',
  input,
  example: {
    mrz: 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F4912310ZE184226B<<<<<16',
  },
  run({ mrz: text }, now) {
    const lines = mrzLines(text);
    if (lines === null) return failed('identifier_format_invalid', { format: null }, { lines: null });
    const reading = readMrz(lines);
    if (reading === null) return failed('document_unsupported', { format: null }, { lines });
    return judged(reading, now, { lines, ...reading });
  },
});

function judged(reading: MrzReading, now: Instant, answer: JsonObject): Verdict {
  const { format, wrongCheckDigits, malformed, unknown, issuingState, expiry } = reading;
  // Nothing of a zone that was misread is worth showing but where it went wrong.
  if (wrongCheckDigits.length > 0)
    return failed('identifier_checksum_invalid', { format, wrong_check_digits: [...wrongCheckDigits] }, answer);
  const neverExpires = expiry === '<<<<<<';
  const expiresOn = neverExpires ? null : expiryDate(expiry, now);
  const partial = !neverExpires && expiry.includes('<');
  if (malformed.length > 0 || (expiresOn === null && !neverExpires && !partial))
    return failed('identifier_format_invalid', { format }, answer);
  const payload = provesForm('mrz', { format, issuing_state: issuingState, expires_on: expiresOn });
  if (expiresOn !== null && isOver(expiresOn, now))
    return { outcome: 'failed', reason: 'document_expired', payload, answer };
  if (unknown.length > 0 || partial) return { outcome: 'pending', reason: 'provider_review_required', payload, answer };
  return {
    outcome: 'verified',
    reason: 'format_valid',
    ...(expiresOn !== null && { expiresAt: endOfDay(expiresOn) }),
    payload,
    answer,
  };
}

function failed(
  reason: 'identifier_format_invalid' | 'identifier_checksum_invalid' | 'document_unsupported',
  facts: JsonObject,
  answer: JsonObject,
): Verdict {
  return { outcome: 'failed', reason, payload: provesForm('mrz', facts), answer };
}
