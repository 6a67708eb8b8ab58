import {
  type LockedRow,
  lockedVerificationOf,
  type ShownRow,
  shownVerificationOf,
  stateOf,
} from './verification.row.js';

const time = '2026-11-22 09:30:00.123456';
const shownRow: ShownRow = {
  ...{ organization_id: 'o', livemode: false, id: 'i', customer_id: 'c', provider: 'p', verification_type: 'v' },
  ...{
    check_type: 't',
    status: 'pending',
    actor_id: 'a',
    reason: null,
    provider_reference: null,
    result_payload: null,
  },
  ...{ created_at: time, updated_at: time, verified_at: null, last_checked_at: null, expires_at: null, version: 3 },
};
const lockedRow: LockedRow = {
  ...{
    ...shownRow,
    round: 2,
    awaiting: null,
    awaiting_key: null,
    ladder_from: 0,
    start_refused: false,
    started_at: null,
    left_open: false,
    overridden: true,
    word_key: 'w',
    reference_key: null,
    began: null,
    passed_at: null,
  },
  ...{ window_ends_at: time, due_at: null, attempts: 4, leased: null },
};

describe('a row', () => {
  it('that was locked has all that the reducer remembers', () => {
    const locked = lockedVerificationOf(lockedRow);
    expect(locked).toMatchObject({ version: 3, attempts: 4, leased: false, dueAt: null });
    expect(stateOf(locked)).toMatchObject({ round: 2, overridden: true, wordKey: 'w' });
    expect(stateOf(locked).windowEndsAt).toBe('2026-11-22T09:30:00.123456Z');
  });

  const at = '2026-11-22T09:30:00.123456Z' as const;
  const began = (actorId: string) =>
    ({ status: 'verified', reason: 'r', actorId, verifiedAt: at, expiresAt: null }) as never;
  it.each<[string, Partial<LockedRow>, string | null]>([
    ['as it was kept', { passed_at: time, actor_id: 'key:a', status: 'failed' }, at],
    ['as its provider’s last word says', { actor_id: 'provider:p', verified_at: time, status: 'verified' }, at],
    [
      'none, where that was a no of a version without the column',
      { passed_at: time, actor_id: 'provider:p', status: 'failed' },
      null,
    ],
    [
      'as time has ended it',
      { actor_id: 'system:expiry', verified_at: time, status: 'expired', overridden: false },
      at,
    ],
    ['none, where that was a person’s', { actor_id: 'system:expiry', verified_at: time, status: 'expired' }, null],
    ['none, while a person’s stands', { actor_id: 'key:a', verified_at: time, status: 'verified' }, null],
    ['as its recheck began', { actor_id: 'key:a', began: began('provider:p') }, at],
    ['none, where that began with a person’s', { actor_id: 'key:a', began: began('key:b') }, null],
  ])('knows when the provider gave its pass: %s', (_name, more, passedAt) => {
    expect(lockedVerificationOf({ ...lockedRow, ...more }).passedAt).toBe(passedAt);
  });

  it('that was not has none of it, and the compiler knows', () => {
    const shown = shownVerificationOf(shownRow);
    // @ts-expect-error the round is read with a lock only
    expect(shown.round).toBeUndefined();
    // @ts-expect-error nothing is decided on a row that was not locked
    expect(stateOf(shown).windowEndsAt).toBeUndefined();
    expect(shown.version).toBe(3);
  });
});
