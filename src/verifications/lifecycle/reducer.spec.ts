import { addMilliseconds, instant, type Instant } from '../../platform/clock.js';
import type { Observation } from '../../providers/observation.js';
import type { Status } from './lifecycle.js';
import type { Happening } from './happening.js';
import { endOfPass, reduce } from './reducer.js';
import { initialState, type State } from './state.js';

const DAY_MS = 86_400_000;
const day = (days: number): Instant => addMilliseconds(instant('2026-11-22T09:30:00.000001Z'), days * DAY_MS);

const told = (observation: Partial<Observation>, round = 1): Happening => ({
  ...{ kind: 'observation', round, provider: 'acme', validityDays: 365 },
  observation: { outcome: 'pending', reason: null, observedAt: day(0), ...observation },
});
const verified = (observation: Partial<Observation> = {}, round = 1): Happening =>
  told({ outcome: 'verified', reason: 'identity_verified', ...observation }, round);
const failed = (observation: Partial<Observation> = {}, round = 1): Happening =>
  told({ outcome: 'failed', reason: 'document_fraud', ...observation }, round);
const decide = (status: Status, expiresAt: Instant | null = null): Happening => ({
  kind: 'override',
  verdict: { status, reason: 'seen', actorId: 'key:admin', verifiedAt: day(0), expiresAt },
});
const recheck: Happening = { kind: 'recheck', actorId: 'key:rechecker', windowEndsAt: day(20) };
const clock: Happening = { kind: 'clock' };

type Step = readonly [days: number, happening: Happening];

function after(...steps: readonly Step[]): State {
  return steps.reduce(
    (state, [days, happening]) => {
      const reduction = reduce(state, happening, day(days));
      if (reduction.kind === 'refused') throw new Error(`refused from ${reduction.from}`);
      return reduction.state;
    },
    initialState('key:creator', day(3)),
  );
}

describe('a verification', () => {
  it.each<[string, readonly Step[], object]>([
    ['waits while nobody has said anything', [[2, clock]], { status: 'pending', reason: null, actorId: 'key:creator' }],
    ['says why it waits', [[0, told({ reason: 'provider_busy' })]], { status: 'pending', reason: 'provider_busy' }],
    [
      'expires when the waiting is over',
      [[3, clock]],
      { status: 'expired', reason: 'pending_window_elapsed', actorId: 'system:expiry', verifiedAt: null },
    ],
    [
      'waits for a review as long as it takes',
      [
        [2, told({ awaiting: 'review', reason: 'manual_review' })],
        [300, clock],
      ],
      { status: 'pending', reason: 'manual_review' },
    ],
    [
      'waits for a review on, whatever an outage says meanwhile',
      [
        [1, told({ awaiting: 'review', reason: 'manual_review' })],
        [2, told({ reason: 'provider_unavailable', observedAt: day(2), retry: { class: 'outage' } })],
        [300, clock],
      ],
      { status: 'pending', reason: 'provider_unavailable' },
    ],
    [
      'waits for a review that was heard of only after a later outage',
      [
        [2, told({ reason: 'provider_unavailable', observedAt: day(2), retry: { class: 'outage' } })],
        [2, told({ awaiting: 'review', reason: 'manual_review', observedAt: day(1) })],
        [300, clock],
      ],
      { status: 'pending', reason: 'provider_unavailable' },
    ],
    [
      'is not taken up again by a review that is heard of after the waiting, sweep or no sweep',
      [[4, told({ awaiting: 'review', reason: 'manual_review' })]],
      { status: 'expired', reason: 'pending_window_elapsed' },
    ],
    [
      'takes a first decision that comes after the waiting',
      [
        [3, clock],
        [9, verified()],
      ],
      { status: 'verified', actorId: 'provider:acme' },
    ],
    [
      "keeps the provider's decision time, and counts the pass from there",
      [[9, verified({ providerTime: day(-5), observedAt: day(9) })]],
      { status: 'verified', verifiedAt: day(-5), expiresAt: day(360) },
    ],
    [
      'does not let a vendor decide in the future',
      [[0, verified({ providerTime: day(9000), observedAt: day(0) })]],
      { status: 'verified', verifiedAt: day(0), expiresAt: day(365) },
    ],
    [
      'listens to what a vendor says after a word from the future',
      [
        [0, verified({ providerTime: day(9000), observedAt: day(0) })],
        [1, failed({ providerTime: day(1), observedAt: day(1) })],
      ],
      { status: 'failed', reason: 'document_fraud' },
    ],
    [
      'whose pass was over before it was heard of is expired, and says since when',
      [[9, verified({ observedAt: day(0), expiresAt: day(5) })]],
      { status: 'expired', reason: 'pass_outlived', verifiedAt: day(0), expiresAt: day(5), actorId: 'system:expiry' },
    ],
    [
      'once decided is not put off by pending',
      [
        [0, verified()],
        [1, told({ observedAt: day(1), reason: 'provider_busy' })],
      ],
      { status: 'verified', reason: 'identity_verified' },
    ],
    [
      'does not go back to an approval that is repeated late',
      [
        [0, verified({ providerTime: day(-2) })],
        [1, failed({ providerTime: day(-1) })],
        [2, verified({ providerTime: day(-2) })],
      ],
      { status: 'failed' },
    ],
    [
      'stands as an administrator decided, whatever the provider says',
      [
        [0, decide('failed')],
        [1, verified({ observedAt: day(1) })],
      ],
      { status: 'failed', reason: 'seen', actorId: 'key:admin' },
    ],
    [
      'runs out at the end that an administrator set',
      [
        [0, decide('verified', day(1))],
        [1, clock],
      ],
      { status: 'expired', reason: 'pass_outlived', expiresAt: day(1) },
    ],
    [
      'listens to the provider again after a recheck',
      [
        [0, decide('failed')],
        [1, recheck],
        [2, verified({ observedAt: day(2) }, 2)],
      ],
      { status: 'verified', actorId: 'provider:acme' },
    ],
    [
      'is pending during a recheck, by whoever asked for it',
      [
        [0, failed()],
        [1, recheck],
      ],
      { status: 'pending', reason: null, actorId: 'key:rechecker' },
    ],
    [
      'is again as it was when nobody answers a recheck',
      [
        [0, failed()],
        [1, recheck],
        [2, told({ reason: 'provider_busy' }, 2)],
        [20, clock],
      ],
      { status: 'failed', reason: 'document_fraud', actorId: 'provider:acme' },
    ],
    [
      'stays verified during a recheck',
      [
        [0, verified()],
        [1, recheck],
        [2, told({ reason: 'provider_busy' }, 2)],
        [20, clock],
      ],
      { status: 'verified', reason: 'identity_verified' },
    ],
    [
      'does not hear in a recheck what was asked before',
      [
        [0, failed()],
        [1, recheck],
        [2, verified({ observedAt: day(2) }, 1)],
      ],
      { status: 'pending', reason: null },
    ],
    [
      'gets no new pass from an old answer that a recheck reads again',
      [
        [0, verified({ providerTime: day(-400) })],
        [1, recheck],
        [2, verified({ providerTime: day(-400), observedAt: day(2) }, 2)],
      ],
      { status: 'expired', reason: 'pass_outlived', verifiedAt: day(-400) },
    ],
  ])('%s', (_, steps, verdict) => {
    expect(after(...steps).verdict).toMatchObject(verdict);
  });

  it.each<[string, Happening, readonly Step[], 'applied' | 'ignored']>([
    ['sets nothing aside where it stands', verified({ providerTime: day(0), observedAt: day(1) }), [], 'applied'],
    [
      'is set aside by an override',
      verified({ providerTime: day(0), observedAt: day(1) }),
      [[1, decide('failed')]],
      'ignored',
    ],
    ['is set aside by an end', verified({ providerTime: day(0), observedAt: day(400) }), [[400, clock]], 'ignored'],
    [
      'is set aside by a greater one',
      verified({ providerTime: day(0), observedAt: day(2) }),
      [[1, failed({ observedAt: day(1) })]],
      'ignored',
    ],
  ])('a word that is said again %s', (_, again, meanwhile, kind) => {
    const before = after([0, verified({ providerTime: day(0) })], ...meanwhile);
    const [days] = meanwhile.at(-1) ?? [1];
    const { observation } = again as Extract<Happening, { kind: 'observation' }>;
    expect(reduce(before, again, day(days + 1))).toEqual({
      kind,
      state: { ...before, lastCheckedAt: observation.observedAt },
    });
  });

  it('shows the projection of the greatest word, also under an override', () => {
    const steps: Step[] = [
      [0, verified({ payload: { b: 1, a: 2 }, reference: 'r-1' })],
      [1, decide('failed')],
      [2, failed({ observedAt: day(2), payload: { c: 3 }, reference: 'r-2' })],
    ];
    const orders = [steps, [steps[1], steps[0], steps[2]], [steps[1], steps[2], steps[0]]] as Step[][];
    for (const order of orders) {
      expect(after(...order)).toMatchObject({ resultPayload: '{"c":3}', providerReference: 'r-2' });
    }
  });

  const anything = ['verified', 'failed', 'expired'];
  it.each<[string, Step, readonly Step[], object]>([
    ['pending by an override', [1, decide('pending')], [], { from: 'pending', allowed: anything }],
    [
      'the same by an override',
      [1, decide('verified')],
      [[0, decide('verified')]],
      { from: 'verified', allowed: anything },
    ],
    [
      'expired by an override of a failure',
      [1, decide('expired')],
      [[0, failed()]],
      { from: 'failed', allowed: ['verified'] },
    ],
    [
      'failed by an override after the waiting, sweep or no sweep',
      [4, decide('failed')],
      [],
      { from: 'expired', allowed: ['verified'] },
    ],
    ['a second round while the first waits', [1, recheck], [], { from: 'pending', allowed: [] }],
  ])('never becomes %s', (_, [days, happening], before, refusal) => {
    expect(reduce(after(...before), happening, day(days))).toEqual({ kind: 'refused', ...refusal });
  });
});

describe('the end of a pass', () => {
  it.each([
    [365, undefined, day(365)],
    [null, undefined, null],
    [null, day(7), day(7)],
    [365, day(7), day(7)],
    [3, day(7), day(3)],
  ])('by a policy of %j days and a stated %j is %j', (validityDays, stated, end) => {
    expect(endOfPass(day(0), validityDays, stated)).toBe(end);
  });
});
