import { ComplyCubeBench } from '../../../test/vendors/complycube/complycube.bench.js';
import type { CheckEntry } from '../../../test/vendors/complycube/complycube.records.js';
import type { ComplyCubeVendor } from '../../../test/vendors/complycube/complycube.vendor.js';
import { addMilliseconds, epochMilliseconds, instant, type Instant, instantOfEpoch } from '../../platform/clock.js';
import { reduce } from '../../verifications/lifecycle/reducer.js';
import { initialState, type State } from '../../verifications/lifecycle/state.js';
import type { Observation } from '../observation.js';
import type { Check } from '../provider-adapter.js';

const { open, adapter, callOf, started, clock } = new ComplyCubeBench();
let vendor: ComplyCubeVendor;

beforeAll(async () => {
  vendor = await open();
});
afterAll(() => vendor.close());

const at = (time: string): Instant => instant(`2026-01-31T${time}:00.000000Z`);
/** Half a minute from now, as ComplyCube tells the time. */
const soon = (): Instant => instantOfEpoch(epochMilliseconds(clock.now()) + 30_000);
const document = (change: Partial<CheckEntry> = {}): CheckEntry => ({
  ...{ type: 'document_check', updatedAt: at('08:01') },
  ...change,
});
const face = (change: Partial<CheckEntry> = {}): CheckEntry => ({
  ...{ type: 'identity_check', updatedAt: at('08:02') },
  ...change,
});
const lists = (change: Partial<CheckEntry> = {}): CheckEntry => ({
  ...{ type: 'extensive_screening_check', updatedAt: at('08:00') },
  ...change,
});

type Begun = Check & { readonly reference: string };

/** A check as it stands, with what was said of it last. */
interface Stand {
  readonly check: Begun;
  readonly state: State;
  readonly said: Observation | null;
}

async function begun(checkType: string): Promise<Stand> {
  const check = await started({ checkType });
  return { check, state: initialState('key:creator', addMilliseconds(clock.now(), 86_400_000)), said: null };
}

/** What becomes of the check once ComplyCube has these of it, and is asked a minute later. */
async function told({ check, state }: Stand, entries: readonly CheckEntry[]): Promise<Stand> {
  vendor.check(check.reference, entries);
  clock.advance(60_000);
  const { passedAt, round } = state;
  const passes = passedAt !== null && { passedBefore: true, passedAt };
  const holdsPass = state.verdict.status === 'verified';
  const observation = await adapter.fetch({ ...check, holdsPass, ...passes }, callOf());
  const about = { round, provider: adapter.provider, validityDays: 365, rereads: true };
  const reduction = reduce(state, { kind: 'observation', observation, ...about }, clock.now());
  if (reduction.kind === 'refused') throw new Error(`refused from ${reduction.from}`);
  return { check, state: reduction.state, said: observation };
}

async function passed(checkType: string, entries: readonly CheckEntry[]): Promise<Stand> {
  const stand = await told(await begun(checkType), entries);
  expect(stand.state.verdict.status).toBe('verified');
  return stand;
}

describe('a pass', () => {
  it('is of the time of the last of its checks', async () => {
    const { state } = await passed('document_selfie', [document(), face()]);
    expect(state.verdict.verifiedAt).toBe(at('08:02'));
  });

  const FAILED = { status: 'failed', reason: 'provider_rejected' };
  // Later than the pass, and earlier than any look.
  const moved = at('08:03');

  it.each<[string, readonly CheckEntry[]]>([
    ['with the time that the document had', [document({ outcome: 'rejected' }), face()]],
    ['with the time of the pass', [document(), face({ outcome: 'rejected' })]],
    ['without a time', [document({ outcome: 'rejected', updatedAt: null }), face()]],
    ['with a later time', [document({ outcome: 'rejected', updatedAt: moved }), face()]],
  ])('is taken back by a no %s, also after a look that found it standing', async (_name, entries) => {
    const stand = await passed('document_selfie', [document(), face()]);
    const again = await told(stand, [document(), face()]);
    for (const before of [stand, again]) {
      const { state, said } = await told(before, entries);
      expect(state.verdict).toMatchObject(FAILED);
      expect(said?.providerTime).toBeUndefined();
    }
  });

  it('is ended by a document that has run out with the time that it had', async () => {
    const stand = await passed('document_selfie', [document(), face()]);
    const entry = document({ outcome: 'rejected', rejectionReasons: ['document_has_expired'] });
    const { state } = await told(stand, [entry, face()]);
    expect(state.verdict).toMatchObject({ status: 'expired', reason: 'document_expired' });
  });

  it('is ended by a possible match with the time that the screening had, and begins anew once somebody clears it', async () => {
    const stand = await passed('document_selfie_screening', [document(), face(), lists()]);
    const ended = await told(stand, [document(), face(), lists({ outcome: 'attention' })]);
    expect(ended.state.verdict).toMatchObject({ status: 'expired', reason: 'screening_possible_match' });
    expect(ended.said?.providerTime).toBeUndefined();
    const cleared = soon();
    const { state } = await told(ended, [document(), face(), lists({ updatedAt: cleared })]);
    expect(state.verdict).toMatchObject({ status: 'verified', verifiedAt: cleared });
  });

  it('that was taken back begins anew with what is cleared later alone', async () => {
    const stand = await passed('document_selfie', [document(), face()]);
    const failed = await told(stand, [document({ outcome: 'rejected' }), face()]);
    const unmoved = await told(failed, [document(), face()]);
    expect(unmoved.state.verdict).toMatchObject(FAILED);
    const cleared = soon();
    const { state } = await told(unmoved, [document({ updatedAt: cleared }), face()]);
    expect(state.verdict).toMatchObject({ status: 'verified', verifiedAt: cleared });
  });

  it('keeps its time where its checks are read again', async () => {
    const stand = await passed('document_selfie', [document(), face()]);
    const { state } = await told(stand, [document(), face()]);
    expect(state.verdict).toEqual(stand.state.verdict);
  });

  it.each<[string, readonly CheckEntry[]]>([
    ['the face was the last of them', [document(), face(), lists()]],
    ['the lists were', [document(), face(), lists({ updatedAt: at('08:03') })]],
    ['none but the lists tells a time', [document({ updatedAt: null }), face({ updatedAt: null }), lists()]],
  ])('is not renewed by lists that are searched again and again, where %s', async (_name, entries) => {
    const stand = await passed('document_selfie_screening', entries);
    const searched = entries.with(2, lists({ updatedAt: soon() }));
    const monitored = await told(stand, searched);
    const rechecked = reduce(
      monitored.state,
      { kind: 'recheck', actorId: 'key:a', windowEndsAt: addMilliseconds(clock.now(), 86_400_000) },
      clock.now(),
    );
    if (rechecked.kind === 'refused') throw new Error(`refused from ${rechecked.from}`);
    const { state } = await told({ ...monitored, state: rechecked.state }, searched);
    expect([monitored.state.verdict, state.verdict]).toEqual([stand.state.verdict, stand.state.verdict]);
  });

  it('is renewed by a document and a face that are sent in again', async () => {
    const stand = await passed('document_selfie_screening', [document(), face(), lists()]);
    const renewed = soon();
    const { state } = await told(stand, [document(), face({ updatedAt: renewed }), lists()]);
    expect(state.verdict).toMatchObject({ status: 'verified', verifiedAt: renewed });
  });

  it.each<[string, string | null]>([
    ['none', null],
    ['none of the calendar', '2020-01-01T14:06:91.913Z'],
  ])('whose checks tell no time tells none, read again neither: %s', async (_name, updatedAt) => {
    const stand = await begun('document');
    const first = await told(stand, [document({ updatedAt })]);
    const again = await told(first, [document({ updatedAt })]);
    expect([first.said, again.said]).toMatchObject([{ outcome: 'verified' }, { outcome: 'verified' }]);
    expect([first.said?.providerTime, again.said?.providerTime]).toEqual([undefined, undefined]);
  });
});
