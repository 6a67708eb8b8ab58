import { REASONS, type Reason } from '../reasons.js';
import type { JumioSettings } from './jumio.connection.js';
import type { JumioExecution } from './jumio.messages.js';

/** What the labels of each step say about the subject where the step is rejected. Of others nothing more is said than that. */
const USUAL: Readonly<Record<string, Readonly<Record<string, Reason>>>> = {
  usability: {
    NOT_UPLOADED: 'document_missing',
    MISSING_PAGE: 'document_missing',
    MISSING_SIGNATURE: 'document_unsupported',
    NOT_A_DOCUMENT: 'document_unsupported',
    PHOTOCOPY: 'document_unsupported',
    UNSUPPORTED_DOCUMENT_TYPE: 'document_unsupported',
    UNSUPPORTED_COUNTRY: 'region_not_supported',
    BAD_QUALITY: 'document_unreadable',
    BLACK_WHITE: 'document_unreadable',
    LIVENESS_UNDETERMINED: 'selfie_fraud',
  },
  imageChecks: {
    DIGITAL_COPY: 'document_fraud',
    GHOST_IMAGE_DIFFERENT: 'document_fraud',
    MANIPULATED_DOCUMENT: 'document_fraud',
    PUNCHED: 'document_fraud',
    SAMPLE: 'document_fraud',
    WATERMARK: 'document_fraud',
    DIFFERENT_PERSON: 'selfie_mismatch',
  },
  dataChecks: {
    MRZ_CHECKSUM: 'document_fraud',
    NFC_CERTIFICATE: 'document_fraud',
    MISMATCHING_DATAPOINTS: 'data_mismatch',
  },
  liveness: {
    DIGITAL_COPY: 'selfie_fraud',
    ID_USED_AS_SELFIE: 'selfie_fraud',
    LIVENESS_UNDETERMINED: 'selfie_fraud',
    MANIPULATED: 'selfie_fraud',
    PHOTOCOPY: 'selfie_fraud',
    AGE_DIFFERENCE: 'selfie_mismatch',
    MULTIPLE_PEOPLE: 'selfie_mismatch',
  },
  similarity: { NO_MATCH: 'selfie_mismatch' },
  authentication: { FAILED: 'selfie_mismatch' },
};

/** The gravest first; what is not here comes after it. */
const GRAVEST: readonly Reason[] = [
  'document_fraud',
  'selfie_fraud',
  'selfie_mismatch',
  'watchlist_hit',
  'data_mismatch',
  'region_not_supported',
  'document_unsupported',
  'document_missing',
  'document_unreadable',
];

/** Why an execution was rejected, and the label that says so; null where no label is known. */
export interface Rejection {
  readonly reason: Reason;
  readonly label: string | null;
}

/** The gravest of the labels of those steps whose decision is one of `types`; `provider_rejected` where none of them is known. */
export function rejectionOf(
  { capabilities, decision }: JumioExecution,
  types: readonly string[],
  { labels: told }: JumioSettings,
): Rejection {
  const steps = Object.entries(capabilities ?? {}).flatMap(([name, all]) => all.map((one) => ({ name, ...one })));
  const labels = steps
    .filter((step) => types.includes(step.decision?.type ?? ''))
    .map((step) => ({ step: step.name, label: step.decision?.details?.label ?? '' }));
  const whole = { step: 'decision', label: decision?.details?.label ?? '' };
  const known = [...labels, whole].flatMap(({ step, label }) => {
    const reason = valueOf(told, `${step}.${label}`) ?? valueOf(told, label) ?? valueOf(valueOf(USUAL, step), label);
    return reason === undefined ? [] : [{ reason, label }];
  });
  const [gravest] = known.toSorted((one, other) => rankOf(one.reason) - rankOf(other.reason));
  return gravest ?? { reason: 'provider_rejected', label: labels[0]?.label ?? null };
}

function rankOf(reason: Reason): number {
  const rank = GRAVEST.indexOf(reason);
  return rank === -1 ? REASONS.negative.length : rank;
}

function valueOf<Value>(table: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}
