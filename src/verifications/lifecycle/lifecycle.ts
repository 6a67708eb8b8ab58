/** Where a verification stands. Closed: nothing is ever added to these four. */
export const STATUSES = ['pending', 'verified', 'failed', 'expired'] as const;

/** One of {@link STATUSES}. */
export type Status = (typeof STATUSES)[number];

/** What may move a verification: a provider's word, an administrator, the end of a pass, the end of the waiting, a new round. */
export type Cause = 'provider' | 'override' | 'outlived' | 'window' | 'recheck';

interface Transition {
  readonly from: Status;
  readonly to: readonly Status[];
  readonly by: readonly Cause[];
}

/** Every move there is. `verified -> verified` by override is a change of `expires_at` alone. */
export const TRANSITIONS: readonly Transition[] = [
  { from: 'pending', to: ['verified', 'failed', 'expired'], by: ['provider', 'override'] },
  // After the first round the end of the waiting puts back what the round began with.
  { from: 'pending', to: ['expired', 'failed'], by: ['window'] },
  { from: 'verified', to: ['failed', 'expired'], by: ['provider', 'override'] },
  { from: 'verified', to: ['verified'], by: ['override'] },
  { from: 'verified', to: ['expired'], by: ['outlived'] },
  { from: 'failed', to: ['verified', 'expired'], by: ['provider'] },
  { from: 'failed', to: ['verified'], by: ['override'] },
  { from: 'expired', to: ['verified', 'failed'], by: ['provider'] },
  { from: 'expired', to: ['verified'], by: ['override'] },
  { from: 'failed', to: ['pending'], by: ['recheck'] },
  { from: 'expired', to: ['pending'], by: ['recheck'] },
];

/** The statuses that `cause` may lead to from `from`, in the order of {@link STATUSES}. */
export function allowedFrom(from: Status, cause: Cause): Status[] {
  return STATUSES.filter((to) =>
    TRANSITIONS.some((move) => move.from === from && move.to.includes(to) && move.by.includes(cause)),
  );
}
