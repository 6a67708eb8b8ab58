import {
  type ExecutionEntry,
  type JumioVendor,
  startJumioVendor,
  USER_AGENT,
} from '../../../test/vendors/jumio/jumio.vendor.js';
import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import { FetchHttp } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import type { Reason } from '../reasons.js';
import { JumioAdapter } from './jumio.adapter.js';

const clock = new ScriptedClock('2026-01-31T08:00:00.000000Z');
const adapter = new JumioAdapter({ clock, http: new FetchHttp() });
let vendor: JumioVendor;

beforeAll(async () => {
  vendor = await startJumioVendor(clock);
});
afterAll(() => vendor.close());

const check: Check = {
  verificationId: '01939c5e-7a00-7000-8000-000000000001',
  verificationType: 'identity',
  checkType: 'document_selfie',
  input: {},
  reference: null,
};

function callOf(settings: JsonObject = {}): Call {
  const connection = {
    settings: { base_url: vendor.url, user_agent: USER_AGENT, ...settings },
    credentials: vendor.credentials,
  };
  return { connection, idempotencyKey: check.verificationId, signal: AbortSignal.timeout(5_000) };
}

/** Starts a journey, lets that become of it, and reads it. */
async function readingOf(entry: ExecutionEntry, settings: JsonObject = {}): Promise<Observation> {
  const { reference = '' } = await adapter.start(check, callOf());
  vendor.change(reference, entry);
  return adapter.fetch({ ...check, reference }, callOf(settings));
}

const CUSTOMER = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' } as const;
const WORKING = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' } as const;
const REVIEW = { outcome: 'pending', reason: 'manual_review', awaiting: 'review' } as const;
const VERIFIED = { outcome: 'verified', reason: 'identity_verified' } as const;
const REJECTED = { outcome: 'failed', reason: 'provider_rejected' } as const;
const OVER = { outcome: 'expired', reason: 'session_expired' } as const;
const CANCELLED = { outcome: 'expired', reason: 'cancelled' } as const;
const UNKNOWN = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } } as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch', retry: { class: 'outage' } } as const;

const decided = (decision: string, steps: ExecutionEntry['steps'] = {}): ExecutionEntry => ({
  status: 'PROCESSED',
  decision,
  steps,
  completedAt: '2026-01-31T08:05:00.687Z',
});
const another = '0f8d0d29-6c24-4a3a-9a57-3d49257d4803';

describe('an execution', () => {
  it.each<[string, ExecutionEntry, JsonObject, object]>([
    ['INITIATED', { status: 'INITIATED' }, {}, CUSTOMER],
    ['ACQUIRED', { status: 'ACQUIRED' }, {}, WORKING],
    ['SESSION_EXPIRED', { status: 'SESSION_EXPIRED' }, {}, OVER],
    ['TOKEN_EXPIRED', { status: 'TOKEN_EXPIRED' }, {}, OVER],
    ['PROCESSED, PASSED', decided('PASSED'), {}, VERIFIED],
    ['PROCESSED, REJECTED', decided('REJECTED'), {}, REJECTED],
    ['PROCESSED, WARNING', decided('WARNING'), {}, REVIEW],
    ['PROCESSED, WARNING, taken for a pass', decided('WARNING'), { warning: 'verified' }, VERIFIED],
    ['PROCESSED, WARNING, taken for a failure', decided('WARNING'), { warning: 'failed' }, REJECTED],
    ['PROCESSED, NOT_EXECUTED', decided('NOT_EXECUTED'), {}, CANCELLED],
    ['PROCESSED, NOT_EXECUTED, looked at', decided('NOT_EXECUTED'), { not_executed: 'review' }, REVIEW],
    ['PROCESSED, of an unknown decision', decided('ESCALATED'), {}, UNKNOWN],
    ['PROCESSED, of a decision in another case', decided('passed'), {}, UNKNOWN],
    ['PROCESSED, of a decision of JavaScript', decided('constructor'), {}, UNKNOWN],
    ['PROCESSED, without a decision', { status: 'PROCESSED' }, {}, UNKNOWN],
    ['PROCESSED, with a decision that is none', { status: 'PROCESSED', change: { decision: 'PASSED' } }, {}, UNKNOWN],
    ['of a decision before it is processed', { status: 'ACQUIRED', decision: 'PASSED' }, {}, WORKING],
    ['of an unknown status', { status: 'PAUSED', decision: 'PASSED' }, {}, UNKNOWN],
    ['of a status of JavaScript', { status: 'toString' }, {}, UNKNOWN],
    ['PASSED at no time', { ...decided('PASSED'), change: { completedAt: null, createdAt: null } }, {}, UNKNOWN],
    [
      'PASSED at times that are none',
      { ...decided('PASSED'), change: { completedAt: 'today', createdAt: 7 } },
      {},
      UNKNOWN,
    ],
    ['REJECTED at no time', { ...decided('REJECTED'), change: { completedAt: null, createdAt: null } }, {}, REJECTED],
    ['of no status', { change: { workflow: { id: another } } }, {}, UNKNOWN],
    ['of another account', { ...decided('PASSED'), change: { account: { id: another } } }, {}, MISMATCH],
  ])('%s', async (_name, entry, settings, expected) => {
    expect(await readingOf(entry, settings)).toMatchObject(expected);
  });

  it.each([
    ['with another id', { id: another }],
    ['with the reference of another', { customerInternalReference: another }],
  ])('%s is not ours', async (_name, other) => {
    const { reference = '' } = await adapter.start(check, callOf());
    const id = reference.split('/')[1] ?? '';
    vendor.change(reference, { ...decided('PASSED'), change: { workflow: { id, status: 'PROCESSED', ...other } } });
    expect(await adapter.fetch({ ...check, reference }, callOf())).toMatchObject(MISMATCH);
  });

  it('that does not repeat our reference is known by its ids', async () => {
    const { reference = '' } = await adapter.start(check, callOf());
    const workflow = { id: reference.split('/')[1] ?? '', status: 'PROCESSED' };
    vendor.change(reference, { ...decided('PASSED'), change: { workflow } });
    expect(await adapter.fetch({ ...check, reference }, callOf())).toMatchObject(VERIFIED);
  });

  it('that Jumio no longer has says nothing about anybody', async () => {
    const gone = await adapter.fetch({ ...check, reference: `${another}/${another}` }, callOf());
    expect(gone).toMatchObject(UNKNOWN);
  });
});

describe('a rejection', () => {
  it.each<[string, string, Reason]>([
    ['usability', 'NOT_UPLOADED', 'document_missing'],
    ['usability', 'MISSING_PAGE', 'document_missing'],
    ['usability', 'MISSING_SIGNATURE', 'document_unsupported'],
    ['usability', 'NOT_A_DOCUMENT', 'document_unsupported'],
    ['usability', 'PHOTOCOPY', 'document_unsupported'],
    ['usability', 'UNSUPPORTED_DOCUMENT_TYPE', 'document_unsupported'],
    ['usability', 'UNSUPPORTED_COUNTRY', 'region_not_supported'],
    ['usability', 'BAD_QUALITY', 'document_unreadable'],
    ['usability', 'BLACK_WHITE', 'document_unreadable'],
    ['usability', 'LIVENESS_UNDETERMINED', 'selfie_fraud'],
    ['usability', 'TECHNICAL_ERROR', 'provider_rejected'],
    ['imageChecks', 'DIGITAL_COPY', 'document_fraud'],
    ['imageChecks', 'GHOST_IMAGE_DIFFERENT', 'document_fraud'],
    ['imageChecks', 'MANIPULATED_DOCUMENT', 'document_fraud'],
    ['imageChecks', 'PUNCHED', 'document_fraud'],
    ['imageChecks', 'SAMPLE', 'document_fraud'],
    ['imageChecks', 'WATERMARK', 'document_fraud'],
    ['imageChecks', 'DIFFERENT_PERSON', 'selfie_mismatch'],
    ['imageChecks', 'OTHER_REJECTION', 'provider_rejected'],
    ['dataChecks', 'MRZ_CHECKSUM', 'document_fraud'],
    ['dataChecks', 'NFC_CERTIFICATE', 'document_fraud'],
    ['dataChecks', 'MISMATCHING_DATAPOINTS', 'data_mismatch'],
    ['liveness', 'DIGITAL_COPY', 'selfie_fraud'],
    ['liveness', 'ID_USED_AS_SELFIE', 'selfie_fraud'],
    ['liveness', 'LIVENESS_UNDETERMINED', 'selfie_fraud'],
    ['liveness', 'MANIPULATED', 'selfie_fraud'],
    ['liveness', 'PHOTOCOPY', 'selfie_fraud'],
    ['liveness', 'AGE_DIFFERENCE', 'selfie_mismatch'],
    ['liveness', 'MULTIPLE_PEOPLE', 'selfie_mismatch'],
    ['liveness', 'NO_FACE_PRESENT', 'provider_rejected'],
    ['liveness', 'FACE_NOT_FULLY_VISIBLE', 'provider_rejected'],
    ['liveness', 'BAD_QUALITY', 'provider_rejected'],
    ['similarity', 'NO_MATCH', 'selfie_mismatch'],
    ['similarity', 'NOT_POSSIBLE', 'provider_rejected'],
    ['authentication', 'FAILED', 'selfie_mismatch'],
    ['aura', 'MANIPULATED', 'provider_rejected'],
    ['liveness', 'constructor', 'provider_rejected'],
  ])('by %s: %s', async (step, label, reason) => {
    const seen = await readingOf(decided('REJECTED', { [step]: [`REJECTED ${label}`] }));
    expect(seen).toMatchObject({ outcome: 'failed', reason, providerCode: label });
  });

  it.each<[string, NonNullable<ExecutionEntry['steps']>, JsonObject, Reason]>([
    [
      'by the gravest of several',
      { usability: ['PASSED OK', 'REJECTED BAD_QUALITY'], imageChecks: ['REJECTED MANIPULATED_DOCUMENT'] },
      {},
      'document_fraud',
    ],
    [
      'not by a step that was never taken, nor by one that passed',
      {
        imageChecks: ['NOT_EXECUTED DIGITAL_COPY'],
        liveness: ['PASSED MANIPULATED'],
        similarity: ['WARNING NO_MATCH'],
      },
      {},
      'provider_rejected',
    ],
    [
      'by what the account says of a label',
      { watchlistScreening: ['REJECTED ALERT'] },
      { labels: { ALERT: 'watchlist_hit' } },
      'watchlist_hit',
    ],
    [
      'by what the account says of the label of a step before all',
      { usability: ['REJECTED PHOTOCOPY'] },
      { labels: { 'usability.PHOTOCOPY': 'document_fraud', PHOTOCOPY: 'document_unreadable' } },
      'document_fraud',
    ],
  ])('%s', async (_name, steps, settings, reason) => {
    expect((await readingOf(decided('REJECTED', steps), settings)).reason).toBe(reason);
  });

  it('that is a warning is by what warns', async () => {
    const seen = await readingOf(decided('WARNING', { similarity: ['WARNING NO_MATCH'] }), { warning: 'failed' });
    expect(seen).toMatchObject({ outcome: 'failed', reason: 'selfie_mismatch' });
  });
});

describe('an observation', () => {
  it('has the time of a decision, and of nothing else', async () => {
    const at = '2026-01-31T08:05:00.687000Z';
    const seen = await Promise.all([
      readingOf(decided('PASSED')),
      readingOf(decided('REJECTED')),
      readingOf(decided('WARNING')),
    ]);
    expect(seen.map(({ providerTime }) => providerTime)).toEqual([at, at, undefined]);
  });

  it('of a pass whose end is not told has the time of the beginning, so that it never begins anew', async () => {
    const undated = { change: { completedAt: null } };
    const passed = await readingOf({ ...decided('PASSED'), ...undated });
    expect(passed).toMatchObject({ ...VERIFIED, providerTime: '2026-01-31T08:00:00.000000Z' });
    expect((await readingOf({ ...decided('REJECTED'), ...undated })).providerTime).toBeUndefined();
  });

  it('shows decisions and the kind of the document alone, and keeps all but links as evidence', async () => {
    const steps = { usability: ['PASSED OK'], extraction: ['PASSED OK'], imageChecks: ['PASSED OK'] };
    const { payload, answer } = await readingOf(decided('PASSED', steps));
    expect(payload).toEqual({
      status: 'PROCESSED',
      decision: 'PASSED',
      risk_score: 40,
      workflow: '3',
      steps: [
        { step: 'usability', decision: 'PASSED', label: 'OK' },
        { step: 'extraction', decision: 'PASSED', label: 'OK' },
        { step: 'imageChecks', decision: 'PASSED', label: 'OK' },
      ],
    });
    const evidence = JSON.stringify(answer);
    for (const kept of ['Canary-Mustermann', 'CANARY01X00T47', '1964-08-12']) expect(evidence).toContain(kept);
    expect(evidence).not.toMatch(/https?:/);
  });
});
