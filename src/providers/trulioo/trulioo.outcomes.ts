import { type Instant, instantOfEpoch } from '../../platform/clock.js';
import type { JsonObject } from '../../platform/json.js';
import { withoutLinks } from '../vendor/linkless-answer.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';
import { heedingPass } from '../screening.js';
import { mismatch, shownCode, unrecognised, type VendorMessage } from '../vendor/vendor-client.js';
import type { TruliooSettings } from './trulioo.connection.js';
import { codesOf, troubleOf } from './trulioo.errors.js';
import type { TruliooAnswer } from './trulioo.messages.js';

type Verdict = Pick<Observation, 'outcome' | 'reason' | 'awaiting' | 'retry'>;

const VERIFIED: Verdict = { outcome: 'verified', reason: 'identity_verified' };
const DIFFERENT: Verdict = { outcome: 'failed', reason: 'data_mismatch' };
const REVIEW: Verdict = { outcome: 'pending', reason: 'manual_review', awaiting: 'review' };
/** Not all was asked: whether that matters is for a person to say. */
const UNASKED: Verdict = { outcome: 'pending', reason: 'provider_review_required', awaiting: 'review' };
const LISTED: Verdict = { outcome: 'pending', reason: 'screening_possible_match', awaiting: 'review' };
/** The sources were away, which is true of this country's alone. Each further question is billed. */
const AWAY: Verdict = {
  outcome: 'pending',
  reason: 'provider_unavailable',
  retry: { class: 'outage', afterMs: 3_600_000, of: 'check' },
};

/** By which settings an answer is judged, as of when. */
export interface Judging {
  readonly settings: TruliooSettings;
  readonly now: Instant;
}

/**
 * What an answer says. Throws `ProviderFault` with `provider_response_mismatch` where it is about another check, record or country; a status that is
 * not in the table leaves the check pending.
 */
export function observe(
  check: Check,
  { message, raw }: VendorMessage<TruliooAnswer>,
  { settings, now }: Judging,
): Observation {
  expectOurs(check, message);
  const verdict = verdictOf(check, message, settings);
  const { reason, retry } = unrecognised();
  const code = shownCode(message.Record.RecordStatus);
  const { UploadedDt: at } = message;
  const isDecided = verdict !== null && verdict.outcome !== 'pending';
  return {
    ...(verdict ?? { outcome: 'pending', reason, retry }),
    reference: message.Record.TransactionRecordID,
    observedAt: now,
    ...(code !== null && { providerCode: code }),
    ...(isDecided && typeof at === 'number' && { providerTime: instantOfEpoch(at) }),
    ...(verdict && { payload: payloadOf(message) }),
    answer: withoutLinks(raw),
  };
}

/** Whether the sources have to be asked anew for a decision: the record of it stays as it is. */
export function cameToNothing({ reason, retry }: Observation): boolean {
  return reason === AWAY.reason && retry?.of === 'check';
}

function expectOurs({ verificationId, reference, input }: Check, answer: TruliooAnswer): void {
  const { CustomerReferenceID: ours, CountryCode: country, Record: record } = answer;
  if (reference !== null && reference !== record.TransactionRecordID) throw mismatch();
  // Reported of the answers, but not of all: what they don't say they don't contradict.
  if ((ours ?? verificationId) !== verificationId) throw mismatch();
  const asked = input['country'] ?? country;
  if (country !== null && country !== undefined && country !== asked) throw mismatch();
}

function verdictOf(check: Check, answer: TruliooAnswer, settings: TruliooSettings): Verdict | null {
  const verdict = verdictOfStatus(answer, settings);
  // An old pass that does not say how old it is must not begin anew.
  const isOld = check.reference !== null && check.passedBefore === true;
  if (verdict?.outcome === 'verified' && isOld && typeof answer.UploadedDt !== 'number') return null;
  const isLasting = verdict === null || verdict.outcome === 'failed';
  return !isLasting && isListed(answer) ? heedingPass(LISTED, check) : verdict;
}

function verdictOfStatus(answer: TruliooAnswer, settings: TruliooSettings): Verdict | null {
  const trouble = troubleOf(answer, settings);
  const away = settings.source_errors === 'review' ? UNASKED : AWAY;
  const unless = (clean: Verdict): Verdict => (trouble === null ? clean : trouble === 'outage' ? away : UNASKED);
  switch (answer.Record.RecordStatus.toLowerCase()) {
    case 'match':
      return trouble === null || settings.errors_beside_match === 'verified' ? VERIFIED : UNASKED;
    case 'nomatch':
      return unless(DIFFERENT);
    case 'partial':
      return settings.partial === 'review' ? REVIEW : unless(DIFFERENT);
    case 'error':
      return unless(away);
    default:
      return null;
  }
}

/** Whether a source that screens, where the account has one, says anything but that it found nobody. */
function isListed({ Record: record }: TruliooAnswer): boolean {
  const appended = (record.DatasourceResults ?? []).flatMap((source) => source.AppendedFields ?? []);
  return appended.some(({ FieldName: name, Data: data }) => {
    const isNobody = typeof data === 'string' && /^(no[ _-]?hits?|no[ _-]?match(es)?|none|clear)$/i.test(data.trim());
    return /watch_?list_?state/i.test(name ?? '') && !isNobody;
  });
}

const MOST_SHOWN = 40;

/** Which fields agreed, and the codes of errors: no name of a source, nothing that was stated or found. */
function payloadOf(answer: TruliooAnswer): JsonObject {
  const { RecordStatus: status, DatasourceResults: sources } = answer.Record;
  const fields = (sources ?? []).flatMap((source) => source.DatasourceFields ?? []);
  const shown = fields.map(({ FieldName: name, Status: said }) => [shownCode(name), shownCode(said)] as const);
  const unique = new Map(shown.map(([field, said]) => [`${String(field)} ${String(said)}`, { field, status: said }]));
  return {
    record_status: shownCode(status),
    source_count: sources?.length ?? 0,
    fields: [...unique.values()].filter(({ field }) => field !== null).slice(0, MOST_SHOWN),
    error_codes: codesOf(answer)
      .filter((code) => /^\d{1,6}$/.test(code))
      .slice(0, MOST_SHOWN),
  };
}
