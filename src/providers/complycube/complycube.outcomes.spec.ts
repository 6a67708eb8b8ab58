import { ScriptedClock } from '../../../test/support/scripted-clock.js';
import type { CheckEntry, SessionEntry } from '../../../test/vendors/complycube/complycube.records.js';
import { type ComplyCubeVendor, startComplyCubeVendor } from '../../../test/vendors/complycube/complycube.vendor.js';
import { FetchHttp } from '../../platform/http.js';
import type { Observation } from '../observation.js';
import type { Call, Check } from '../provider-adapter.js';
import { ComplyCubeAdapter } from './complycube.adapter.js';
import { momentOf } from './complycube.messages.js';

const clock = new ScriptedClock();
const adapter = new ComplyCubeAdapter({ clock, http: new FetchHttp() });
const template = '68566be2a37a78622f4f7be3';
let vendor: ComplyCubeVendor;
let checks = 0;

beforeAll(async () => {
  vendor = await startComplyCubeVendor({ key: 'live_key', clock });
});
afterAll(() => vendor.close());

function callOf(): Call {
  const settings = {
    ...{ base_url: vendor.url, workflow_template_id: template },
    ...{ success_url: 'https://shop.example/done', cancel_url: 'https://shop.example/back' },
  };
  const connection = { settings, credentials: { api_key: 'live_key' } };
  return { connection, idempotencyKey: 'key', signal: AbortSignal.timeout(5_000) };
}

async function started(checkType: string): Promise<Check & { readonly reference: string }> {
  checks += 1;
  const check = {
    verificationId: `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`,
    ...{ verificationType: 'identity', checkType, reference: null },
    input: { given_name: 'Canary-Erika', family_name: 'Mustermann', email_address: 'erika@example.com' },
  };
  const { reference = '' } = await adapter.start(check, callOf());
  return { ...check, reference };
}

async function checked(
  checkType: string,
  entries: readonly CheckEntry[],
  change: Partial<Check> = {},
): Promise<Observation> {
  const check = await started(checkType);
  vendor.check(check.reference, entries);
  return adapter.fetch({ ...check, ...change }, callOf());
}

async function run(sessions: readonly SessionEntry[]): Promise<Observation> {
  const check = await started('workflow');
  vendor.run(check.reference, sessions);
  return adapter.fetch(check, callOf());
}

const CUSTOMER = { outcome: 'pending', reason: 'awaiting_customer', awaiting: 'customer' } as const;
const PROCESSING = { outcome: 'pending', reason: 'provider_processing', awaiting: 'provider' } as const;
const AGAIN = { outcome: 'pending', reason: 'resubmission_requested', awaiting: 'customer' } as const;
const REVIEW = { outcome: 'pending', reason: 'manual_review', awaiting: 'review' } as const;
const HIT = { outcome: 'pending', reason: 'screening_possible_match', awaiting: 'review' } as const;
const VERIFIED = { outcome: 'verified', reason: 'identity_verified', providerCode: 'clear' } as const;
const REJECTED = { outcome: 'failed', reason: 'provider_rejected', providerCode: 'rejected' } as const;
const UNKNOWN = { outcome: 'pending', reason: 'provider_response_unrecognised', retry: { class: 'outage' } } as const;
const MISMATCH = { outcome: 'pending', reason: 'provider_response_mismatch' } as const;

const document = (change: Partial<CheckEntry> = {}): CheckEntry => ({ type: 'document_check', ...change });
const face = (change: Partial<CheckEntry> = {}): CheckEntry => ({ type: 'identity_check', ...change });
const lists = (change: Partial<CheckEntry> = {}): CheckEntry => ({ type: 'extensive_screening_check', ...change });
const LATER = { createdAt: '2026-02-01T08:00:00.000Z', updatedAt: '2026-02-01T08:01:00.000Z' };

describe('a check of a document', () => {
  it.each<[string, CheckEntry, Partial<Observation>]>([
    ['that is pending', document({ status: 'pending' }), { ...PROCESSING, providerCode: 'pending' }],
    ['that broke', document({ status: 'failed' }), { ...AGAIN, providerCode: 'failed' }],
    ['that is clear', document(), VERIFIED],
    ['that needs attention', document({ outcome: 'attention' }), { ...REVIEW, providerCode: 'attention' }],
    ['that is rejected', document({ outcome: 'rejected' }), REJECTED],
    ['that was not processed', document({ outcome: 'not_processed' }), { ...AGAIN, providerCode: 'not_processed' }],
    ['of an unknown outcome', document({ outcome: 'approved' }), { ...UNKNOWN, providerCode: 'approved' }],
    ['of the outcome of a screening', document({ outcome: 'match_confirmed' }), UNKNOWN],
    ['that is complete without an outcome', document({ outcome: null }), { ...UNKNOWN, providerCode: 'complete' }],
    ['of an unknown status', document({ status: 'paused' }), UNKNOWN],
    ['that is Clear', document({ outcome: 'Clear' }), UNKNOWN],
    ['that is clear before it is complete', document({ status: 'pending', outcome: 'clear' }), PROCESSING],
    ['of another client', document({ clientId: '5eb1276d96be4a0008713af5' }), MISMATCH],
    ['that was not asked for', { type: 'age_estimation_check', outcome: 'rejected' }, CUSTOMER],
  ])('%s', async (_name, entry, expected) => {
    expect(await checked('document', [entry])).toMatchObject(expected);
  });

  it.each<[string, Observation['reason']]>([
    ['document_appears_fake', 'document_fraud'],
    ['document_is_specimen', 'document_fraud'],
    ['document_is_blacklisted', 'fraud_suspected'],
    ['document_age_below_threshold', 'age_below_minimum'],
    ['document_has_expired', 'document_expired'],
    ['document_misread', 'document_unreadable'],
  ])('that somebody rejected for %s says so', async (word, reason) => {
    const entry = document({ outcome: 'rejected', rejectionReasons: ['Words about Erika', word] });
    expect(await checked('document', [entry])).toMatchObject({ outcome: 'failed', reason, providerCode: word });
  });

  it('that somebody rejected for several reasons is told the gravest of', async () => {
    const rejectionReasons = ['document_misread', 'document_appears_fake'];
    const entry = document({ outcome: 'rejected', rejectionReasons });
    expect(await checked('document', [entry])).toMatchObject({ reason: 'document_fraud' });
    const words = document({ outcome: 'rejected', rejectionReasons: ['Words about Erika'] });
    expect(await checked('document', [words])).toMatchObject(REJECTED);
  });

  it('that has run out since it passed ends the pass', async () => {
    const entry = document({ outcome: 'rejected', rejectionReasons: ['document_has_expired'] });
    expect(await checked('document', [entry], { passedBefore: true })).toMatchObject({
      ...{ outcome: 'expired', reason: 'document_expired' },
    });
  });
});

describe('several checks', () => {
  it.each<[string, readonly CheckEntry[], Partial<Observation>]>([
    ['none yet', [], CUSTOMER],
    ['all clear', [document(), face(), lists()], VERIFIED],
    ['one missing', [document(), face()], PROCESSING],
    ['one missing, one rejected', [document(), face({ outcome: 'rejected' })], REJECTED],
    ['one at work', [document(), face({ status: 'pending' }), lists()], PROCESSING],
    ['one to be repeated, one at work', [document({ status: 'failed' }), face({ status: 'pending' }), lists()], AGAIN],
    ['one for review, one to be repeated', [document({ outcome: 'attention' }), face({ status: 'failed' })], REVIEW],
    ['one unknown, one for review', [document({ outcome: 'odd' }), face({ outcome: 'attention' }), lists()], UNKNOWN],
    ['one unknown, one rejected', [document({ outcome: 'odd' }), face({ outcome: 'rejected' }), lists()], REJECTED],
    ['somebody of that name', [document(), face(), lists({ outcome: 'attention' })], HIT],
    [
      'the very one',
      [document(), face(), lists({ outcome: 'match_confirmed' })],
      { outcome: 'failed', reason: 'watchlist_hit', providerCode: 'match_confirmed' },
    ],
    ['a screening that is rejected', [document(), face(), lists({ outcome: 'rejected' })], UNKNOWN],
    [
      'a screening that was not processed',
      [document(), face(), lists({ outcome: 'not_processed' })],
      { ...UNKNOWN, providerCode: 'not_processed' },
    ],
    [
      'unread at first, clear later',
      [document({ outcome: 'not_processed' }), document(LATER), face(), lists()],
      VERIFIED,
    ],
    [
      'clear at first, unread later',
      [document(), document({ ...LATER, outcome: 'not_processed' }), face(), lists()],
      AGAIN,
    ],
    ['rejected at first, clear later', [document({ outcome: 'rejected' }), document(LATER), face(), lists()], REJECTED],
    [
      'for review at first, clear later',
      [document({ outcome: 'attention' }), document(LATER), face(), lists()],
      REVIEW,
    ],
    ['unknown at first, clear later', [document({ outcome: 'odd' }), document(LATER), face(), lists()], UNKNOWN],
    [
      'of an unknown status at first, clear later',
      [document({ status: 'paused' }), document(LATER), face(), lists()],
      UNKNOWN,
    ],
    [
      'still at work at first, clear later',
      [document({ status: 'pending' }), document(LATER), face(), lists()],
      PROCESSING,
    ],
    [
      'unread and clear, nobody knows in which order',
      [document({ outcome: 'not_processed', createdAt: null }), document(), face(), lists()],
      AGAIN,
    ],
  ])('%s', async (_name, entries, expected) => {
    expect(await checked('document_selfie_screening', entries)).toMatchObject(expected);
  });

  it('of which a screening finds somebody after the pass take it back', async () => {
    const entries = [document(), face(), lists({ outcome: 'attention' })];
    const change = { passedBefore: true, holdsPass: true };
    expect(await checked('document_selfie_screening', entries, change)).toMatchObject({
      ...{ outcome: 'expired', reason: 'screening_possible_match' },
    });
  });

  it('decide when the last of them does, and a pass that is taken back is the later word', async () => {
    const check = await started('document_selfie');
    vendor.check(check.reference, [document(), face({ updatedAt: '2026-01-31T10:00:00+01:00' })]);
    const passed = await adapter.fetch(check, callOf());
    expect(passed).toMatchObject({ ...VERIFIED, providerTime: '2026-01-31T09:00:00.000000Z' });
    vendor.check(check.reference, [document({ outcome: 'rejected', updatedAt: LATER.updatedAt }), face()]);
    const failed = await adapter.fetch({ ...check, passedBefore: true }, callOf());
    expect(failed).toMatchObject({ ...REJECTED, providerTime: '2026-02-01T08:01:00.000000Z' });
  });

  it('show types, statuses and outcomes alone; the rest is evidence without links', async () => {
    const { payload, answer } = await checked('document', [document({ outcome: 'Erika is fine' }), lists()]);
    expect(payload).toEqual({ checks: [{ type: 'document_check', status: 'complete' }] });
    expect(JSON.stringify(answer)).toContain('CANARY01X00T47');
    expect(JSON.stringify(answer)).not.toMatch(/https?:|canary-token/);
  });

  it('that were left out of the answer are none that nobody made', async () => {
    const many = Array.from({ length: 101 }, () => document());
    expect(await checked('document', many)).toMatchObject(UNKNOWN);
  });
});

describe('a workflow', () => {
  const other = '688f1e2837d2a9000202ad01';
  it.each<[string, readonly SessionEntry[], Partial<Observation>]>([
    ['that nobody has begun', [], CUSTOMER],
    ['that is started', [{ status: 'started' }], { ...CUSTOMER, providerCode: 'started' }],
    ['that is processing', [{ status: 'processing' }], PROCESSING],
    ['that is clear', [{ status: 'complete', outcome: 'clear' }], VERIFIED],
    ['that needs attention', [{ status: 'complete', outcome: 'attention' }], REVIEW],
    ['that is rejected', [{ status: 'complete', outcome: 'rejected' }], REJECTED],
    ['that was not processed', [{ status: 'complete', outcome: 'not_processed' }], AGAIN],
    ['of an unknown outcome', [{ status: 'complete', outcome: 'fine' }], UNKNOWN],
    ['without an outcome', [{ status: 'complete' }], UNKNOWN],
    ['of an unknown status', [{ status: 'archived', outcome: 'clear' }], UNKNOWN],
    ['that is abandoned', [{ status: 'abandoned' }], { outcome: 'expired', reason: 'abandoned' }],
    ['that is cancelled', [{ status: 'cancelled' }], { outcome: 'expired', reason: 'cancelled' }],
    ['that was begun again', [{ status: 'abandoned' }, { status: 'started', ...LATER }], CUSTOMER],
    [
      'that was gone through twice',
      [{ status: 'processing' }, { status: 'complete', outcome: 'clear', ...LATER }],
      PROCESSING,
    ],
    [
      'that was gone through twice, once with an unknown outcome',
      [
        { status: 'complete', outcome: 'fine' },
        { status: 'complete', outcome: 'clear', ...LATER },
      ],
      UNKNOWN,
    ],
    ['of another template', [{ status: 'complete', outcome: 'clear', workflowTemplateId: other }], CUSTOMER],
    ['of another client', [{ status: 'complete', outcome: 'clear', clientId: other }], MISMATCH],
  ])('%s', async (_name, sessions, expected) => {
    expect(await run(sessions)).toMatchObject(expected);
  });

  it('shows template, version, status and outcome', async () => {
    const { payload } = await run([{ status: 'complete', outcome: 'clear' }]);
    const session = { workflow_template: template, workflow_version: 2, status: 'complete', outcome: 'clear' };
    expect(payload).toEqual({ sessions: [session] });
  });
});

describe('a time', () => {
  it.each([
    ['2026-01-31T08:00:00.123Z', '2026-01-31T08:00:00.123000Z'],
    ['2026-01-31T10:00:00+02:00', '2026-01-31T08:00:00.000000Z'],
    ['2020-01-01T14:06:91.913Z', null],
    ['yesterday', null],
    [null, null],
  ])('%j is %j', (written, expected) => {
    expect(momentOf(written)).toBe(expected);
  });
});
